//! Identity policies that allow everything.

use crate::identity::{Layer, Ruling};
use crate::pattern::Pattern;
use crate::reach::mentions::is_account;
use crate::session::Session;
use crate::solve::{Allowance, Clause, Demand, Exists, Ground};
use crate::{Actions, AllowedBy, Resources, Statement};

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

/// The actions there are, lower case: several statements may come to all of them without saying so.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue<'a> {
    /// Every action of every service.
    pub every: &'a [String],
    /// Those with which IAM's permissions are managed.
    pub permissions: &'a [String],
}

/// Identity policies that together allow everything, or all that it takes to get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Everything<'a> {
    /// The statements that do.
    pub statements: Vec<AllowedBy<'a>>,
    /// Whether they allow IAM's actions only, or those that manage its permissions: whoever has those
    /// can grant itself the others.
    pub through_iam: bool,
    /// False where a condition may not be fulfilled or a Deny may stand in the way.
    pub exact: bool,
}

/// An Allow on every resource, or every one of IAM, whose conditions a role can fulfil.
struct Broad<'b, 'a> {
    ruling: &'b Ruling<'a>,
    everywhere: bool,
    exact: bool,
}

impl<'a> Layer<'a> {
    /// The statements that together allow every action on every resource, or else all of IAM; nothing
    /// where they do not. The denies are those of all layers.
    ///
    /// A Deny of some actions or resources changes nothing here: the rest is still nearly everything. A
    /// Deny that leaves nothing, or only some named services that are not IAM, does, unless one of its
    /// conditions fails in some of the role's requests.
    pub(crate) fn everything(
        &self,
        denies: &[&Ruling],
        session: &Session,
        catalogue: &Catalogue,
    ) -> Option<Everything<'a>> {
        let broad: Vec<_> = self.allows.iter().filter_map(|it| Broad::of(it, session)).collect();
        let in_the_way: Vec<_> = denies.iter().filter(|it| leaves_little(it)).collect();
        let escape = in_the_way.iter().map(|it| escape(&it.clauses, session)).min().unwrap_or(Exists::Yes);
        if broad.is_empty() || escape == Exists::No {
            return None;
        }
        let iam = Pattern::new(ANY_OF_IAM);
        let on_iam: Vec<_> = denies.iter().filter(|it| it.target.names_some(&iam)).collect();
        let is_certain =
            |it: &Ruling| is_on_all(it.statement) && self::escape(&it.clauses, session) == Exists::No;
        let no_iam = on_iam.iter().any(|it| it.target.names_all(&iam) && is_certain(it));
        let attempt = |(through_iam, exact): (bool, bool)| {
            let usable = broad.iter().filter(|it| (it.exact || !exact) && (it.everywhere || through_iam));
            let usable: Vec<_> = usable.map(|it| it.ruling).collect();
            let found = match through_iam {
                false => all_of(&usable, &Pattern::new(ANY_ACTION), catalogue.every),
                true if no_iam => Vec::new(),
                true => all_of(&usable, &iam, catalogue.permissions),
            };
            let statements: Vec<_> = found.iter().map(|it| it.told()).collect();
            let exact = exact && (!through_iam || on_iam.is_empty()) && escape == Exists::Yes;
            (!statements.is_empty()).then_some(Everything { statements, through_iam, exact })
        };
        [(false, true), (false, false), (true, true), (true, false)].into_iter().find_map(attempt)
    }
}

impl<'b, 'a> Broad<'b, 'a> {
    fn of(ruling: &'b Ruling<'a>, session: &Session) -> Option<Self> {
        let everywhere = is_on_every_resource(ruling.statement);
        if !everywhere && !is_on_all_of_iam(ruling.statement) {
            return None;
        }
        Some(Self { ruling, everywhere, exact: fulfilled(&ruling.clauses, session)? })
    }
}

/// The statements that each allow all the actions; or else those that together allow every one of the
/// list, but for the services that do not matter.
fn all_of<'b, 'a>(usable: &[&'b Ruling<'a>], all: &Pattern, list: &[String]) -> Vec<&'b Ruling<'a>> {
    let each: Vec<_> = usable.iter().copied().filter(|it| it.target.names_all(all)).collect();
    if !each.is_empty() {
        return each;
    }
    let mut together: Vec<(usize, &Ruling)> = Vec::new();
    let matters = |action: &&String| !SPARED.iter().any(|service| action.starts_with(service));
    for action in list.iter().filter(matters).map(|action| Pattern::literal(action)) {
        if together.iter().any(|(_, it)| it.target.names_all(&action)) {
            continue;
        }
        match usable.iter().enumerate().find(|(_, it)| it.target.names_all(&action)) {
            Some((place, ruling)) => together.push((place, ruling)),
            None => return Vec::new(),
        }
    }
    together.sort_by_key(|(place, _)| *place);
    together.into_iter().map(|(_, ruling)| ruling).collect()
}

/// Whether a role can fulfil all conditions, and whether that is certain; nothing if it cannot. What
/// it can choose to fulfil is no certainty: whatever it is, it is less than everything.
fn fulfilled(clauses: &[Clause], session: &Session) -> Option<bool> {
    let allowance = Allowance::default();
    let one = |clause: &Clause| {
        let demands = [Demand { clause, holds: true }];
        let domain = |anywhere| session.asking(&[], |_| true, anywhere).domain(&clause.key);
        let from_anywhere = domain(true);
        match from_anywhere.allows(&demands, &allowance) {
            Exists::Yes => Some(from_anywhere.is_one() || clause.key == "aws:sourceip" && !clause.negated()),
            Exists::Perhaps => Some(false),
            // The role's function may well stand in that network.
            Exists::No => (domain(false).allows(&demands, &allowance) > Exists::No).then_some(false),
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
        let mut texts = list.iter().map(|text| Pattern::resource(text, true));
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
    let mut texts = list.iter().map(|text| Pattern::resource(text, true));
    texts.any(|text| wanted.iter().any(|it| text.covers(&Pattern::new(it))))
}

/// Whether the statement is on every resource, those without an ARN included.
fn is_on_all(statement: &Statement) -> bool {
    let any = Pattern::new(ANY_RESOURCE);
    match &statement.resources {
        Some(Resources::AllBut(list)) => {
            !list.iter().any(|text| Pattern::resource(text, true).overlaps(&any))
        }
        _ => covers_one(statement, &[ANY_RESOURCE]),
    }
}

/// Whether a Deny does not apply to some requests: one of its conditions fails.
fn escape(clauses: &[Clause], session: &Session) -> Exists {
    let allowance = Allowance::default();
    let fails = |clause: &Clause| {
        let demands = [Demand { clause, holds: false }];
        let answer = |anywhere| {
            session.asking(&[], |_| true, anywhere).domain(&clause.key).allows(&demands, &allowance)
        };
        // The role's function may stand in some network that the policy names.
        answer(true).max(answer(false).min(Exists::Perhaps))
    };
    clauses.iter().map(fails).max().unwrap_or(Exists::No)
}

/// Whether a Deny is on everything but some actions or resources of named services other than IAM: with
/// IAM's, the Deny itself could be taken away.
fn leaves_little(deny: &Ruling) -> bool {
    let statement = deny.statement;
    let actions = match &statement.actions {
        Actions::Only(_) => deny.target.names_all(&Pattern::new(ANY_ACTION)),
        Actions::AllBut(list) => list.iter().all(|text| is_harmless(text.split(':').next())),
    };
    let resources = match &statement.resources {
        Some(Resources::AllBut(list)) => list.iter().all(|text| is_harmless(text.split(':').nth(2))),
        _ => is_on_all(statement),
    };
    actions && resources
}

fn is_harmless(service: Option<&str>) -> bool {
    let fixed = |service: &str| !service.contains(['*', '?', '$']);
    service.is_some_and(|it| fixed(it) && !it.is_empty() && !it.eq_ignore_ascii_case("iam"))
}

#[cfg(test)]
mod tests;
