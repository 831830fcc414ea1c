//! Failures, grouped: under the function where they concern one, under their object where they
//! concern several functions or none.

use audit::{Finding, FunctionScore, Severity};
use inventory::Arn;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::view::View;

/// Failures below it stand together at the end, whatever they concern.
pub(super) const LEAST: Severity = Severity::Medium;

/// One object with its failures, worst first.
pub(super) struct Section<'a> {
    pub object: Object<'a>,
    /// Of a function.
    pub score: Option<&'a FunctionScore>,
    /// Shown in full here.
    pub findings: Vec<&'a Finding>,
    /// Of a function: failures that it shares with others, shown in full under their object.
    pub shared: Vec<(Object<'a>, &'a Finding)>,
    /// Of a shared object: the functions that its failures count for, lowest score first.
    pub serves: Vec<&'a FunctionScore>,
}

/// What people call an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub account: &'a str,
    pub region: &'a str,
}

/// Every section, worst first: by the worst failure, then the lowest score.
pub(super) fn sections<'a>(view: &'a View<'a>) -> Vec<Section<'a>> {
    let functions = served(view);
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut shared: BTreeMap<&str, Vec<(Object, &Finding)>> = BTreeMap::new();
    for finding in view.failures().filter(|finding| finding.severity >= LEAST) {
        let counts_for = functions.get(finding.id.as_str());
        let counts_for = counts_for.map_or(&[][..], Vec::as_slice);
        let (home, object) = match counts_for {
            [function] => (function.arn.clone(), Object::function(&function.arn)),
            _ => (owner(&finding.resource.arn), Object::of(finding)),
        };
        let section = sections.entry(home).or_insert_with(|| Section::of(object));
        section.findings.push(finding);
        if counts_for.len() > 1 {
            for function in counts_for {
                let references = shared.entry(&function.arn).or_default();
                references.push((section.object, finding));
            }
            section.serves.extend(counts_for);
        }
    }
    for function in &view.report.scorecard.functions {
        if let Some(section) = sections.get_mut(&function.arn) {
            section.score = Some(function);
            section.shared = shared.remove(function.arn.as_str()).unwrap_or_default();
        }
    }
    let mut sections: Vec<_> = sections.into_values().collect();
    for section in &mut sections {
        let place = |it: &&FunctionScore| (it.score, it.arn.clone());
        section.serves.sort_by_cached_key(place);
        section.serves.dedup_by(|a, b| a.arn == b.arn);
    }
    sections.sort_by_key(|section| {
        let shared = section.score.is_none();
        let (worst, points) = (Reverse(section.worst()), section.points());
        (worst, points, shared, section.object)
    });
    sections
}

/// The functions that a finding counts for, by the finding's id.
fn served<'a>(view: &View<'a>) -> BTreeMap<&'a str, Vec<&'a FunctionScore>> {
    let mut served: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for function in &view.report.scorecard.functions {
        for contribution in &function.contributions {
            let functions: &mut Vec<&FunctionScore> =
                served.entry(contribution.finding.as_str()).or_default();
            if functions.last().is_none_or(|last| last.arn != function.arn) {
                functions.push(function);
            }
        }
    }
    served
}

/// The function of an alias, the API of a stage; anything else is its own owner.
fn owner(arn: &str) -> String {
    let api = || arn.split_once("/stages/").map_or(arn, |(api, _)| api);
    Arn::unqualified_function(arn).unwrap_or_else(|| api().to_owned())
}

impl<'a> Section<'a> {
    fn of(object: Object<'a>) -> Self {
        Self { object, score: None, findings: vec![], shared: vec![], serves: vec![] }
    }

    fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    fn points(&self) -> u8 {
        let lowest = self.serves.first().copied();
        self.score.or(lowest).map_or(u8::MAX, |it| it.score)
    }
}

impl<'a> Object<'a> {
    pub(super) fn of(finding: &'a Finding) -> Self {
        let resource = &finding.resource;
        let stage = resource.arn.contains("/stages/");
        // A stage is named `API/STAGE`.
        let api = resource.name.rsplit_once('/').filter(|_| stage);
        Self {
            kind: kind(&resource.kind),
            name: api.map_or(resource.name.as_str(), |(api, _)| api),
            account: &resource.account,
            region: &resource.region,
        }
    }

    pub(super) fn function(arn: &'a str) -> Self {
        let parsed = Arn::parse(arn);
        let name = |arn: Arn<'a>| arn.resource.strip_prefix("function:");
        Self {
            kind: "function",
            name: parsed.and_then(name).unwrap_or(arn),
            account: parsed.map_or("", |it| it.account),
            region: parsed.map_or("", |it| it.region),
        }
    }

    /// `function orders`.
    pub(super) fn words(&self) -> String {
        format!("{} {}", self.kind, self.known_as())
    }

    /// The name, if there is one.
    pub(super) fn known_as(&self) -> &'a str {
        if self.name.is_empty() { "(no name)" } else { self.name }
    }
}

/// What people call a kind of object; a stage goes under its API.
fn kind(kind: &str) -> &str {
    match kind {
        "AWS::Lambda::Function" => "function",
        "AWS::ApiGateway::RestApi" | "AWS::ApiGateway::Stage" => "REST API",
        "AWS::ApiGatewayV2::Api" | "AWS::ApiGatewayV2::Stage" => "API",
        "AWS::AppSync::GraphQLApi" => "GraphQL API",
        "AWS::AppSync::Api" => "event API",
        "AWS::IAM::Role" => "role",
        _ => kind,
    }
}
