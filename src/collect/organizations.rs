//! Organizations: the control policies that stand above an account, as far as it may read them.
//!
//! Every account may ask which organization it is in. What the organization's policies say, only its
//! management account and its delegated administrators may read: elsewhere a refusal is the rule.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html>

use crate::call::{About, Caller};
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{OrganizationFeatureSet, Parent, ParentType, PolicySummary, PolicyType};
use futures::future::{join, join_all};
use inventory::{AttachedPolicy, Call, ControlLevel, Fact, Gap, Reason};
use policy::Document;
use std::collections::BTreeMap;

/// The policies that bind an account.
pub(crate) struct Controls {
    pub(crate) service: Fact<Vec<ControlLevel>>,
    pub(crate) resource: Fact<Vec<ControlLevel>>,
}

const PAGE: i32 = 20;
/// More than AWS lets units nest: a longer way up goes round in circles.
const HIGHEST: usize = 10;

/// What is attached at each level, the root's first.
type Levels = Vec<(String, Vec<PolicySummary>)>;

pub(crate) async fn read(caller: Caller<'_>, client: &Client) -> Controls {
    let line = match line(caller, client).await {
        Ok(line) => line,
        Err(gap) => return Controls { service: Fact::Unread(gap.clone()), resource: Fact::Unread(gap) },
    };
    let (service, resource) = join(
        levels(caller, client, &line, &PolicyType::ServiceControlPolicy),
        levels(caller, client, &line, &PolicyType::ResourceControlPolicy),
    )
    .await;
    let documents = documents(caller, client, [&service, &resource].into_iter().flatten()).await;
    Controls { service: fact(service, &documents), resource: fact(resource, &documents) }
}

/// The organization's root, the units on the way down, and the account. Nothing where no control
/// policy can bind it: control policies leave the management account alone, and need an organization
/// with all features.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
async fn line(caller: Caller<'_>, client: &Client) -> Result<Vec<String>, Gap> {
    let call = Call::OrganizationsDescribeOrganization;
    let about = About::default();
    let Some(answer) = caller.ask(call, about, || client.describe_organization().send()).await? else {
        return Ok(Vec::new());
    };
    let missing = || caller.gap(call, about, Reason::Malformed, "the answer names no organization");
    let organization = answer.organization.ok_or_else(missing)?;
    let managed = organization.master_account_id.as_deref() == Some(caller.account);
    if managed || organization.feature_set == Some(OrganizationFeatureSet::ConsolidatedBilling) {
        return Ok(Vec::new());
    }
    let mut line = vec![caller.account.to_owned()];
    while line.len() <= HIGHEST {
        let below = line.last().map_or(caller.account, String::as_str);
        let parent = parent(caller, client, below).await?;
        line.extend(parent.id);
        if parent.r#type == Some(ParentType::Root) {
            line.reverse();
            return Ok(line);
        }
    }
    let call = Call::OrganizationsListParents;
    Err(caller.gap(call, about, Reason::Malformed, "the units above the account have no root"))
}

async fn parent(caller: Caller<'_>, client: &Client, child: &str) -> Result<Parent, Gap> {
    let call = Call::OrganizationsListParents;
    let about = About::default();
    let fetch = |token| client.list_parents().child_id(child).max_results(PAGE).set_next_token(token).send();
    let parents =
        caller.pages(call, about, fetch, |page| (page.parents.unwrap_or_default(), page.next_token)).await;
    // There is exactly one.
    let first = parents.all()?.first().cloned();
    first
        .ok_or_else(|| caller.gap(call, about, Reason::Malformed, "a unit of the organization has no parent"))
}

async fn levels(
    caller: Caller<'_>,
    client: &Client,
    line: &[String],
    kind: &PolicyType,
) -> Result<Levels, Gap> {
    let levels = join_all(line.iter().map(|target| attached(caller, client, target, kind))).await;
    line.iter().cloned().zip(levels).map(|(target, policies)| Ok((target, policies?))).collect()
}

async fn attached(
    caller: Caller<'_>,
    client: &Client,
    target: &str,
    kind: &PolicyType,
) -> Result<Vec<PolicySummary>, Gap> {
    let fetch = |token| {
        let request = client.list_policies_for_target().target_id(target).filter(kind.clone());
        request.max_results(PAGE).set_next_token(token).send()
    };
    let listed = caller
        .pages(Call::OrganizationsListPoliciesForTarget, About::default(), fetch, |page| {
            (page.policies.unwrap_or_default(), page.next_token)
        })
        .await;
    listed.gap.map_or(Ok(listed.items), Err)
}

/// What the policies say, by id. Each is asked for once, at however many levels it is attached.
async fn documents(
    caller: Caller<'_>,
    client: &Client,
    levels: impl Iterator<Item = &Levels>,
) -> BTreeMap<String, Fact<Document>> {
    let policies = levels.flatten().flat_map(|(_, policies)| policies);
    let ids: BTreeMap<_, _> = policies.filter_map(|it| Some((it.id()?, it.arn()))).collect();
    let read = ids.into_iter().map(async |(id, arn)| {
        let about = About { resource: arn, ..About::default() };
        (id.to_owned(), document(caller, client, about, id).await)
    });
    join_all(read).await.into_iter().collect()
}

async fn document(caller: Caller<'_>, client: &Client, about: About<'_>, id: &str) -> Fact<Document> {
    let call = Call::OrganizationsDescribePolicy;
    match caller.ask(call, about, || client.describe_policy().policy_id(id).send()).await {
        Ok(answer) => {
            let content = answer.and_then(|answer| answer.policy?.content);
            caller.document(call, about, content.as_deref())
        }
        Err(gap) => Fact::Unread(gap),
    }
}

/// The levels with what their policies say. An organization that has switched the kind on has at
/// least one policy at every level; where there is none at all, the kind is off and binds nobody.
fn fact(
    levels: Result<Levels, Gap>,
    documents: &BTreeMap<String, Fact<Document>>,
) -> Fact<Vec<ControlLevel>> {
    let levels = match levels {
        Ok(levels) => levels,
        Err(gap) => return Fact::Unread(gap),
    };
    if levels.iter().all(|(_, policies)| policies.is_empty()) {
        return Fact::Absent;
    }
    let policy = |it: PolicySummary| AttachedPolicy {
        document: it.id().and_then(|id| documents.get(id)).cloned().unwrap_or_default(),
        arn: it.arn.unwrap_or_default(),
        name: it.name.unwrap_or_default(),
    };
    let level = |(target, policies): (String, Vec<PolicySummary>)| {
        let mut policies: Vec<_> = policies.into_iter().map(policy).collect();
        policies.sort_by(|a, b| a.arn.cmp(&b.arn));
        ControlLevel { target, policies }
    };
    Fact::Known(levels.into_iter().map(level).collect())
}
