//! What an identity can do: its policies together, less what denies, within what bounds them.

mod beyond;

use crate::session::Session;
use crate::solve::{Choice, Clause, Demand, Exists, Ground, Search, Values};
use crate::target::{Home, Part, Question, Target};
use crate::{Actions, Catalogue, Document, Effect, Everything, Statement, Version};

/// A role with all that speaks of what it may do, made ready to be asked many times.
///
/// ```
/// use policy::{Ask, Document, Identity};
///
/// let own = Document::parse(r#"{ "Version": "2012-10-17", "Statement": [
///     { "Sid": "Work", "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
///     { "Sid": "Keep", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::ledger/*" },
///     { "Sid": "Admin", "Effect": "Allow", "Action": "iam:*", "Resource": "*",
///       "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }
/// ] }"#)?;
/// let boundary = Document::parse(r#"{ "Statement": {
///     "Effect": "Allow", "Action": ["s3:Get*", "s3:Delete*", "iam:*"], "Resource": "*" } }"#)?;
/// let role = Identity::role(&[("worker", &own)], Some(("limits", &boundary)), &[], &[]);
/// let can = |action, resource| role.can(&Ask { action, resource: Some(resource), context: &[] });
///
/// let read = can("s3:GetObject", "arn:aws:s3:::ledger/2026.csv").unwrap();
/// assert_eq!(read.statements[0].to_string(), "policy worker, statement Work");
/// // A Deny in the policy, a boundary that does not allow it, and what no function's code can show.
/// assert!(can("s3:DeleteObject", "arn:aws:s3:::ledger/2026.csv").is_none());
/// assert!(can("s3:PutObject", "arn:aws:s3:::ledger/2026.csv").is_none());
/// assert!(can("iam:CreateUser", "*").is_none());
/// # Ok::<(), policy::ParseError>(())
/// ```
#[derive(Debug)]
pub struct Identity<'a> {
    policies: Layer<'a>,
    /// Each must allow as well: the permissions boundary, and every level of service control policies.
    bounds: Vec<Layer<'a>>,
    session: Session,
}

/// Policies of which one must allow.
#[derive(Debug, Default)]
pub(crate) struct Layer<'a> {
    pub(crate) allows: Vec<Ruling<'a>>,
    pub(crate) denies: Vec<Ruling<'a>>,
}

/// A statement made ready.
#[derive(Debug)]
pub(crate) struct Ruling<'a> {
    pub(crate) policy: &'a str,
    pub(crate) label: String,
    pub(crate) statement: &'a Statement,
    version: Version,
    /// The services whose actions it names; nothing where they may be any.
    services: Option<Vec<&'a str>>,
    pub(crate) target: Target,
    pub(crate) clauses: Vec<Clause<'a>>,
}

/// What is asked of an identity.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The action; `*` and `?` are wildcards, and stand for some of the actions.
    pub action: &'a str,
    /// The ARN; `*` and `?` in it are wildcards, `{` is any text without a slash: some such resource.
    /// Nothing for an action that is on no resource, which policies allow with `*` only.
    pub resource: Option<&'a str>,
    /// Condition keys of the request whose value is known; `None` for a key known to be missing.
    pub context: &'a [(&'a str, Option<&'a str>)],
}

/// That an identity can do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability<'a> {
    /// The statements that allow it.
    pub statements: Vec<AllowedBy<'a>>,
    /// Whether it depends on conditions that are not fulfilled anyway: on what the role chooses, or on
    /// what is not known.
    pub conditional: bool,
    /// False where a condition may not be fulfilled, or it is not known what it means.
    pub exact: bool,
    /// The patterns of the resources that it is for, each within what was asked, and of all of that if
    /// it is that itself. None for an action that is on no resource.
    pub resources: Vec<String>,
}

/// A statement that allows something, and where it stands. Names are no identity: an inline policy and
/// an attached one may have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedBy<'a> {
    /// The policy's name.
    pub policy: &'a str,
    /// The statement's label.
    pub label: String,
    /// The statement.
    pub statement: &'a Statement,
}

impl std::fmt::Display for AllowedBy<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "policy {}, statement {}", self.policy, self.label)
    }
}

impl<'a> Identity<'a> {
    /// A role: its identity policies by name, its boundary, and the service control policies level by
    /// level. `facts` are condition keys of its sessions with their values, `None` for one that is
    /// missing: `aws:PrincipalArn`, `aws:PrincipalTag/…`, `lambda:SourceFunctionArn`. A key that is named
    /// more than once has one of those values in one session, another in another. That of
    /// `aws:CurrentTime` is the earliest: requests come from then on.
    pub fn role(
        policies: &[(&'a str, &'a Document)],
        boundary: Option<(&'a str, &'a Document)>,
        control: &[Vec<(&'a str, &'a Document)>],
        facts: &[(&str, Option<&str>)],
    ) -> Self {
        let boundary = boundary.iter().map(|it| Layer::of(std::slice::from_ref(it)));
        let bounds = boundary.chain(control.iter().map(|level| Layer::of(level))).collect();
        Self { policies: Layer::of(policies), bounds, session: Session::of_role(facts) }
    }

    /// Whether the identity can do what is asked: some of it, where it stands for many requests.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    pub fn can(&self, ask: &Ask) -> Option<Ability<'a>> {
        self.can_with(ask, |_| true)
    }

    /// The same, where it is known which condition keys, lower case, requests for the action `carry`: no
    /// answer that depends on another one is exact.
    pub fn can_with(&self, ask: &Ask, carries: impl Fn(&str) -> bool) -> Option<Ability<'a>> {
        // Most statements are about other services, and this is cheap.
        let wanted = service(ask.action);
        let mut allows = self.policies.allows.iter().filter(|it| it.may_name(wanted)).peekable();
        allows.peek()?;
        let question = match ask.resource {
            Some(resource) => Question::new(ask.action, resource),
            None => Question::without_resource(ask.action),
        };
        let mut found: Option<Ability<'a>> = None;
        let request = Requests { ask, carries: &carries, service: wanted, search: Search::default() };
        for allow in allows.filter(|it| it.target.may_concern(&question)) {
            let may_have = |key: &str| self.may_have(key, &request);
            let mut exists = Exists::No;
            let mut resources = Vec::new();
            for part in allow.target.parts(may_have, &question) {
                let part_exists = self.allows(allow, &part, &request);
                exists = exists.max(part_exists);
                if part_exists > Exists::No {
                    resources.push(part.question.resource());
                }
            }
            if exists == Exists::No {
                continue;
            }
            let ability = found.get_or_insert(Ability {
                statements: Vec::new(),
                conditional: true,
                exact: false,
                resources: Vec::new(),
            });
            ability.statements.push(allow.told());
            ability.exact |= exists == Exists::Yes;
            ability.conditional &= allow.clauses.iter().any(|it| !self.is_settled(&it.key, &request));
            ability.resources.extend(resources.into_iter().filter(|_| ask.resource.is_some()));
        }
        if let Some(ability) = &mut found {
            ability.resources.sort();
            ability.resources.dedup();
        }
        found
    }

    /// Whether the identity can do everything within its bounds, or all that it takes to get there: the
    /// statements of its own policies that allow it.
    pub fn everything(&self, catalogue: &Catalogue) -> Option<Everything<'a>> {
        let denies: Vec<_> = self.layers().flat_map(|it| &it.denies).collect();
        let everything = |layer: &Layer<'a>| layer.everything(&denies, &self.session, catalogue);
        let mut own = everything(&self.policies)?;
        for bound in &self.bounds {
            let bound = everything(bound)?;
            own.through_iam |= bound.through_iam;
            own.exact &= bound.exact;
        }
        Some(own)
    }

    fn layers(&self) -> impl Iterator<Item = &Layer<'a>> {
        std::iter::once(&self.policies).chain(&self.bounds)
    }

    /// Whether all requests have the same value for that key, or all lack it.
    fn is_settled(&self, key: &str, request: &Requests<impl Fn(&str) -> bool>) -> bool {
        self.session.asking(request.ask.context, request.carries, true).domain(key).is_one()
    }

    /// Whether requests may have that key, so that a policy variable stands for something.
    fn may_have(&self, key: &str, request: &Requests<impl Fn(&str) -> bool>) -> bool {
        let asking = self.session.asking(request.ask.context, request.carries, true);
        !matches!(asking.domain(key).values, Values::None)
    }

    /// Whether the statement lets some request for the part through, past every bound and Deny.
    fn allows(&self, allow: &Ruling, part: &Part, request: &Requests<impl Fn(&str) -> bool>) -> Exists {
        let mut choices: Vec<Choice> = vec![vec![allow.holds()]];
        for bound in &self.bounds {
            let ways = bound.allows.iter().filter(|it| it.may_name(request.service));
            let ways = ways.filter(|it| it.target.may_concern(&part.question));
            choices.push(ways.map(Ruling::holds).collect());
        }
        let may_have = |key: &str| self.may_have(key, request);
        let denies = self.layers().flat_map(|it| &it.denies).filter(|it| it.may_name(request.service));
        for deny in denies.filter(|it| it.target.must_concern(may_have, &part.question)) {
            choices.push(deny.clauses.iter().map(|clause| vec![Demand { clause, holds: false }]).collect());
        }
        let asking = |anywhere| self.session.asking(request.ask.context, request.carries, anywhere);
        let most = if part.certain { Exists::Yes } else { Exists::Perhaps };
        let from_anywhere = request.search.exists(&asking(true), choices.iter().collect());
        if from_anywhere == Exists::Yes {
            return most;
        }
        // The role's function may stand in a network that the policies name.
        request.search.exists(&asking(false), choices.iter().collect()).min(Exists::Perhaps)
    }
}

/// The requests that are asked about.
struct Requests<'a, C> {
    ask: &'a Ask<'a>,
    carries: &'a C,
    /// That of the action, if it is one.
    service: Option<&'a str>,
    search: Search,
}

impl<'a> Layer<'a> {
    fn of(policies: &[(&'a str, &'a Document)]) -> Self {
        let mut layer = Self::default();
        for (policy, document) in policies {
            for (index, statement) in document.statements.iter().enumerate() {
                let ruling = Ruling {
                    policy,
                    label: statement.label(index),
                    statement,
                    version: document.version,
                    services: services(&statement.actions),
                    target: Target::of(statement, document.version, Home::Identity),
                    clauses: Clause::all(&statement.conditions, document.version),
                };
                match statement.effect {
                    Effect::Allow => layer.allows.push(ruling),
                    Effect::Deny => layer.denies.push(ruling),
                }
            }
        }
        layer
    }
}

impl<'a> Ruling<'a> {
    /// The statement, for those who ask.
    pub(crate) fn told(&self) -> AllowedBy<'a> {
        AllowedBy { policy: self.policy, label: self.label.clone(), statement: self.statement }
    }

    /// Whether it can name an action of that service, or of any if there is none.
    fn may_name(&self, service: Option<&str>) -> bool {
        let (Some(services), Some(wanted)) = (&self.services, service) else { return true };
        services.iter().any(|it| it.eq_ignore_ascii_case(wanted))
    }

    /// That all its conditions hold.
    fn holds(&self) -> Vec<Demand<'_>> {
        self.clauses.iter().map(|clause| Demand { clause, holds: true }).collect()
    }
}

/// The services of all patterns, each once; nothing where they may be any.
fn services(actions: &Actions) -> Option<Vec<&str>> {
    let Actions::Only(list) = actions else { return None };
    let mut services = list.iter().map(|it| service(it)).collect::<Option<Vec<_>>>()?;
    services.sort_unstable();
    services.dedup();
    Some(services)
}

/// The service of an action, or of all that a pattern matches.
fn service(action: &str) -> Option<&str> {
    action.split_once(':').map(|(service, _)| service).filter(|it| !it.contains(['*', '?']))
}

#[cfg(test)]
mod tests;
