//! Who a policy lets in: whoever a request of theirs is allowed for.

use crate::choices::Choices;
use crate::vocabulary::{FUNCTION, OWNER, document};
use policy::{
    Audience, Case, Context, ContextValue, Document, Grant, Policy, Request, Verdict, decide, who_can,
};

/// Nobody is let in who is within no audience.
pub fn audiences(data: &[u8]) {
    let mut choices = Choices::new(data);
    let asker = Asker::chosen(&mut choices);
    let (around, open) = surroundings(&mut choices, &asker);
    let Ok(document) = Document::from_value(&document(&mut choices, true)) else {
        return;
    };
    if !is_let_in(&document, &asker, &around) {
        return;
    }
    let action = "lambda:InvokeFunction";
    let request = Request { action, resource: FUNCTION, owner: OWNER, signed: false, context: &[] };
    let grants = who_can(&document, &request);
    let within = grants.iter().any(|grant| (!open || !grant.limited) && asker.is_within(grant));
    assert!(within, "{asker:?} with {around:?} is outside of {grants:#?}\n{document:?}");
}

/// Somebody who asks, with what their requests say of them.
#[derive(Debug, Default)]
struct Asker {
    principal: String,
    account: Option<&'static str>,
    organization: Option<&'static str>,
    is_service: bool,
    keys: Vec<(&'static str, String)>,
}

impl Asker {
    fn chosen(choices: &mut Choices) -> Self {
        let accounts = ["888888888888", "900000000000", "999999999999", "444455556666", OWNER];
        let account = choices.one(&accounts);
        let organization = choices.one(&[None, Some("o-mine"), Some("o-evil"), Some("o-other")]);
        let mut asker = Self { organization, account: Some(account), ..Self::default() };
        match choices.below(3) {
            0 => return Self { principal: "anonymous".into(), ..Self::default() },
            1 => {
                let name = choices.one(&["role/r", "role/own", "user/u", "root"]);
                asker.principal = format!("arn:aws:iam::{account}:{name}");
                asker.key("aws:PrincipalAccount", account);
                asker.key("aws:PrincipalArn", &asker.principal.clone());
                asker.key("aws:PrincipalIsAWSService", "false");
                let id = match name {
                    "root" => account,
                    "user/u" => "AIDAEXAMPLEEXAMPLE123",
                    _ => "AROAEXAMPLEEXAMPLE123:s",
                };
                asker.key("aws:userid", id);
                if let Some(id) = organization {
                    asker.key("aws:PrincipalOrgID", id);
                }
            }
            _ => {
                asker.principal =
                    choices.one(&["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"]).into();
                asker.is_service = true;
                asker.key("aws:PrincipalIsAWSService", "true");
                if choices.once_in(2) {
                    asker.key("aws:SourceAccount", account);
                }
                if let Some(id) = organization {
                    asker.key("aws:SourceOrgID", id);
                }
                let arn = format!("arn:aws:sns:r:{account}:{}", choices.one(&["t", "111122223333:t"]));
                match choices.below(3) {
                    0 => {}
                    1 => asker.key("aws:SourceArn", "arn:aws:s3:::b"),
                    _ => asker.key("aws:SourceArn", &arn),
                }
            }
        }
        asker
    }

    fn key(&mut self, key: &'static str, value: &str) {
        self.keys.push((key, value.to_owned()));
    }

    /// Whether the asker is of those that the grant lets in.
    fn is_within(&self, grant: &Grant) -> bool {
        let named = |name: &str| grant.principals.iter().any(|it| it == name);
        let services = grant.principals.iter().any(|it| it.ends_with(".amazonaws.com"));
        let of_service = !self.is_service || !services || named(&self.principal);
        match grant.audience {
            Audience::Anonymous => true,
            Audience::AnyAwsPrincipal if !grant.principals.is_empty() => named(&self.principal),
            Audience::AnyAwsPrincipal => self.principal != "anonymous",
            Audience::AnyAccountThroughAService => self.is_service && of_service,
            Audience::Organization => self.organization.is_some_and(named) && of_service,
            Audience::ForeignAccounts => {
                let account = self.account.unwrap_or("none");
                let whole = named(account) || named(&format!("arn:aws:iam::{account}:root"));
                (named(&self.principal) || account != OWNER && whole) && of_service
            }
            Audience::OwnAccount => self.account == Some(OWNER),
            Audience::None => false,
        }
    }
}

/// What else a request says, and whether anybody's can.
fn surroundings(choices: &mut Choices, asker: &Asker) -> (Vec<(&'static str, &'static str)>, bool) {
    let values: [(&str, &[(&str, bool)]); 9] = [
        ("aws:SourceIp", &[("203.0.113.5", false), ("198.51.100.7", true), ("2001:db8::1", false)]),
        ("aws:SourceVpce", &[("vpce-mine", false), ("vpce-else", true)]),
        ("aws:SecureTransport", &[("true", true), ("false", true)]),
        ("lambda:EventSourceToken", &[("token", false), ("guess", true)]),
        ("aws:PrincipalTag/f", &[("f", true)]),
        ("aws:PrincipalTag/org", &[("o-mine", true), ("o-other", true)]),
        ("aws:MultiFactorAuthAge", &[("1", true), ("3600", true), ("77", true)]),
        ("aws:CurrentTime", &[("2026-01-01T00:00:00Z", true), ("2027-01-01T00:00:00Z", true)]),
        ("example:Unknown", &[("x", true), ("z", true)]),
    ];
    let signs = asker.account.is_some() && !asker.is_service;
    let (mut keys, mut open) = (Vec::new(), true);
    for (key, values) in values {
        let (value, anybody) = choices.one(values);
        // Only principals have tags, and every request has its time.
        if choices.once_in(2) && (signs || !key.contains("Tag/")) || key == "aws:CurrentTime" {
            keys.push((key, value));
            open &= anybody;
        }
    }
    (keys, open)
}

fn is_let_in(document: &Document, asker: &Asker, around: &[(&str, &str)]) -> bool {
    let mut context = Context::default();
    let own = asker.keys.iter().map(|(key, value)| (*key, value.as_str()));
    for (key, value) in own.chain(around.iter().copied()) {
        context.insert(key, ContextValue::One(value.into()));
    }
    let everything = r#"{ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }"#;
    let policy = |document| Policy { name: None, document };
    let signs = asker.account.is_some() && !asker.is_service;
    let own = signs.then(|| policy(Document::parse(everything).unwrap_or_default()));
    let case = Case {
        principal: asker.principal.clone(),
        action: "lambda:InvokeFunction".into(),
        resource: FUNCTION.into(),
        // Of nobody: then no identity policy is enough.
        resource_account: Some("000000000000".into()),
        context,
        resource_policy: Some(policy(document.clone())),
        identity_policies: own.into_iter().collect(),
        ..Case::default()
    };
    decide(&case).decision == Verdict::Allowed
}
