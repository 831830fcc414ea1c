//! An account with a bit of everything.

mod apis;
mod functions;
mod graphql;
mod organization;
mod roles;

use crate::stub::{Account, Region, World};
use serde_json::json;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";

/// Gives the secret that stands at a place.
pub(crate) type Secrets<'a> = &'a dyn Fn(&str) -> String;

/// A world with one rich account in two regions.
pub(crate) fn rich(secret: Secrets<'_>) -> World {
    of(vec![account(ACCOUNT, &["eu-west-1", "us-east-1"], secret)])
}

/// A world with one rich account in one region.
pub(crate) fn one_region() -> World {
    of(vec![account(ACCOUNT, &["eu-west-1"], &|_| "hush".into())])
}

pub(crate) fn of(accounts: Vec<Account>) -> World {
    World { accounts, ..World::default() }
}

/// An account that holds nothing.
pub(crate) fn empty(id: &str, regions: &[&str]) -> Account {
    let regions = regions.iter().map(|name| {
        let throttle =
            json!({ "throttleSettings": { "burstLimit": 5000, "rateLimit": 10000.0 }, "features": [] });
        ((*name).to_owned(), Region { account: throttle, ..Region::default() })
    });
    Account { id: id.into(), regions: regions.collect(), ..Account::default() }
}

/// An account with everything, at least two of each, in every region.
pub(crate) fn account(id: &str, regions: &[&str], secret: Secrets<'_>) -> Account {
    let mut account = empty(id, regions);
    for (name, region) in &mut account.regions {
        functions::fill(region, id, name, secret);
        apis::fill(region, id, name, secret);
        graphql::fill(region, id, name, secret);
    }
    account.cloudfront_web_acls =
        ["global", "spare"].map(|it| graphql::web_acl(id, "us-east-1", "global", it)).into();
    account.organization = Some(organization::of(id, secret));
    account.roles = roles::roles(id, secret);
    account.policies = roles::policies(id);
    account
}

/// A function's ARN.
pub(crate) fn function(account: &str, region: &str, name: &str) -> String {
    format!("arn:aws:lambda:{region}:{account}:function:{name}")
}

/// How API Gateway names a function to invoke.
pub(crate) fn invocation(account: &str, region: &str, name: &str) -> String {
    let function = function(account, region, name);
    format!("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations")
}
