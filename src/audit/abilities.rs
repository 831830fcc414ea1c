//! What a role may do, as far as its policies could be read.

use crate::Confidence;
use inventory::{Account, AttachedPolicy, Fact, Function, Gap, Role};
use jiff::civil::Date;
use policy::{
    Ability, Actions, Ask, Catalogue, Document, Effect, Everything, Identity, Resources, Statement, Version,
};
use reference::actions::{self, Access, Action};
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What every role of an account may do.
#[derive(Debug, Default)]
pub(crate) struct Directory<'a> {
    roles: BTreeMap<&'a str, Abilities<'a>>,
    nobody: Abilities<'a>,
}

impl<'a> Directory<'a> {
    /// Of an account, with all functions that run under a role; none where they are not known.
    pub(crate) fn of<'b>(
        account: &'a Account,
        today: Date,
        users: impl Fn(&Role) -> &'b [&'b Function],
    ) -> Self {
        let one = |role: &'a Role| (role.arn.as_str(), Abilities::of(role, account, today, users(role)));
        Self { roles: account.roles.iter().map(one).collect(), nobody: Abilities::default() }
    }

    /// What that role may do.
    pub(crate) fn abilities(&self, role: &Role) -> &Abilities<'a> {
        self.roles.get(role.arn.as_str()).unwrap_or(&self.nobody)
    }
}

/// What a role of the account may do.
#[derive(Debug)]
pub struct Abilities<'a> {
    identity: Identity<'a>,
    boundary: Fact<(&'a str, &'a Document)>,
    unread: Option<Gap>,
    doubts: Vec<String>,
}

/// How many actions are tried to show that a role may do what another may not.
const MOST_TRIED: usize = 200;

/// A name that no policy gives to anything.
const UNHEARD_OF: &str = "zq8xk3vj7w";

/// The policies that speak of what a role may do, as far as they could be read.
#[derive(Debug, Default)]
struct Policies<'a> {
    own: Vec<(&'a str, &'a Document)>,
    boundary: Fact<(&'a str, &'a Document)>,
    control: Vec<Vec<(&'a str, &'a Document)>>,
    unread: Option<Gap>,
    doubts: Vec<String>,
}

impl<'a> Abilities<'a> {
    /// Of a role from that day on; `users` are all functions that run under it, none where they are not known.
    pub fn of(role: &'a Role, account: &'a Account, today: Date, users: &[&Function]) -> Self {
        let Policies { own, boundary, control, unread, doubts } = Policies::of(role, account);
        let tags = role.tags.iter().map(|(key, value)| (format!("aws:PrincipalTag/{key}"), value.as_str()));
        let functions = users.iter().map(|it| it.arn.as_str());
        let functions = functions.map(|arn| ("lambda:SourceFunctionArn".to_owned(), arn));
        let role = [("aws:PrincipalArn", role.arn.as_str()), ("aws:PrincipalAccount", &account.id)];
        let role = role.map(|(key, value)| (key.to_owned(), value)).into_iter();
        let day = today.to_string();
        let time = ("aws:CurrentTime".to_owned(), day.as_str());
        let facts: Vec<_> = role.chain(tags).chain(functions).chain([time]).collect();
        let facts: Vec<_> = facts.iter().map(|(key, value)| (key.as_str(), Some(*value))).collect();
        let identity = Identity::role(&own, boundary.known().copied(), &control, &facts);
        Self { identity, boundary, unread, doubts }
    }

    /// Whether the role may do what is asked, by the policies that could be read: some of it, where it
    /// stands for many requests. To conclude from "no", ask [`Self::all_read`] too; what may make a
    /// "yes" wrong is among the [`Self::doubts`].
    ///
    /// An answer that depends on a condition key which AWS does not list for the action is not exact.
    pub fn can(&self, ask: &Ask) -> Option<Ability<'a>> {
        let action = LazyCell::new(|| actions::find(ask.action));
        self.identity.can_with(ask, |key| action.is_none_or(|it| it.may_carry(key)))
    }

    /// Whether the role may do everything, or all that it takes to get there, by the policies that could
    /// be read; see [`Self::can`].
    pub fn everything(&self) -> Option<Everything<'a>> {
        self.identity.everything(&catalogue())
    }

    /// Whether a permissions boundary would keep the role from everything, whatever its own policies
    /// allowed.
    ///
    /// # Errors
    /// The gap of a boundary that could not be read.
    pub fn is_bounded(&self) -> Result<bool, Gap> {
        let boundary = self.boundary.read()?;
        Ok(boundary.is_some_and(|it| {
            Identity::role(std::slice::from_ref(it), None, &[], &[]).everything(&catalogue()).is_none()
        }))
    }

    /// How sure it is that these abilities lend something that the other's lack; nothing where they do
    /// not. Sure is what one request shows: these allow it and the other's do not. Policies that could
    /// not be read may lend anything.
    pub(crate) fn add_to(&self, other: &Self, account: &Account) -> Option<Confidence> {
        let mut beyond = self.identity.beyond(&other.identity).peekable();
        if beyond.peek().is_none() && self.unread.is_none() {
            return None;
        }
        let names = beyond.flat_map(|statement| match &statement.actions {
            Actions::Only(list) => list.as_slice(),
            Actions::AllBut(_) => &EVERY,
        });
        let mut actions = names.flat_map(|name| actions::expand(name)).take(MOST_TRIED);
        let sure = other.unread.is_none() && actions.any(|it| self.alone_can(other, it, account));
        Some(if sure { Confidence::High } else { Confidence::Medium })
    }

    /// Whether these allow the action, on some resource of the account if it is on any, and the other's
    /// surely do not.
    fn alone_can(&self, other: &Self, action: Action, account: &Account) -> bool {
        let name = action.to_string();
        let surely = |arn: Option<&str>| {
            let ability = self.can(&Ask { action: &name, resource: arn, context: &[] });
            ability.filter(|it| it.exact && !it.conditional)
        };
        let cannot =
            |arn: Option<&str>| other.can(&Ask { action: &name, resource: arn, context: &[] }).is_none();
        if !action.resource_level() {
            return surely(None).is_some() && cannot(None);
        }
        action.resources().any(|kind| {
            let arns = kind.resource_type.arn_patterns(account.partition.name(), &account.id);
            let allowed = arns.filter_map(|arn| surely(Some(&arn))).flat_map(|it| it.resources);
            let mut named = allowed.map(|arn| arn.replace('?', "q").replace(['*', '{'], UNHEARD_OF));
            named.any(|arn| cannot(Some(&arn)))
        })
    }

    /// Whether all policies of the role could be read.
    ///
    /// # Errors
    /// The first gap: a policy that could not be read may allow anything.
    pub fn all_read(&self) -> Result<(), Gap> {
        self.unread.clone().map_or(Ok(()), Err)
    }

    /// What could not be read and may take away some of what the role may do, for people.
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }
}

/// Those of a role that is not among those listed.
impl Default for Abilities<'_> {
    fn default() -> Self {
        Self {
            identity: Identity::role(&[], None, &[], &[]),
            boundary: Fact::default(),
            unread: Some(Gap::not_collected()),
            doubts: Vec::new(),
        }
    }
}

impl<'a> Policies<'a> {
    fn of(role: &'a Role, account: &'a Account) -> Self {
        let mut listings = [&role.inline.gap, &role.attached.gap].into_iter().flatten();
        let mut policies = Self { unread: listings.next().cloned(), ..Self::default() };
        let inline = role.inline.iter().map(|it| (it.name.as_str(), it.document.read()));
        let attached = role.attached.iter().map(|it| (it.name.as_str(), text(it)));
        for (name, document) in inline.chain(attached) {
            match document {
                Ok(document) => policies.own.extend(document.map(|it| (name, it))),
                Err(gap) => policies.unread = policies.unread.or(Some(gap)),
            }
        }
        let mut doubts = Vec::new();
        doubts.extend(doubt(
            "another of its policies could not be read and may deny some of it",
            policies.unread.as_ref(),
        ));
        let boundary = role.boundary.read().and_then(|boundary| {
            let Some(boundary) = boundary else { return Ok(None) };
            Ok(text(boundary)?.map(|document| (boundary.name.as_str(), document)))
        });
        policies.boundary = boundary.map_or_else(Fact::Unread, Fact::from);
        doubts.extend(doubt(
            "its permissions boundary could not be read and may limit it",
            policies.boundary.gap(),
        ));
        let unread = policies.organization(account);
        doubts.extend(doubt(
            "the organization's policies could not all be read and may limit it",
            unread.as_ref(),
        ));
        policies.doubts = doubts;
        policies
    }

    /// Every level of the organization must allow too. A policy that could not be read may allow
    /// anything, and may deny it: gives the gap of the first.
    fn organization(&mut self, account: &'a Account) -> Option<Gap> {
        let levels = account.service_control_policies.read();
        let mut unread = levels.as_ref().err().cloned();
        for level in levels.ok().flatten().into_iter().flatten() {
            let texts = level.policies.iter().filter_map(|policy| {
                let document = text(policy);
                unread = unread.take().or_else(|| document.as_ref().err().cloned());
                Some((policy.name.as_str(), document.unwrap_or(Some(&ALL))?))
            });
            let texts = texts.collect();
            self.control.push(texts);
        }
        unread
    }
}

/// What an unread policy makes doubtful, and what would lift the doubt.
fn doubt(why: &str, gap: Option<&Gap>) -> Option<String> {
    gap.map(|gap| format!("{why}: {}", gap.cause()))
}

/// Every action that is known.
static EVERY: LazyLock<Vec<String>> = LazyLock::new(|| names("*", |_| true));

/// The actions with which permissions are managed in IAM.
static PERMISSIONS: LazyLock<Vec<String>> =
    LazyLock::new(|| names("iam:*", |access| access == Access::PermissionsManagement));

fn catalogue() -> Catalogue<'static> {
    Catalogue { every: &EVERY, permissions: &PERMISSIONS }
}

fn names(pattern: &str, wanted: impl Fn(Access) -> bool) -> Vec<String> {
    let actions = actions::expand(pattern).filter(|it| wanted(it.access()));
    actions.map(|it| it.to_string().to_ascii_lowercase()).collect()
}

/// What an attached policy says; AWS's own administrator policy is known by its ARN.
fn text(policy: &AttachedPolicy) -> Result<Option<&Document>, Gap> {
    match &policy.document {
        Fact::Unread(_) if policy.arn.ends_with(":iam::aws:policy/AdministratorAccess") => Ok(Some(&ALL)),
        document => document.read(),
    }
}

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>
static ALL: LazyLock<Document> = LazyLock::new(|| {
    let everything = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: None,
        actions: Actions::Only(vec!["*".into()]),
        resources: Some(Resources::Only(vec!["*".into()])),
        conditions: Vec::new(),
    };
    Document { version: Version::V2012, statements: vec![everything] }
});

#[cfg(test)]
mod tests;
