//! The audiences of a policy against all requests of a small world, one by one.
//!
//! The world holds an account, a principal, a service, a source and a value of every kind that a
//! generated policy can tell apart, and some that it does not name. `decide` judges each request;
//! whoever is let in must be within an audience, and every audience must have somebody let in whom
//! no narrower one holds.

use super::policies::{FUNCTION, NAMED, OWNER, ROLE, ROOT, document};
use crate::{
    Audience, Case, Context, ContextValue, Document, Effect, Grant, Policy, Principal, Principals, Request,
    Statement, Verdict, decide, who_can,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Accounts that no policy names, of which patterns and numbers of theirs match some.
const STRANGERS: [&str; 5] = ["888888888888", "900000000000", "999999999990", "111100000000", "000000000001"];
const OTHER_NAMED: &str = "444455556666";
const CANONICAL: &str = "79a59d";
const SESSION: &str = "arn:aws:sts::999999999999:assumed-role/r/s";
/// What conditions see of that session, if its role has a path.
const PATHED: &str = "arn:aws:iam::999999999999:role/team/r";
const OWN_ROLE: &str = "arn:aws:iam::111122223333:role/own";

/// Somebody who asks, with what their requests say of them.
#[derive(Clone, Debug)]
struct Asker {
    principal: String,
    account: Option<String>,
    organization: Option<&'static str>,
    service: Option<&'static str>,
    keys: Vec<(&'static str, String)>,
}

impl Asker {
    fn anonymous() -> Self {
        Self {
            principal: "anonymous".into(),
            account: None,
            organization: None,
            service: None,
            keys: Vec::new(),
        }
    }

    fn principal(account: &str, (arn, user): (&str, &str), organization: Option<&'static str>) -> Self {
        // Conditions see the role of a session.
        let role = if arn == SESSION { ROLE } else { arn };
        let arn = if arn == PATHED { SESSION } else { arn };
        let mut keys = vec![
            ("aws:PrincipalAccount", account.to_owned()),
            ("aws:PrincipalArn", role.to_owned()),
            ("aws:PrincipalIsAWSService", "false".into()),
            ("aws:userid", user.to_owned()),
        ];
        keys.extend(organization.map(|id| ("aws:PrincipalOrgID", id.to_owned())));
        Self { principal: arn.into(), account: Some(account.into()), organization, service: None, keys }
    }

    fn service(
        service: &'static str,
        account: Option<&str>,
        organization: Option<&'static str>,
        arn: Option<String>,
    ) -> Self {
        let mut keys = vec![("aws:PrincipalIsAWSService", "true".to_owned())];
        keys.extend(account.map(|id| ("aws:SourceAccount", id.to_owned())));
        keys.extend(organization.map(|id| ("aws:SourceOrgID", id.to_owned())));
        keys.extend(arn.map(|arn| ("aws:SourceArn", arn)));
        let account = account.map(str::to_owned);
        Self { principal: service.into(), account, organization, service: Some(service), keys }
    }

    /// Services act for sources; principals do where an Allow is for them by name, as rules of
    /// EventBridge show.
    fn can_ask(&self, document: &Document) -> bool {
        // Who is not called by a canonical id asks as a principal of the account.
        let text = serde_json::to_string(document).unwrap();
        // Of roles of one name there is one: its path is open where the policy does not tell.
        let is_pathed = self.keys.iter().any(|(_, value)| value == PATHED);
        if self.principal == CANONICAL && !text.contains(CANONICAL) || is_pathed && text.contains(ROLE) {
            return false;
        }
        let is_source = self.keys.iter().any(|(key, _)| *key == "aws:SourceArn");
        let names = |principal: &Principal| match principal {
            Principal::Aws(name) => {
                *name == self.principal
                    || self.principal == SESSION && name == ROLE
                    || self
                        .account
                        .as_ref()
                        .is_some_and(|id| name.contains(id) && (name == id || name.ends_with(":root")))
            }
            _ => false,
        };
        let by_name = document.statements.iter().any(|it| match &it.principals {
            Some(Principals::Only(list)) => it.effect == Effect::Allow && list.iter().any(names),
            _ => false,
        });
        !is_source || self.service.is_some() || by_name
    }

    /// Whether the asker is of those that the grant lets in.
    fn is_within(&self, grant: &Grant) -> bool {
        let named = |name: &str| grant.principals.iter().any(|it| it == name);
        let of_service = self.service.is_none_or(|service| {
            !grant.principals.iter().any(|it| it.contains(".amazonaws.")) || named(service)
        });
        match grant.audience {
            Audience::Anonymous => true,
            Audience::AnyAwsPrincipal if !grant.principals.is_empty() => named(&self.principal),
            Audience::AnyAwsPrincipal => self.principal != "anonymous",
            Audience::AnyAccountThroughAService => self.service.is_some() && of_service,
            Audience::Organization => self.organization.is_some_and(named) && of_service,
            Audience::ForeignAccounts => {
                let account = self.account.as_deref().unwrap_or("none");
                let whole = named(account) || named(&format!("arn:aws:iam::{account}:root"));
                let of_the_role = self.principal == SESSION && named(ROLE);
                let user = self.keys.iter().find(|(key, _)| *key == "aws:userid");
                let by_id = user.and_then(|(_, id)| id.split(':').next()).is_some_and(named);
                let alone = named(&self.principal) || of_the_role || by_id;
                (alone || account != OWNER && whole) && of_service
            }
            Audience::OwnAccount => self.account.as_deref() == Some(OWNER),
            Audience::None => false,
        }
    }

    /// Whether the asker shows that the audience is no wider than it must be.
    fn is_typical_of(&self, audience: Audience) -> bool {
        let stranger = self.account.as_deref().is_none_or(|id| STRANGERS.contains(&id));
        match audience {
            Audience::Anonymous => self.principal == "anonymous",
            Audience::AnyAwsPrincipal => self.principal != "anonymous" && stranger && self.service.is_none(),
            Audience::AnyAccountThroughAService => self.service.is_some() && stranger,
            Audience::Organization => self.organization.is_some() && stranger,
            Audience::ForeignAccounts | Audience::OwnAccount => true,
            Audience::None => false,
        }
    }
}

/// Everybody.
fn askers() -> Vec<Asker> {
    let organizations = [None, Some("o-mine"), Some("o-evil"), Some("o-*"), Some("o-other")];
    let mut all = Vec::new();
    for principal in ["anonymous", "graph.facebook.com"] {
        for account in [None, Some(("aws:PrincipalAccount", "anonymous".to_owned()))] {
            for service in [None, Some(("aws:PrincipalIsAWSService", "false".to_owned()))] {
                for user in [None, Some(("aws:userid", "anonymous".to_owned()))] {
                    let keys = account.clone().into_iter().chain(service.clone()).chain(user).collect();
                    all.push(Asker { principal: principal.into(), keys, ..Asker::anonymous() });
                }
            }
        }
    }
    for organization in organizations {
        for account in [STRANGERS[0], OWNER] {
            all.push(Asker::principal(account, (CANONICAL, "AIDAOTHER6C2EXAMPLE"), organization));
            // The account of a canonical user may be any, and so may its principals.
            for user in [NAMED, OWNER, "AROACKCEVSQ6C2EXAMPLE:s"] {
                let theirs = Asker::principal(NAMED, (ROOT, user), organization);
                all.push(Asker { principal: CANONICAL.into(), ..theirs });
            }
        }
        for account in STRANGERS.into_iter().chain([NAMED, OTHER_NAMED, OWNER]) {
            for (arn, user) in [
                (ROLE, "AROACKCEVSQ6C2EXAMPLE:s"),
                (ROLE, "AROAOTHER6C2EXAMPLE:s"),
                (SESSION, "AROAOTHER6C2EXAMPLE:s"),
                (SESSION, "AROACKCEVSQ6C2EXAMPLE:s"),
                (PATHED, "AROAOTHER6C2EXAMPLE:s"),
                (OWN_ROLE, "AROAOTHER6C2EXAMPLE:s"),
                (OWN_ROLE, "AROACKCEVSQ6C2EXAMPLE:s"),
                (OWN_ROLE, "AROACKCEVSQ6C2EXAMPLE:*"),
                (ROLE, "AROACKCEVSQ6C2EXAMPLE:*"),
                (&format!("arn:aws:iam::{account}:role/other"), "AROAOTHER6C2EXAMPLE:s"),
                (&format!("arn:aws:iam::{account}:role/other"), "AROACKCEVSQ6C2EXAMPLE:s"),
                (&format!("arn:aws:iam::{account}:user/u"), "AIDAOTHER6C2EXAMPLE"),
                (&format!("arn:aws:iam::{account}:root"), account),
                (&format!("arn:aws:sts::{account}:federated-user/f"), &format!("{account}:f")),
            ] {
                if arn.contains(account) {
                    let asker = Asker::principal(account, (arn, user), organization);
                    for source in ["sns:r:{}:111122223333:t", "events:r:{}:rule/t"] {
                        let source = format!("arn:aws:{}", source.replace("{}", account));
                        let mut through_a_rule = asker.clone();
                        through_a_rule.keys.push(("aws:SourceArn", source));
                        all.push(through_a_rule);
                    }
                    all.push(asker);
                }
            }
        }
        for service in ["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"] {
            for account in STRANGERS.into_iter().chain([NAMED, OTHER_NAMED, OWNER]).map(Some).chain([None]) {
                let of = |form: &str| Some(form.replace("{}", account.unwrap_or(STRANGERS[0])));
                // The ARN of a topic tells whose it is, whether or not the account is named beside it.
                for arn in [
                    None,
                    of("arn:aws:s3:::b"),
                    of("arn:aws:s3:::c"),
                    of("arn:aws:sns:r:{}:t"),
                    of("arn:aws:sns:r:{}:111122223333:t"),
                ] {
                    all.push(Asker::service(service, account, organization, arn));
                }
            }
        }
    }
    all
}

/// The values that a key of the request itself can have, and whether each is one that anybody has.
fn values(key: &str) -> &'static [(Option<&'static str>, bool)] {
    match key {
        "aws:SourceIp" => &[
            (None, true),
            (Some("203.0.113.5"), false),
            (Some("198.51.100.7"), true),
            (Some("12.0.0.1"), true),
            (Some("2001:db9::1"), true),
        ],
        "aws:SourceVpce" => {
            &[(None, true), (Some("vpce-mine"), false), (Some("vpce-*"), false), (Some("vpce-else"), true)]
        }
        "aws:SecureTransport" => &[(Some("true"), true), (Some("false"), true), (None, true)],
        "lambda:EventSourceToken" => {
            &[(None, true), (Some("token"), false), (Some("*"), false), (Some("guess"), true)]
        }
        "aws:CurrentTime" => &[
            (Some("2019-01-01"), true),
            (Some("1500000000"), true),
            (Some("2020-01-01"), true),
            (Some("2025-01-01"), true),
            (Some("2026-11-22T00:00:00Z"), true),
            (Some("2030-01-01"), true),
            (Some("253402300800"), true),
            (Some("253402300801"), true),
        ],
        "aws:PrincipalTag/f" => &[(None, true), (Some("f"), true)],
        "aws:PrincipalTag/org" => {
            &[(None, true), (Some("o-mine"), true), (Some("o-evil"), true), (Some("o-other"), true)]
        }
        "example:Unknown" => &[(None, true), (Some("x"), true), (Some("y"), true)],
        _ => &[(None, true)],
    }
}

/// All contexts that the policy's conditions can tell apart, and whether anybody can be in each.
fn contexts(document: &Document) -> Vec<(Vec<(&'static str, &'static str)>, bool)> {
    let keys = [
        "aws:SourceIp",
        "aws:SourceVpce",
        "aws:SecureTransport",
        "lambda:EventSourceToken",
        "example:Unknown",
        "aws:CurrentTime",
        "aws:PrincipalTag/f",
        "aws:PrincipalTag/org",
    ];
    let text = serde_json::to_string(document).unwrap();
    let is_tested = |key: &&str| text.contains(key);
    let mut all = vec![(Vec::new(), true)];
    for key in keys.into_iter().filter(is_tested) {
        let each = all.iter().flat_map(|(keys, open): &(Vec<_>, bool)| {
            values(key).iter().map(move |(value, anybody)| {
                let keys = keys.iter().copied().chain(value.map(|value| (key, value))).collect();
                (keys, *open && *anybody)
            })
        });
        all = each.collect();
    }
    all
}

/// Who is let in, and whether from anywhere and without a secret.
fn let_in(document: &Document, askers: &[Asker]) -> Vec<(usize, bool)> {
    let all = contexts(document);
    let everything =
        Document::parse(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#).unwrap();
    let mut found = Vec::new();
    for (index, asker) in askers.iter().enumerate().filter(|(_, asker)| asker.can_ask(document)) {
        let signs = asker.account.is_some() && asker.service.is_none();
        let mut case = Case {
            principal: asker.principal.clone(),
            action: "lambda:InvokeFunction".into(),
            resource: FUNCTION.into(),
            // Of nobody: then no identity policy is enough.
            resource_account: Some("000000000000".into()),
            resource_policy: Some(Policy { name: None, document: document.clone() }),
            identity_policies: signs
                .then(|| Policy { name: None, document: everything.clone() })
                .into_iter()
                .collect(),
            ..Case::default()
        };
        // Only principals have tags.
        let is_theirs = |keys: &[(&str, &str)]| signs || !keys.iter().any(|(key, _)| key.contains("Tag/"));
        for (keys, open) in all.iter().filter(|(keys, _)| is_theirs(keys)) {
            case.context = Context::default();
            let own = asker.keys.iter().map(|(key, value)| (*key, value.as_str()));
            for (key, value) in own.chain(keys.iter().copied()) {
                case.context.insert(key, ContextValue::One(value.into()));
            }
            if decide(&case).decision == Verdict::Allowed {
                found.push((index, *open));
            }
        }
    }
    found
}

/// The policy with one of its Allows only.
fn with_one_allow(document: &Document, allow: usize) -> Document {
    let keep = |(index, statement): (usize, &Statement)| {
        (index == allow || statement.effect == Effect::Deny).then(|| statement.clone())
    };
    let statements = document.statements.iter().enumerate().filter_map(keep).collect();
    Document { version: document.version, statements }
}

#[test]
fn audiences_hold_all_who_are_let_in_and_nobody_else() {
    let config = Config { failure_persistence: None, ..Config::default() };
    // `PROPTEST_CASES=4000` tries more of them.
    let documents = 6 * config.cases;
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let askers = askers();
    let (mut reached, mut tight) = (0, 0);
    let mut loose = Vec::new();
    for _ in 0..documents {
        let document = document().new_tree(&mut runner).unwrap().current();
        let tests = document.statements.iter().map(|it| it.conditions.len()).sum::<usize>();
        if document.statements.len() < 3 || tests == 0 {
            continue;
        }
        let request = Request {
            action: "lambda:InvokeFunction",
            resource: FUNCTION,
            owner: OWNER,
            signed: false,
            context: &[],
        };
        let grants = who_can(&document, &request);
        let mut equal = true;
        for (allow, statement) in document.statements.iter().enumerate() {
            if statement.effect == Effect::Deny {
                continue;
            }
            let own: Vec<_> = grants.iter().filter(|grant| grant.statement == allow).collect();
            let let_in = let_in(&with_one_allow(&document, allow), &askers);
            for (index, open) in &let_in {
                let asker = &askers[*index];
                let within = own.iter().any(|grant| (!open || !grant.limited) && asker.is_within(grant));
                assert!(
                    within,
                    "{asker:?} {open}\n{own:#?}\n{}",
                    serde_json::to_string_pretty(&document).unwrap()
                );
            }
            let unseen = own.iter().find(|grant| {
                !let_in.iter().any(|(index, open)| {
                    let asker = &askers[*index];
                    (*open || grant.limited) && asker.is_within(grant) && asker.is_typical_of(grant.audience)
                })
            });
            equal &= unseen.is_none();
            loose.extend(unseen.map(|grant| {
                format!(
                    "{:?} {:?} {} {} {allow}\n{}",
                    grant.audience,
                    grant.principals,
                    grant.limited,
                    grant.exact,
                    serde_json::to_string(&with_one_allow(&document, allow)).unwrap()
                )
            }));
        }
        if !grants.is_empty() {
            reached += 1;
            tight += u32::from(equal);
        }
    }
    loose.truncate(5);
    assert!(tight * 100 >= reached * 99, "{tight} of {reached}: {loose:#?}");
}
