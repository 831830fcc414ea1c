//! Web ACLs, and which stages and GraphQL APIs they stand in front of.

use crate::call::{About, Caller};
use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{ResourceType, Scope as WafScope};
use futures::future::join_all;
use inventory::{Call, Fact, Gap, Listing, Region, Scope, WebAcl};
use std::collections::BTreeMap;

pub(crate) async fn read(caller: Caller<'_>, client: &Client, scope: Scope) -> Listing<WebAcl> {
    let wanted = match scope {
        Scope::Regional => WafScope::Regional,
        Scope::CloudFront => WafScope::Cloudfront,
    };
    let fetch =
        |marker| client.list_web_acls().scope(wanted.clone()).limit(100).set_next_marker(marker).send();
    let listed = caller
        .pages(Call::Wafv2ListWebAcls, About::default(), fetch, |page| {
            let acls = page.web_acls.unwrap_or_default();
            // WAF may send a marker with the last page; an empty page ends the list.
            let next = page.next_marker.filter(|_| !acls.is_empty());
            (acls, next)
        })
        .await;
    let acl = |it: aws_sdk_wafv2::types::WebAclSummary| WebAcl {
        arn: it.arn.unwrap_or_default(),
        id: it.id.unwrap_or_default(),
        name: it.name.unwrap_or_default(),
        scope,
    };
    let mut items: Vec<_> = listed.items.into_iter().map(acl).collect();
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

/// Asks the web ACLs for their resources where stages or GraphQL APIs name no web ACL themselves,
/// and unites the answers. Where nothing is missing or no ACL exists, nothing is asked.
pub(crate) async fn associate(caller: Caller<'_>, client: &Client, region: &mut Region) {
    let acls = std::mem::take(&mut region.web_acls);
    let stages = region.rest_apis.items.iter_mut().flat_map(|api| &mut api.stages.items);
    let stages: Vec<_> = stages.map(|it| (it.arn.as_str(), &mut it.web_acl)).collect();
    unite(caller, client, &acls, ResourceType::ApiGateway, stages).await;
    let apis = region.graphql_apis.items.iter_mut();
    let apis: Vec<_> = apis.map(|it| (it.arn.as_str(), &mut it.web_acl)).collect();
    unite(caller, client, &acls, ResourceType::Appsync, apis).await;
    region.web_acls = acls;
}

async fn unite(
    caller: Caller<'_>,
    client: &Client,
    acls: &Listing<WebAcl>,
    kind: ResourceType,
    objects: Vec<(&str, &mut Fact<String>)>,
) {
    let missing: Vec<_> = objects.into_iter().filter(|(_, acl)| **acl == Fact::Absent).collect();
    if missing.is_empty() {
        return;
    }
    let read = join_all(acls.iter().map(|acl| resources(caller, client, acl, &kind))).await;
    let mut by_resource = BTreeMap::new();
    let mut gap = acls.gap.clone();
    for (acl, resources) in acls.iter().zip(read) {
        match resources {
            Ok(resources) => {
                by_resource.extend(resources.into_iter().map(|it| (it, acl.arn.clone())));
            }
            Err(failed) => gap = gap.or(Some(failed)),
        }
    }
    for (arn, acl) in missing {
        *acl = match (by_resource.get(arn), &gap) {
            (Some(found), _) => Fact::Known(found.clone()),
            (None, Some(gap)) => Fact::Unread(Gap { resource: Some(arn.into()), ..gap.clone() }),
            (None, None) => Fact::Absent,
        };
    }
}

async fn resources(
    caller: Caller<'_>,
    client: &Client,
    acl: &WebAcl,
    kind: &ResourceType,
) -> Result<Vec<String>, Gap> {
    let about = About { resource: Some(&acl.arn), ..About::default() };
    let send =
        || client.list_resources_for_web_acl().web_acl_arn(&acl.arn).resource_type(kind.clone()).send();
    let answer = caller.ask(Call::Wafv2ListResourcesForWebAcl, about, send).await?;
    Ok(answer.and_then(|answer| answer.resource_arns).unwrap_or_default())
}
