//! IAM: roles with their policies, once for each account.

use crate::call::{About, Caller};
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, RoleDetail};
use inventory::{AttachedPolicy, Call, Fact, Gap, Listing, NamedPolicy, Reason, Role};
use percent_encoding::percent_decode_str;
use policy::Document;
use std::collections::BTreeMap;

const CALL: Call = Call::IamGetAccountAuthorizationDetails;

/// Roles, or the managed policies that they name: both come in the same pages.
enum Item {
    Role(Box<RoleDetail>),
    Policy(Box<ManagedPolicyDetail>),
}

pub(crate) async fn read(caller: Caller<'_>, client: &Client) -> Listing<Role> {
    let fetch = |marker| {
        let request = client.get_account_authorization_details().max_items(1000);
        let request = request.filter(EntityType::Role).filter(EntityType::LocalManagedPolicy);
        request.filter(EntityType::AwsManagedPolicy).set_marker(marker).send()
    };
    let listed = caller
        .pages(CALL, About::default(), fetch, |page| {
            let roles =
                page.role_detail_list.unwrap_or_default().into_iter().map(|it| Item::Role(Box::new(it)));
            let policies = page.policies.unwrap_or_default().into_iter().map(|it| Item::Policy(Box::new(it)));
            // IAM may send a marker with the last page: what counts is whether it was truncated.
            (roles.chain(policies).collect(), page.marker.filter(|_| page.is_truncated))
        })
        .await;
    let mut documents = BTreeMap::new();
    let mut details = Vec::new();
    for item in listed.items {
        match item {
            Item::Role(detail) => details.push(detail),
            Item::Policy(detail) => {
                let document = managed(caller, &detail);
                documents.insert(detail.arn.unwrap_or_default(), document);
            }
        }
    }
    let managed = |arn: &str| match (documents.get(arn), &listed.gap) {
        (Some(document), _) => document.clone(),
        (None, Some(gap)) => Fact::Unread(gap.clone()),
        (None, None) => Fact::Unread(missing(caller, arn)),
    };
    // A boundary that the answer leaves out could only have restricted the role.
    let bounding = |arn: &str| match managed(arn) {
        Fact::Unread(gap) if listed.gap.is_none() => Fact::Unread(Gap { only_restricts: true, ..gap }),
        fact => fact,
    };
    let mut items: Vec<_> = details.iter().map(|it| role(caller, it, &managed, &bounding)).collect();
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

fn missing(caller: Caller<'_>, arn: &str) -> Gap {
    let about = About { resource: Some(arn), ..About::default() };
    caller.gap(CALL, about, Reason::Malformed, "the answer lacks a policy that a role names")
}

/// What the policy's default version says.
fn managed(caller: Caller<'_>, detail: &ManagedPolicyDetail) -> Fact<Document> {
    let arn = detail.arn.as_deref().unwrap_or_default();
    let about = About { resource: Some(arn), ..About::default() };
    match detail.policy_version_list().iter().find(|it| it.is_default_version) {
        Some(version) => document(caller, about, version.document.as_deref()),
        None => Fact::Unread(missing(caller, arn)),
    }
}

/// IAM writes documents percent-encoded.
fn document(caller: Caller<'_>, about: About<'_>, text: Option<&str>) -> Fact<Document> {
    let text = text.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    caller.document(CALL, about, text.as_deref())
}

fn role(
    caller: Caller<'_>,
    detail: &RoleDetail,
    managed: &impl Fn(&str) -> Fact<Document>,
    bounding: &impl Fn(&str) -> Fact<Document>,
) -> Role {
    let arn = detail.arn.clone().unwrap_or_default();
    let about = About { resource: Some(&arn), ..About::default() };
    let inline = detail.role_policy_list().iter().map(|it| NamedPolicy {
        name: it.policy_name.clone().unwrap_or_default(),
        document: document(caller, about, it.policy_document.as_deref()),
    });
    let attached = detail.attached_managed_policies().iter().map(|it| {
        let arn = it.policy_arn.clone().unwrap_or_default();
        AttachedPolicy { name: it.policy_name.clone().unwrap_or_default(), document: managed(&arn), arn }
    });
    let boundary = detail.permissions_boundary.as_ref().and_then(|it| it.permissions_boundary_arn.clone());
    let boundary = boundary.map(|arn| AttachedPolicy {
        name: arn.rsplit('/').next().unwrap_or_default().into(),
        document: bounding(&arn),
        arn,
    });
    Role {
        name: detail.role_name.clone().unwrap_or_default(),
        trust: document(caller, about, detail.assume_role_policy_document.as_deref()),
        inline: Listing::complete(inline.collect()),
        attached: Listing::complete(attached.collect()),
        boundary: boundary.into(),
        tags: detail.tags().iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        arn,
    }
}
