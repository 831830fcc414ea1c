//! One account: every region and service at once.

use crate::call::Desk;
use crate::identity::{Identity, regions};
use crate::session::{Clients, Session};
use crate::{Event, Settings, apigateway, apigatewayv2, appsync, iam, lambda, organizations, wafv2};
use futures::future::join_all;
use inventory::{Account, Listing, Partition, Region, Scope};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many services of a region are read, for progress.
const SERVICES: usize = 5;
/// How many services are read once for the whole account.
const GLOBAL_SERVICES: usize = 2;

/// Counts readings that ended, over all accounts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    finished: AtomicUsize,
    total: AtomicUsize,
}

pub(crate) async fn read(
    desk: &Desk<'_>,
    progress: &Progress,
    settings: &Settings,
    session: &Session,
    who: &Identity,
) -> Account {
    let home = who.partition.home_region();
    let global = desk.caller(&who.account, home);
    let names = regions(global, session, settings, who.partition).await;
    progress.total.fetch_add(names.items.len() * SERVICES + GLOBAL_SERVICES, Ordering::Relaxed);
    desk.tell(&Event::Account { id: &who.account, caller: &who.caller, regions: &names.items });
    let done = |service, region: &str| {
        let finished = progress.finished.fetch_add(1, Ordering::Relaxed) + 1;
        let total = progress.total.load(Ordering::Relaxed);
        desk.tell(&Event::Done { service, account: &who.account, region, finished, total });
    };
    let roles = async {
        let roles = iam::read(global, &session.iam(home)).await;
        done("iam", home);
        roles
    };
    let controls = async {
        let controls = organizations::read(global, &session.organizations(home)).await;
        done("organizations", home);
        controls
    };
    let read = names.items.iter().map(|name| region(desk, &done, session, who, name));
    let (roles, controls, items, cloudfront_web_acls) =
        futures::join!(roles, controls, join_all(read), cloudfront(desk, session, who));
    Account {
        id: who.account.clone(),
        partition: who.partition,
        regions: Listing { items, gap: names.gap },
        roles,
        cloudfront_web_acls,
        service_control_policies: controls.service,
        resource_control_policies: controls.resource,
    }
}

/// CloudFront's web ACLs live in the home region of the commercial partition.
async fn cloudfront(desk: &Desk<'_>, session: &Session, who: &Identity) -> Listing<inventory::WebAcl> {
    if who.partition != Partition::Aws {
        return Listing::complete(Vec::new());
    }
    let home = who.partition.home_region();
    wafv2::read(desk.caller(&who.account, home), &session.clients(home).wafv2, Scope::CloudFront).await
}

async fn region(
    desk: &Desk<'_>,
    done: &impl Fn(&'static str, &str),
    session: &Session,
    who: &Identity,
    name: &str,
) -> Region {
    let Clients { lambda, apigateway, apigatewayv2, appsync, wafv2 } = session.clients(name);
    let caller = desk.caller(&who.account, name);
    // API Gateway's ARNs have no account.
    let prefix = format!("arn:{}:apigateway:{name}::", who.partition);
    let finish = |service| done(service, name);
    let (functions, rest, apis, graphql, web_acls) = futures::join!(
        async { (lambda::read(caller, &lambda).await, finish("lambda")).0 },
        async {
            (apigateway::read(caller, &apigateway, &apigatewayv2, &prefix).await, finish("apigateway")).0
        },
        async { (apigatewayv2::read(caller, &apigatewayv2, &prefix).await, finish("apigatewayv2"),).0 },
        async { (appsync::read(caller, &appsync).await, finish("appsync")).0 },
        wafv2::read(caller, &wafv2, Scope::Regional),
    );
    let mut region = Region {
        name: name.into(),
        functions: functions.functions,
        event_source_mappings: functions.event_source_mappings,
        rest_apis: rest.apis,
        api_throttle: rest.throttle,
        usage_plans: rest.usage_plans,
        domain_names: rest.domain_names,
        apis,
        graphql_apis: graphql.graphql,
        event_apis: graphql.events,
        web_acls,
    };
    wafv2::associate(caller, &wafv2, &mut region).await;
    finish("wafv2");
    region
}
