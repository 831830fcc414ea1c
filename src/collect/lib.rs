//! AWS → inventory: the only crate that talks to AWS, and it only reads.
//!
//! All accounts, regions and services are read at once. Every call waits for its quota, then for one
//! of a bounded number of connections; one that fails costs its own fact and nothing else.

mod account;
mod apigateway;
mod apigatewayv2;
mod appsync;
mod call;
mod guard;
mod iam;
mod identity;
mod lambda;
mod limit;
mod mishap;
mod organizations;
#[cfg(test)]
mod partitions;
mod session;
mod settings;
mod value;
mod wafv2;

pub use settings::{Event, Failure, Observer, Settings, Stop, Target};

use aws_config::SdkConfig;
use call::Desk;
use futures::future::join_all;
use identity::{Identity, Refused, identify};
use inventory::{Account, Arn, Fact, Gap, Inventory, Listing, Partition, Reason};
use jiff::Timestamp;

/// Reads every target account.
///
/// # Errors
/// Only when we are nobody: no usable credentials for any account. Whatever else fails is a gap in
/// the inventory.
pub async fn accounts(
    settings: &Settings,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<Inventory, Failure> {
    over(session::base(settings).await, settings, observer, stop).await
}

async fn over(
    base: SdkConfig,
    settings: &Settings,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<Inventory, Failure> {
    let started = Timestamp::now();
    let desk = Desk::new(settings, observer, stop);
    let own = [Target::default()];
    let targets = if settings.targets.is_empty() { own.as_slice() } else { &settings.targets };
    let opened = targets.iter().map(async |target| {
        let session = session::open(&base, settings, target).await;
        let who = identify(&desk, &session, target).await;
        (target, session, who)
    });
    let opened = join_all(opened).await;
    if let Some(failure) = fatal(settings, opened.iter().map(|(_, _, who)| who)) {
        return Err(failure);
    }
    let progress = account::Progress::default();
    let read = opened.iter().map(async |(target, session, who)| match who {
        Ok(who) => account::read(&desk, &progress, settings, session, who).await,
        Err(refused) => closed(target, refused),
    });
    let mut accounts = join_all(read).await;
    let nowhere = |account: &Account| account.regions.items.is_empty();
    if !settings.regions.is_empty() && accounts.iter().all(nowhere) {
        let gap = accounts.iter().find_map(|account| account.regions.gap.as_ref());
        return Err(Failure::NoSuchRegion(gap.map(|gap| gap.message.clone()).unwrap_or_default()));
    }
    let own = opened.iter().find(|(target, ..)| target.id.is_none() && target.role_arn.is_none());
    let own = own.and_then(|(.., who)| who.as_ref().ok()).map_or("", |who| who.account.as_str());
    let calls = desk.counts(own);
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Inventory {
        schema: inventory::SCHEMA.into(),
        started,
        taken_at: Timestamp::now(),
        accounts,
        calls,
        ..Inventory::default()
    })
}

/// What leaves us without an inventory: no account lets us in, or the credentials belong to another
/// account than the configuration says, and reading on would judge the wrong one.
fn fatal<'a>(
    settings: &Settings,
    identities: impl Iterator<Item = &'a Result<Identity, Refused>>,
) -> Option<Failure> {
    let mut nobody = None;
    let mut somebody = false;
    for who in identities {
        match who {
            Err(Refused::WrongAccount { expected, found }) => {
                return Some(Failure::WrongAccount { expected: expected.clone(), found: found.clone() });
            }
            Err(Refused::Gap(gap)) => {
                nobody.get_or_insert_with(|| refusal(settings, gap));
            }
            Ok(_) => somebody = true,
        }
    }
    nobody.filter(|_| !somebody)
}

/// A refusal in words that say what to mend.
fn refusal(settings: &Settings, gap: &Gap) -> Failure {
    let message = gap.message.clone();
    let silent = gap.reason == Reason::Timeout || message.starts_with(mishap::NO_CONNECTION);
    // The SDK goes through its chain in many words, and says of a profile only that it gave nothing.
    let none = message.contains("credential");
    match &settings.profile {
        _ if silent => Failure::Unreachable(message),
        Some(profile) if none => Failure::NoCredentials(format!(
            "profile `{profile}` gives none; is it in the AWS configuration files, and signed in?"
        )),
        None if none => Failure::NoCredentials(
            "there are none in the environment, in the default profile, or on this machine; \
             name a profile with --profile"
                .into(),
        ),
        _ => Failure::NoCredentials(message),
    }
}

/// An account that would not let us in, beside others that did.
fn closed(target: &Target, refused: &Refused) -> Account {
    let role = target.role_arn.as_deref().and_then(Arn::parse);
    let id = target.id.as_deref().or(role.map(|arn| arn.account)).unwrap_or_default();
    let gap = match refused {
        Refused::Gap(gap) => gap.clone(),
        // Handled before: reading on would judge the wrong account.
        Refused::WrongAccount { .. } => Gap::default(),
    };
    Account {
        id: id.to_owned(),
        partition: role.and_then(|arn| Partition::of_name(arn.partition)).unwrap_or_default(),
        regions: Listing::cut(Vec::new(), gap.clone()),
        roles: Listing::cut(Vec::new(), gap.clone()),
        cloudfront_web_acls: Listing::cut(Vec::new(), gap.clone()),
        service_control_policies: Fact::Unread(gap.clone()),
        resource_control_policies: Fact::Unread(gap),
    }
}
