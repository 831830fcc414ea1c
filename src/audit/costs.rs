//! Which function a finding counts for.

use crate::entry::EntryKind;
use crate::scope::Joins;
use crate::{Finding, Kind, Resource};
use inventory::{Account, Arn, Region};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Which findings cost which function.
#[derive(Default)]
pub(crate) struct Costs<'a> {
    /// By the ARN of a function.
    pub(crate) functions: BTreeMap<&'a str, Vec<&'a Finding>>,
    /// By the ARN of an object that leads to no function and serves none.
    pub(crate) others: BTreeMap<&'a str, Vec<&'a Finding>>,
}

impl<'a> Costs<'a> {
    pub(crate) fn of(account: &'a Account, today: Date, findings: &'a [Finding]) -> Self {
        let served = Served::of(account, today);
        let mut costs = Self::default();
        for arn in account.regions.iter().flat_map(|region| &region.functions).map(|it| it.arn.as_str()) {
            costs.functions.insert(arn, Vec::new());
        }
        let costly = |it: &&Finding| matches!(it.outcome, Kind::Fail | Kind::Unknown);
        let own = |it: &&Finding| it.resource.account == account.id;
        for finding in findings.iter().filter(own).filter(costly) {
            let functions = served.by(&finding.resource);
            if functions.is_empty() {
                costs.others.entry(&finding.resource.arn).or_default().push(finding);
            }
            for function in functions {
                costs.functions.entry(function).or_default().push(finding);
            }
        }
        costs
    }
}

/// The functions that objects lead to or serve.
#[derive(Default)]
struct Served<'a> {
    /// By the ARN of a function, role or API.
    objects: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// By the ARN of an API and a method or route: what is wrong with one route costs its function.
    parts: BTreeMap<(&'a str, String), BTreeSet<&'a str>>,
}

impl<'a> Served<'a> {
    fn of(account: &'a Account, today: Date) -> Self {
        let mut served = Self::default();
        let joins = Joins::of(account, today);
        for region in &account.regions {
            for (api, part) in parts(region) {
                served.parts.entry((api, part)).or_default();
            }
        }
        for function in account.regions.iter().flat_map(|region| &region.functions) {
            let arn = function.arn.as_str();
            served.objects.entry(arn).or_default().insert(arn);
            served.objects.entry(&function.role).or_default().insert(arn);
            for entry in joins.entries(arn) {
                let (object, part) = match entry.kind {
                    EntryKind::RestMethod(api, method) => (&api.arn, Some(method.name())),
                    EntryKind::Route(api, route) => (&api.arn, Some(route.key.clone())),
                    EntryKind::GraphqlApi(api) => (&api.arn, None),
                    EntryKind::Url(_) | EntryKind::Mapping(_) | EntryKind::Authorizer(_) => continue,
                };
                served.objects.entry(object).or_default().insert(arn);
                if let Some(part) = part {
                    served.parts.entry((object, part)).or_default().insert(arn);
                }
            }
        }
        served
    }

    fn by(&self, resource: &Resource) -> Vec<&'a str> {
        let unqualified = Arn::unqualified_function(&resource.arn);
        let object = owner(unqualified.as_deref().unwrap_or(&resource.arn));
        let part = resource.detail.clone().and_then(|part| self.parts.get(&(object, part)));
        part.or_else(|| self.objects.get(object)).into_iter().flatten().copied().collect()
    }
}

/// Every method and route of a region's APIs, whether or not it leads to a function.
fn parts(region: &Region) -> impl Iterator<Item = (&str, String)> {
    let methods = region
        .rest_apis
        .iter()
        .flat_map(|api| api.methods.iter().map(|method| (api.arn.as_str(), method.name())));
    let routes = region
        .apis
        .iter()
        .flat_map(|api| api.routes.iter().map(|route| (api.arn.as_str(), route.key.clone())));
    methods.chain(routes)
}

/// The API of a stage; anything else is its own owner.
fn owner(arn: &str) -> &str {
    arn.split_once("/stages/").map_or(arn, |(api, _)| api)
}
