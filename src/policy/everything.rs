//! Identity policies that allow everything.

use crate::pattern::Pattern;
use crate::reach::mentions::is_account;
use crate::session::Session;
use crate::solve::{Allowance, Clause, Demand, Exists, Ground};
use crate::{Actions, Condition, Document, Effect, Resources, Statement, Version};

/// An action of any service.
const ANY_ACTION: &str = "?*:?*";
/// An action of IAM.
const ANY_OF_IAM: &str = "iam:?*";
/// A resource, whichever.
const ANY_RESOURCE: &str = "?*";
/// A resource that has an ARN, whichever, by partition.
const ANY_ARN: [&str; 3] = ["arn:aws:?*:*:*:?*", "arn:aws-cn:?*:*:*:?*", "arn:aws-us-gov:?*:*:*:?*"];

/// A resource of IAM, whichever, by partition.
const ARNS_OF_IAM: [&str; 3] = ["arn:aws:iam::?*:?*", "arn:aws-cn:iam::?*:?*", "arn:aws-us-gov:iam::?*:?*"];

/// Services without which everything is still as good as everything, if IAM is not among them.
/// AWS's `PowerUserAccess` leaves them out.
const SPARED: [&str; 3] = ["organizations:", "account:", "sts:"];

/// Identity policies that together allow everything, or all that it takes to get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Everything<'a> {
    /// The statements that do, by policy name and statement label.
    pub statements: Vec<(&'a str, String)>,
    /// Whether they allow every action of IAM only: whoever has those can grant itself the others.
    pub through_iam: bool,
    /// False where a condition may not be fulfilled or a Deny may stand in the way.
    pub exact: bool,
}

/// An Allow on every resource, or every one of IAM, whose conditions a role can fulfil.
struct Broad<'a> {
    policy: &'a str,
    label: String,
    actions: &'a Actions,
    everywhere: bool,
    exact: bool,
}

/// The statements of a role's identity policies that together allow every action on every resource,
/// or else every action of IAM; nothing where they do not.
///
/// A Deny of some actions or resources changes nothing here: the rest is still nearly everything. A
/// Deny without conditions that leaves nothing, or only some named services that are not IAM, does.
pub fn everything<'a>(policies: &[(&'a str, &'a Document)]) -> Option<Everything<'a>> {
    let (mut allows, mut denies) = (Vec::new(), Vec::new());
    for (policy, document) in policies {
        for (index, statement) in document.statements.iter().enumerate() {
            match statement.effect {
                Effect::Deny => denies.push(statement),
                Effect::Allow => allows.extend(Broad::of(policy, document.version, index, statement)),
            }
        }
    }
    if denies.iter().any(|it| leaves_little(it)) {
        return None;
    }
    let iam = Pattern::new(ANY_OF_IAM);
    let on_iam: Vec<_> = denies.into_iter().filter(|it| touches(&it.actions, &iam)).collect();
    let no_iam = on_iam.iter().any(|it| permits(&it.actions, &iam) && is_certain(it));
    let attempt = |(through_iam, exact): (bool, bool)| {
        let usable = allows.iter().filter(|it| (it.exact || !exact) && (it.everywhere || through_iam));
        let found: Vec<_> = if !through_iam {
            whole(&usable.collect::<Vec<_>>())
        } else if no_iam {
            Vec::new()
        } else {
            usable.filter(|it| permits(it.actions, &iam)).collect()
        };
        let statements: Vec<_> = found.iter().map(|it| (it.policy, it.label.clone())).collect();
        let exact = exact && (!through_iam || on_iam.is_empty());
        (!statements.is_empty()).then_some(Everything { statements, through_iam, exact })
    };
    [(false, true), (false, false), (true, true), (true, false)].into_iter().find_map(attempt)
}

impl<'a> Broad<'a> {
    fn of(policy: &'a str, version: Version, index: usize, statement: &'a Statement) -> Option<Self> {
        let exact = fulfilled(&statement.conditions, version)?;
        let everywhere = is_on_every_resource(statement);
        let label = statement.label(index);
        let broad = Self { policy, label, actions: &statement.actions, everywhere, exact };
        (everywhere || is_on_all_of_iam(statement)).then_some(broad)
    }
}

/// Those that together allow every action.
fn whole<'b, 'a>(all: &[&'b Broad<'a>]) -> Vec<&'b Broad<'a>> {
    let every = Pattern::new(ANY_ACTION);
    let needed = all.iter().find_map(|one| exempted(one.actions, all));
    let needs = |one: &&&Broad| match &needed {
        _ if permits(one.actions, &every) => true,
        Some((whole, parts)) => one.actions == *whole || parts.iter().any(|part| permits(one.actions, part)),
        None => false,
    };
    all.iter().filter(needs).copied().collect()
}

/// The actions that a `NotAction` leaves out, if the other statements allow each of them that matters.
fn exempted<'a>(actions: &'a Actions, all: &[&Broad]) -> Option<(&'a Actions, Vec<Pattern>)> {
    let Actions::AllBut(list) = actions else {
        return None;
    };
    let spared = |text: &&String| {
        let text = text.to_ascii_lowercase();
        SPARED.iter().any(|service| text.starts_with(service))
    };
    let parts: Vec<_> = list.iter().filter(|it| !spared(it)).map(|text| Pattern::action(text)).collect();
    let allowed = |part| all.iter().any(|one| permits(one.actions, part));
    parts.iter().all(allowed).then_some((actions, parts))
}

/// Whether every action that matches the pattern is among these.
fn permits(actions: &Actions, wanted: &Pattern) -> bool {
    match actions {
        Actions::Only(list) => list.iter().any(|text| Pattern::action(text).covers(wanted)),
        Actions::AllBut(list) => !list.iter().any(|text| Pattern::action(text).overlaps(wanted)),
    }
}

/// Whether some action that matches the pattern is among these.
fn touches(actions: &Actions, wanted: &Pattern) -> bool {
    match actions {
        Actions::Only(list) => list.iter().any(|text| Pattern::action(text).overlaps(wanted)),
        Actions::AllBut(list) => !list.iter().any(|text| Pattern::action(text).covers(wanted)),
    }
}

/// Whether a role can fulfil all conditions, and whether that is certain; nothing if it cannot. What
/// it can choose to fulfil is no certainty: whatever it is, it is less than everything.
fn fulfilled(conditions: &[Condition], version: Version) -> Option<bool> {
    let session = Session::of_role(&[]);
    let clauses = Clause::all(conditions, version);
    let allowance = Allowance::default();
    let one = |clause: &Clause| {
        let demands = [Demand { clause, holds: true }];
        let domain = session.asking(&[], true).domain(&clause.key);
        match domain.allows(&demands, &allowance) {
            Exists::Yes => Some(domain.is_one() || clause.key == "aws:sourceip" && !clause.negated()),
            Exists::Perhaps => Some(false),
            // The role's function may well stand in that network.
            Exists::No => {
                let domain = session.asking(&[], false).domain(&clause.key);
                (domain.allows(&demands, &allowance) > Exists::No).then_some(false)
            }
        }
    };
    clauses.iter().map(one).try_fold(true, |exact, one| Some(exact && one?))
}

/// Whether the statement is on every resource that has an ARN.
fn is_on_every_resource(statement: &Statement) -> bool {
    is_on_all(statement) || covers_one(statement, &ANY_ARN)
}

/// Whether the statement is on every resource of IAM.
fn is_on_all_of_iam(statement: &Statement) -> bool {
    let spares = |list: &[String]| {
        let mut texts = list.iter().map(|text| Pattern::new(text));
        !texts.any(|text| ARNS_OF_IAM.iter().any(|arn| Pattern::new(arn).overlaps(&text)))
    };
    let Some(Resources::Only(list)) = &statement.resources else {
        return matches!(&statement.resources, Some(Resources::AllBut(list)) if spares(list));
    };
    // A role acts on the IAM of its own account alone, whichever account the ARN names.
    let texts: Vec<_> = list.iter().map(|text| in_any_account(text)).collect();
    covers_any(&texts, &ARNS_OF_IAM)
}

/// The ARN with a wildcard in place of an account.
fn in_any_account(text: &str) -> String {
    let mut fields: Vec<_> = text.splitn(6, ':').collect();
    if let [_, _, _, _, account, _] = fields.as_mut_slice()
        && is_account(account)
    {
        *account = "*";
    }
    fields.join(":")
}

/// Whether the statement is on everything that one of the patterns matches.
fn covers_one(statement: &Statement, wanted: &[&str]) -> bool {
    let Some(Resources::Only(list)) = &statement.resources else {
        return false;
    };
    covers_any(list, wanted)
}

fn covers_any(list: &[String], wanted: &[&str]) -> bool {
    let mut texts = list.iter().map(|text| Pattern::new(text));
    texts.any(|text| wanted.iter().any(|it| text.covers(&Pattern::new(it))))
}

/// Whether the statement is on every resource, those without an ARN included.
fn is_on_all(statement: &Statement) -> bool {
    let any = Pattern::new(ANY_RESOURCE);
    match &statement.resources {
        Some(Resources::AllBut(list)) => !list.iter().any(|text| Pattern::new(text).overlaps(&any)),
        _ => covers_one(statement, &[ANY_RESOURCE]),
    }
}

/// Whether the statement applies to every resource and always.
fn is_certain(statement: &Statement) -> bool {
    is_on_all(statement) && statement.conditions.is_empty()
}

/// Whether a Deny leaves at most some actions or resources of named services other than IAM: with
/// IAM's, the Deny itself could be taken away.
fn leaves_little(statement: &Statement) -> bool {
    let any = Pattern::new(ANY_ACTION);
    let actions = match &statement.actions {
        Actions::Only(_) => permits(&statement.actions, &any),
        Actions::AllBut(list) => list.iter().all(|text| is_harmless(text.split(':').next())),
    };
    let resources = match &statement.resources {
        Some(Resources::AllBut(list)) => list.iter().all(|text| is_harmless(text.split(':').nth(2))),
        _ => is_on_all(statement),
    };
    actions && resources && statement.conditions.is_empty()
}

fn is_harmless(service: Option<&str>) -> bool {
    let fixed = |service: &str| !service.contains(['*', '?', '$']);
    service.is_some_and(|it| fixed(it) && !it.is_empty() && !it.eq_ignore_ascii_case("iam"))
}

#[cfg(test)]
mod tests;
