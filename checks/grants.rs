//! Who the resource policy of a function, alias or version lets in, and how evidence shows it.

use audit::Scope;
use audit::ways::{self, Context, other_actions};
pub(crate) use audit::ways::{
    ANY_URL, BY_SERVICES, INVOKE_DIRECTLY, INVOKE_VIA_URL, OPEN_URL, SIGN_URL, SIGNED, URL, Way, Ways,
};
use inventory::{Call, Invocable};
use policy::{Audience, Document, Effect, Grant, Principal, Principals, Request, Statement, who_can};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What reads every resource policy of every function.
pub(crate) const CALLS: &[Call] =
    &[Call::LambdaListFunctions, Call::LambdaListAliases, Call::LambdaGetPolicy];

/// The condition keys that name on whose behalf a service acts, lower case.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>
pub(crate) const SOURCES: &[&str] =
    &["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"];

/// A statement that lets somebody in, over all the ways that were asked about.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    /// The statement.
    pub(crate) statement: &'a Statement,
    /// Its widest grant among the audiences that were asked about.
    pub(crate) grant: Grant,
    /// The actions it allows them, each once.
    pub(crate) actions: Vec<&'a str>,
}

/// The statements that let in signed callers of those audiences, in the policy's order.
pub(crate) fn signed<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    ways: &Ways,
    audiences: RangeInclusive<Audience>,
) -> Vec<Opening<'a>> {
    let mut openings = Openings { policy, invocable, scope, signed: true, audiences, found: BTreeMap::new() };
    ways.told.iter().for_each(|way| openings.ask(way.action, way.context, |_, _| true));
    // The other actions that a statement names count if they let in more.
    let told: Vec<_> = openings.found.keys().copied().collect();
    for (index, statement) in policy.statements.iter().enumerate() {
        if statement.effect == Effect::Allow {
            for action in other_actions(&statement.actions) {
                openings.ask(action, ways.other, |grant, known| {
                    let more =
                        known.is_none_or(|known| in_effect(grant) > in_effect(known) || adds(grant, known));
                    grant.statement == index && (more || !told.contains(&index))
                });
            }
        }
    }
    openings.found.into_values().collect()
}

/// The statements that let in any signed caller in one of those ways, in the policy's order.
pub(crate) fn signed_by<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    ways: &[Way],
) -> Vec<Opening<'a>> {
    let audiences = Audience::OwnAccount..=Audience::Anonymous;
    let mut openings = Openings { policy, invocable, scope, signed: true, audiences, found: BTreeMap::new() };
    for way in ways {
        openings.ask(way.action, way.context, |_, _| true);
    }
    openings.found.into_values().collect()
}

/// The statements that let in callers whom nobody authenticates, wherever they are.
pub(crate) fn unsigned<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    way: &Way,
) -> Vec<Opening<'a>> {
    let audiences = Audience::AnyAwsPrincipal..=Audience::Anonymous;
    let mut openings =
        Openings { policy, invocable, scope, signed: false, audiences, found: BTreeMap::new() };
    openings.ask(way.action, way.context, |_, _| true);
    openings.found.into_values().collect()
}

/// What a policy is asked, and what came of it so far.
struct Openings<'a, 'b> {
    policy: &'a Document,
    invocable: &'b Invocable<'b>,
    scope: &'b Scope<'b>,
    signed: bool,
    audiences: RangeInclusive<Audience>,
    found: BTreeMap<usize, Opening<'a>>,
}

impl<'a> Openings<'a, '_> {
    /// Adds the statements that allow the action, if the grant is of interest beside what is known.
    fn ask(
        &mut self,
        action: &'a str,
        context: Context,
        of_interest: impl Fn(&Grant, Option<&Grant>) -> bool,
    ) {
        let (owner, resource) = (&self.scope.account.id, self.invocable.arn);
        let day = self.scope.inventory.today().to_string();
        let context = &ways::from(&day, context);
        let request = Request { action, resource, owner, signed: self.signed, context };
        for grant in who_can(self.policy, &request) {
            let index = grant.statement;
            let known = self.found.get(&index).map(|it| &it.grant);
            let asked_for = self.audiences.contains(&in_effect(&grant)) && of_interest(&grant, known);
            let Some(statement) = self.policy.statements.get(index).filter(|_| asked_for) else {
                continue;
            };
            let first = || Opening { statement, grant: grant.clone(), actions: Vec::new() };
            let opening = self.found.entry(index).or_insert_with(first);
            if !opening.actions.contains(&action) {
                opening.actions.push(action);
            }
            if in_effect(&grant) > in_effect(&opening.grant) {
                opening.grant = grant;
            } else if in_effect(&grant) == in_effect(&opening.grant) {
                // A Deny of one action may leave more to another.
                let known = &mut opening.grant;
                let new = grant.principals.into_iter().filter(|it| !known.principals.contains(it));
                let new: Vec<_> = new.collect();
                known.principals.extend(new);
                known.exact |= grant.exact;
            }
        }
    }
}

/// Whether the grant lets in, as one of the same audience, somebody who is not known.
fn adds(grant: &Grant, known: &Grant) -> bool {
    let new = grant.principals.iter().any(|it| !known.principals.contains(it));
    in_effect(grant) == in_effect(known) && new
}

/// The audience as checks judge it: the networks and secrets that limit callers are the account's own,
/// unless a foreign account was let in by name.
pub(crate) fn in_effect(grant: &Grant) -> Audience {
    if grant.limited && grant.audience > Audience::ForeignAccounts {
        Audience::OwnAccount
    } else {
        grant.audience
    }
}

impl Opening<'_> {
    /// Whether it lets in every AWS account, or everybody.
    pub(crate) fn is_public(&self) -> bool {
        in_effect(&self.grant) >= Audience::AnyAwsPrincipal
    }

    /// Whether both are of the same statement.
    pub(crate) fn same_statement(&self, other: &Opening) -> bool {
        self.grant.statement == other.grant.statement
    }

    /// The services that the statement names.
    pub(crate) fn services(&self) -> Vec<&str> {
        let Some(Principals::Only(principals)) = &self.statement.principals else {
            return Vec::new();
        };
        let mut services = Vec::new();
        for principal in principals {
            if let Principal::Service(name) = principal {
                services.push(name.as_str());
            }
        }
        services
    }

    /// Whether it is for services: it names some, or lets in no others of any account.
    pub(crate) fn is_for_services(&self) -> bool {
        in_effect(&self.grant) == Audience::AnyAccountThroughAService || !self.services().is_empty()
    }

    /// The services that it lets in, for people.
    pub(crate) fn services_in_words(&self) -> String {
        let named = self.services().into_iter();
        let services: Vec<_> = named.chain(self.values_of("aws:principalservicename")).collect();
        if services.is_empty() { "any AWS service".into() } else { join(services.into_iter()) }
    }

    /// The values that an effective or ineffective condition compares that key with.
    pub(crate) fn values_of(&self, key: &str) -> impl Iterator<Item = &str> {
        let conditions = self.grant.restrictions.iter();
        conditions
            .filter(move |it| it.key.eq_ignore_ascii_case(key))
            .flat_map(|it| it.values.iter().map(String::as_str))
    }

    /// Whether a condition, effective or not, tests one of those keys.
    pub(crate) fn names(&self, keys: &[&str]) -> bool {
        let mut conditions = self.grant.restrictions.iter();
        conditions.any(|it| keys.iter().any(|key| it.key.eq_ignore_ascii_case(key)))
    }

    /// The statement as evidence.
    pub(crate) fn evidence(&self) -> String {
        shown(self.statement, &self.grant.label)
    }
}

/// A statement of a resource's policy as evidence, secrets masked:
/// `statement Open: Allow * lambda:InvokeFunction if StringEquals aws:PrincipalOrgID = o-1`.
pub(crate) fn shown(statement: &Statement, label: &str) -> String {
    let masked = Document { statements: vec![statement.clone()], ..Document::default() }.masked();
    let shown = masked.statements.first().map(describe).unwrap_or_default();
    format!("statement {label}: Allow {shown}")
}

fn describe(statement: &Statement) -> String {
    let principals = match &statement.principals {
        Some(Principals::Only(list)) => join(list.iter().map(principal)),
        Some(Principals::AllBut(list)) => format!("all but {}", join(list.iter().map(principal))),
        None => String::new(),
    };
    let actions = match &statement.actions {
        policy::Actions::Only(list) => join(list.iter().map(String::as_str)),
        policy::Actions::AllBut(list) => {
            format!("all but {}", join(list.iter().map(String::as_str)))
        }
    };
    let conditions = statement.conditions.iter().map(|condition| {
        let values = join(condition.values.iter().map(String::as_str));
        format!("{} {} = {values}", condition.operator_name(), condition.key)
    });
    let conditions: Vec<_> = conditions.collect();
    if conditions.is_empty() {
        format!("{principals} {actions}, no conditions")
    } else {
        format!("{principals} {actions} if {}", conditions.join(" and "))
    }
}

/// The principal as a policy writes it.
pub(crate) fn principal(principal: &Principal) -> &str {
    match principal {
        Principal::Anyone => "*",
        Principal::Aws(text)
        | Principal::Service(text)
        | Principal::Federated(text)
        | Principal::CanonicalUser(text) => text,
    }
}

/// The first few of a list, and how many there are beyond them.
pub(crate) fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let texts: Vec<_> = texts.collect();
    let more = texts.len().saturating_sub(SHOWN);
    let shown: Vec<_> = texts.into_iter().take(SHOWN).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
