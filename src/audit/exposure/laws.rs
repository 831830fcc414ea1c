//! What holds for any resource policy and any authorizer of a REST API.

use super::flow::{self, Authorizer, Says};
use super::tests::{OTHER, OWNER, account, method, on, policy, rest_api};
use super::{Callers, of_method};
use crate::tests::TODAY;
use inventory::{EndpointType, MethodAuthorization};
use policy::{Audience, Case, Document, Policy, Verdict, decide};
use serde_json::{Value, json};

/// An account that no policy here names.
const STRANGER: &str = "555566667777";
const OFFICE: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.18.0.9";

/// Statements of every kind of caller and limit.
fn statements() -> Vec<Value> {
    let conditions = [
        json!({}),
        json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
        json!({ "NotIpAddressIfExists": { "aws:SourceIp": "203.0.113.0/24" } }),
        json!({ "StringEquals": { "aws:PrincipalAccount": OWNER } }),
        json!({ "StringNotEquals": { "aws:PrincipalAccount": OTHER } }),
    ];
    let principals = [json!("*"), json!({ "AWS": OTHER }), json!({ "AWS": OWNER })];
    let pairs = principals.iter().flat_map(|it| conditions.iter().map(move |condition| (it, condition)));
    let both = pairs.flat_map(|(it, condition)| ["Allow", "Deny"].map(|effect| on(effect, it, condition)));
    both.collect()
}

fn exposed(statements: &[&Value], authorization: MethodAuthorization) -> Vec<Callers> {
    let statements: Vec<_> = statements.iter().copied().cloned().collect();
    let api = rest_api(EndpointType::Regional, Some(policy(&statements)));
    of_method(&method(authorization), &api, &account(), TODAY).unwrap().callers
}

/// Somebody who calls from somewhere.
struct Caller {
    /// The account whose signature they have.
    account: Option<&'static str>,
    address: &'static str,
}

impl Caller {
    fn all() -> Vec<Self> {
        let accounts = [None, Some(OWNER), Some(OTHER), Some(STRANGER)];
        let at = |account| [OFFICE, ELSEWHERE].map(|address| Self { account, address });
        accounts.into_iter().flat_map(at).collect()
    }

    fn audience(&self) -> Audience {
        match self.account {
            None => Audience::Anonymous,
            Some(OWNER) => Audience::OwnAccount,
            Some(OTHER) => Audience::ForeignAccounts,
            Some(_) => Audience::AnyAwsPrincipal,
        }
    }

    fn is_within(&self, callers: &Callers) -> bool {
        let audience = self.audience();
        let who = callers.audience == audience || callers.audience >= audience.max(Audience::AnyAwsPrincipal);
        who && (!callers.limited || self.address == OFFICE)
    }

    /// Whether only those callers hold this one.
    fn is_typical_of(&self, callers: &Callers) -> bool {
        self.audience() == callers.audience && (callers.limited || self.address == ELSEWHERE)
    }

    /// Whether the tables let the caller through, whose authorizer lets everyone in.
    fn comes_through(&self, policy: &Document, authorizer: Authorizer) -> bool {
        // In the account itself the policy speaks alone here; elsewhere only together with an identity's.
        let same_account = self.account.is_none_or(|it| it == OWNER);
        let mut case = json!({
            "principal": "anonymous", "action": "execute-api:Invoke",
            "resource": "arn:aws:execute-api:eu-west-1:111122223333:a1/prod/GET/orders",
            "resourceAccount": OWNER, "context": { "aws:SourceIp": self.address },
        });
        if let Some(account) = self.account {
            let arn = format!("arn:aws:iam::{account}:user/ann");
            case["context"]["aws:PrincipalAccount"] = json!(account);
            case["context"]["aws:PrincipalArn"] = json!(arn);
            case["principal"] = json!(arn);
        }
        if !same_account {
            case["identityPolicies"] = json!([
                { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } },
            ]);
        }
        let mut case = Case::parse(&case.to_string()).unwrap();
        case.resource_policy = Some(Policy { name: None, document: policy.clone() });
        let says = match decide(&case).decision {
            Verdict::Allowed => Says::Allow,
            Verdict::ImplicitlyDenied => Says::Silent,
            Verdict::ExplicitlyDenied => Says::Deny,
        };
        flow::decide(authorizer, same_account, Says::Allow, says) == Verdict::Allowed
    }
}

/// Nobody comes through who is not among the callers, and of every kind of callers somebody does.
#[test]
fn callers_are_those_whom_the_tables_let_through() {
    use MethodAuthorization::{AwsIam, Cognito, Custom, None as Nobody};
    let everyone = Caller::all();
    let statements = statements();
    for (one, other) in statements.iter().flat_map(|one| statements.iter().map(move |other| (one, other))) {
        let document = Document::from_value(&policy(&[one.clone(), other.clone()])).unwrap();
        for (authorization, authorizer) in [
            (Nobody, Authorizer::None),
            (AwsIam, Authorizer::Iam),
            (Custom, Authorizer::Lambda),
            (Cognito, Authorizer::Cognito),
        ] {
            let exposed = exposed(&[one, other], authorization);
            // Signatures are looked at by IAM alone.
            let asking = everyone.iter().filter(|it| it.account.is_some() == (authorizer == Authorizer::Iam));
            let through: Vec<_> = asking.filter(|it| it.comes_through(&document, authorizer)).collect();
            for caller in &through {
                let told = exposed.iter().any(|it| caller.is_within(it));
                let Caller { account, address } = caller;
                assert!(told, "{authorizer:?} {account:?} at {address}: {one} {other} {exposed:#?}");
            }
            for callers in &exposed {
                let some = through.iter().any(|it| it.is_typical_of(callers));
                assert!(some, "{authorizer:?} nobody of {callers:#?}: {one} {other}");
            }
        }
    }
}

/// A Deny more lets nobody else in, and an Allow more keeps nobody out.
#[test]
fn denies_only_take_and_allows_only_give() {
    let widest = |statements: &[&Value], authorization| {
        let exposed = exposed(statements, authorization);
        exposed.iter().map(|it| (it.audience, !it.limited)).max()
    };
    let statements = statements();
    let (allows, denies): (Vec<_>, Vec<_>) = statements.iter().partition(|it| it["Effect"] == "Allow");
    for authorization in [MethodAuthorization::None, MethodAuthorization::AwsIam, MethodAuthorization::Custom]
    {
        for allow in &allows {
            let before = widest(&[allow], authorization);
            for deny in &denies {
                assert!(widest(&[allow, deny], authorization) <= before, "{allow} {deny}");
            }
            for more in &allows {
                assert!(widest(&[allow, more], authorization) >= before, "{allow} {more}");
            }
        }
    }
}
