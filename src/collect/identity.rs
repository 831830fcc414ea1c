//! Who we are in an account, and which regions it has.

use crate::call::{About, Caller, Desk};
use crate::mishap::NO_CONNECTION;
use crate::session::Session;
use crate::{Settings, Target};
use aws_sdk_account::types::RegionOptStatus;
use inventory::{Arn, Call, Gap, Listing, Partition, Reason};
use std::time::Duration;

/// An account that we may speak for.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) partition: Partition,
    pub(crate) caller: String,
}

/// Why an account does not let us in.
#[derive(Clone, Debug)]
pub(crate) enum Refused {
    /// The call that failed.
    Gap(Gap),
    /// The credentials are another account's than the target says.
    WrongAccount { expected: String, found: String },
}

/// Asks AWS who we are.
pub(crate) async fn identify(
    desk: &Desk<'_>,
    session: &Session,
    target: &Target,
) -> Result<Identity, Refused> {
    let client = session.sts();
    // Until AWS answers, only the target says which account this is.
    let role = target.role_arn.as_deref().and_then(Arn::parse).map(|arn| arn.account);
    let known = target.id.as_deref().or(role).unwrap_or_default();
    let caller = desk.caller(known, &session.first_region);
    let send = || client.get_caller_identity().send();
    let answer = caller.ask(Call::StsGetCallerIdentity, About::default(), send).await;
    let answer = match target.role_arn.as_deref() {
        Some(role) => answer.map_err(|gap| not_assumed(gap, role)),
        None => answer,
    };
    if target.role_arn.is_some() {
        // The credentials' provider makes this call, out of our sight.
        let refused = answer.as_ref().err().filter(|gap| gap.action == Call::StsAssumeRole.action());
        let failure = refused.map(|gap| gap.reason);
        desk.count(Call::StsAssumeRole, known, &session.first_region, Duration::ZERO, failure);
    }
    let answer = answer.map_err(Refused::Gap)?;
    let (account, caller) = answer.map(|it| (it.account, it.arn)).unwrap_or_default();
    let caller = caller.unwrap_or_default();
    let partition = Arn::parse(&caller).and_then(|arn| Partition::of_name(arn.partition));
    let identity =
        Identity { account: account.unwrap_or_default(), partition: partition.unwrap_or_default(), caller };
    match &target.id {
        Some(expected) if *expected != identity.account => {
            Err(Refused::WrongAccount { expected: expected.clone(), found: identity.account })
        }
        _ => Ok(identity),
    }
}

/// The gap of a role that we could not assume, where credentials were what failed. The SDK gives the
/// refusal as a cause in words only.
fn not_assumed(gap: Gap, role: &str) -> Gap {
    let credentials = gap.reason == Reason::Unavailable && !gap.message.starts_with(NO_CONNECTION);
    if !credentials {
        return gap;
    }
    let reason = if gap.message.contains("AccessDenied") { Reason::Denied } else { gap.reason };
    Gap { action: Call::StsAssumeRole.action().into(), resource: Some(role.into()), reason, ..gap }
}

/// The regions to read. Incomplete where the scope leaves some out, or where they cannot be listed.
pub(crate) async fn regions(
    caller: Caller<'_>,
    session: &Session,
    settings: &Settings,
    partition: Partition,
) -> Listing<String> {
    let client = session.account(partition.home_region());
    let fetch = |token| {
        let request = client.list_regions().max_results(50);
        let request = request.region_opt_status_contains(RegionOptStatus::Enabled);
        let request = request.region_opt_status_contains(RegionOptStatus::EnabledByDefault);
        request.set_next_token(token).send()
    };
    let listed = caller
        .pages(Call::AccountListRegions, About::default(), fetch, |page| {
            (page.regions.unwrap_or_default(), page.next_token)
        })
        .await;
    let names = listed.items.into_iter().filter_map(|region| region.region_name);
    let enabled = Listing { items: names.collect(), gap: listed.gap };
    chosen(caller, enabled, &settings.regions, partition)
}

/// The enabled regions that the scope takes in.
fn chosen(
    caller: Caller<'_>,
    enabled: Listing<String>,
    wanted: &[String],
    partition: Partition,
) -> Listing<String> {
    let mut all = enabled.items;
    if enabled.gap.is_some() {
        all.extend(partition.default_regions().iter().map(|region| (*region).to_owned()));
    }
    all.sort();
    all.dedup();
    if wanted.is_empty() {
        return Listing { items: all, gap: enabled.gap };
    }
    let gap = |message, not_asked| {
        let gap = caller.gap(Call::LambdaListFunctions, About::default(), Reason::Unavailable, message);
        Gap { not_asked, ..gap }
    };
    // Where the regions could not be listed, a region of the partition may be enabled: it is tried.
    let there = |region: &String| match enabled.gap {
        None => all.contains(region),
        Some(_) => Partition::of_region(region) == partition,
    };
    let (mut items, missing): (Vec<_>, Vec<_>) = wanted.iter().cloned().partition(there);
    items.sort();
    items.dedup();
    if !missing.is_empty() {
        let message = format!(
            "{} is not enabled in account {}; enabled: {}",
            missing.join(", "),
            caller.account,
            all.join(", ")
        );
        return Listing::cut(items, gap(message, false));
    }
    // Where regions were named, which others there are is nobody's question; but that is not known.
    let unknown = enabled.gap.map(|gap| Gap { not_asked: true, ..gap });
    let left_out: Vec<_> = all.into_iter().filter(|region| !items.contains(region)).collect();
    let outside =
        (!left_out.is_empty()).then(|| gap(format!("outside the scope: {}", left_out.join(", ")), true));
    Listing { items, gap: unknown.or(outside) }
}
