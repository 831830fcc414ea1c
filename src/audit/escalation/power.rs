//! How much a role may do, roughly: enough to tell what is worth reaching.

use inventory::{AttachedPolicy, Fact, Gap, Role};
use policy::{Actions, Document, Effect, Resources, Statement, Version, everything};

/// How much a role may do, most last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    /// Some policy could not be read.
    Unknown,
    /// Not everything.
    Limited,
    /// Everything, or everything in IAM, which is the same in the end.
    Administrator,
}

/// How much a role may do within its permissions boundary. A boundary that could not be read is taken
/// for none: it could only remove power.
pub(super) fn power(role: &Role) -> Power {
    let administrator = administrator_access();
    let inline = role.inline.iter().map(|it| (it.name.as_str(), it.document.known()));
    let attached = role.attached.iter().map(|it| (it.name.as_str(), document(it, &administrator)));
    let known: Vec<_> = inline.chain(attached).filter_map(|(name, it)| Some((name, it?))).collect();
    if everything(&known).is_some() && bounds(role) != Some(true) {
        Power::Administrator
    } else if unread(role).is_some() {
        Power::Unknown
    } else {
        Power::Limited
    }
}

/// Whether a permissions boundary keeps the role from everything; nothing if it could not be read.
pub(super) fn bounds(role: &Role) -> Option<bool> {
    match role.boundary.read() {
        Err(_) => None,
        Ok(None) => Some(false),
        Ok(Some(boundary)) => {
            let administrator = administrator_access();
            let document = document(boundary, &administrator)?;
            Some(everything(&[(boundary.name.as_str(), document)]).is_none())
        }
    }
}

/// Whether the one role may do something that the other may not, going by statements.
pub(super) fn adds(other: &Role, own: &Role) -> bool {
    let has = |statement: &Statement| allows(own).any(|mine| same(mine, statement));
    unread(other).is_some() || allows(other).any(|statement| !has(statement))
}

/// The first gap in the role's identity policies.
pub(super) fn unread(role: &Role) -> Option<Gap> {
    let listings = [&role.inline.gap, &role.attached.gap];
    let listed = listings.into_iter().flatten().next();
    listed.or_else(|| role.policies().find_map(|(_, document)| document.gap())).cloned()
}

fn allows(role: &Role) -> impl Iterator<Item = &Statement> {
    let statements = role.policies().filter_map(|(_, it)| it.known()).flat_map(|it| &it.statements);
    statements.filter(|statement| statement.effect == Effect::Allow)
}

fn same(one: &Statement, other: &Statement) -> bool {
    one.actions == other.actions && one.resources == other.resources && one.conditions == other.conditions
}

/// What an attached policy says; AWS's own administrator policy is known by its ARN.
fn document<'a>(policy: &'a AttachedPolicy, administrator: &'a Document) -> Option<&'a Document> {
    match &policy.document {
        Fact::Unread(_) if policy.arn.ends_with(":iam::aws:policy/AdministratorAccess") => {
            Some(administrator)
        }
        document => document.known(),
    }
}

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>
fn administrator_access() -> Document {
    let everything = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: None,
        actions: Actions::Only(vec!["*".into()]),
        resources: Some(Resources::Only(vec!["*".into()])),
        conditions: Vec::new(),
    };
    Document { version: Version::V2012, statements: vec![everything] }
}
