//! Which clauses of an open resource policy look like a limit and are none.

use super::rest::{Asked, By, Judge, allow};
use super::{Callers, Proof};
use inventory::{Account, EndpointType, RestApi};
use jiff::civil::Date;
use policy::{Document, Effect, Principal, Principals, Resources, Statement};
use std::collections::BTreeMap;

/// The clauses that fail to keep strangers out of an API whose resource policy lets in callers from
/// anywhere: a Deny that covers some of the requests only, an Allow beside which another is wider.
/// Conditions that strangers fulfil are told with the statement that lets them in.
pub fn failing_clauses(api: &RestApi, account: &Account, today: Date) -> Vec<String> {
    let Some(policy) = api.policy.known() else {
        return Vec::new();
    };
    let clauses = Clauses { policy, api, account, today };
    let statements = || policy.statements.iter().enumerate();
    let mut lines: Vec<_> = statements().filter_map(|(index, it)| clauses.narrow_deny(index, it)).collect();
    lines.extend(clauses.wider_allows());
    lines
}

struct Clauses<'a> {
    policy: &'a Document,
    api: &'a RestApi,
    account: &'a Account,
    today: Date,
}

impl Clauses<'_> {
    /// What a Deny of strangers covers, if that is not every request.
    fn narrow_deny(&self, index: usize, deny: &Statement) -> Option<String> {
        let of_strangers = match deny.principals.as_ref()? {
            Principals::Only(list) => list.contains(&Principal::Anyone),
            Principals::AllBut(_) => true,
        };
        if deny.effect != Effect::Deny || !of_strangers {
            return None;
        }
        let everyone = |deny: Statement| self.only(vec![allow(Principal::Anyone), deny]);
        let label = deny.label(index);
        let document = everyone(deny.clone());
        let (open, closed): (Vec<_>, Vec<_>) =
            self.stages().partition(|stage| self.is_open(&document, stage));
        if open.is_empty() {
            return None;
        }
        if !closed.is_empty() {
            let plural = if closed.len() == 1 { "stage" } else { "stages" };
            return Some(format!("the Deny of {label} covers {plural} {} only", closed.join(", ")));
        }
        let everywhere = Resources::Only(vec!["*".into()]);
        let wider = everyone(Statement { resources: Some(everywhere), ..deny.clone() });
        let covered = match deny.resources.as_ref()? {
            Resources::Only(list) => list.join(", "),
            Resources::AllBut(list) => format!("all but {}", list.join(", ")),
        };
        let by_resource = !self.stages().any(|stage| self.is_open(&wider, stage));
        by_resource.then(|| format!("the Deny of {label} covers {covered} only"))
    }

    /// Each Allow of everyone beside one that limits callers.
    fn wider_allows(&self) -> Vec<String> {
        let allows = self.policy.statements.iter().enumerate().filter(|(_, it)| it.effect == Effect::Allow);
        let (mut open, mut limiting) = (Vec::new(), Vec::new());
        for (index, statement) in allows {
            let label = statement.label(index);
            let callers = self.callers_of(statement);
            if callers.iter().any(Callers::is_open) {
                open.push(label);
            } else if !callers.is_empty() {
                limiting.push(format!("{label}{}", keys(&callers)));
            }
        }
        let beside = limiting.join(" and ");
        let lines = open.iter().map(|wide| format!("statement {wide} allows everyone beside {beside}"));
        if beside.is_empty() { Vec::new() } else { lines.collect() }
    }

    /// Those whom the Allow lets in past every Deny.
    fn callers_of(&self, allow: &Statement) -> Vec<Callers> {
        let denies = self.policy.statements.iter().filter(|it| it.effect == Effect::Deny);
        let document = self.only([allow].into_iter().chain(denies).cloned().collect());
        self.stages().flat_map(|stage| self.judge(&document, stage)).collect()
    }

    fn only(&self, statements: Vec<Statement>) -> Document {
        Document { version: self.policy.version, statements }
    }

    fn stages(&self) -> impl Iterator<Item = &str> {
        self.api.stages.iter().map(|it| it.name.as_str())
    }

    fn is_open(&self, document: &Document, stage: &str) -> bool {
        self.judge(document, stage).iter().any(Callers::is_open)
    }

    fn judge(&self, document: &Document, stage: &str) -> Vec<Callers> {
        let private = self.api.endpoint.known() == Some(&EndpointType::Private);
        let asked = Asked { requests: "*", by: By::Anyone, proof: &Proof::Nothing };
        Judge::new(document, asked, private, self.api, (self.account, self.today)).callers(stage)
    }
}

/// The keys by which callers are limited.
fn keys(callers: &[Callers]) -> String {
    let restrictions = callers.iter().flat_map(|it| &it.restrictions).filter(|it| it.effective);
    let keys: BTreeMap<_, _> =
        restrictions.map(|it| (it.key.to_ascii_lowercase(), it.key.as_str())).collect();
    let keys: Vec<_> = keys.into_values().collect();
    if keys.is_empty() { String::new() } else { format!(", which limits callers by {}", keys.join(", ")) }
}
