//! The policies of AWS's own documentation, with what becomes of requests under them.
//!
//! The tables are in `documented/`; its README tells how they are written.

use crate::{Audience, Case, Document, Request, Verdict, decide, who_can};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SHARED: &str = include_str!("documented/shared.json");
const FLOW: &str = include_str!("documented/api-gateway-flow.json");

macro_rules! topics {
    ($($topic:literal),+ $(,)?) => {
        /// The tables by topic.
        const TOPICS: &[(&str, &str)] = &[$(($topic, include_str!(concat!("documented/", $topic, ".json")))),+];
    };
}

topics![
    "api-gateway",
    "appsync",
    "boundaries",
    "conditions",
    "confused-deputy",
    "elements",
    "evaluation",
    "global-keys",
    "identity-examples",
    "lambda",
    "organizations",
    "sources",
    "trust",
];

/// An example of a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    page: String,
    title: String,
    /// The document, if there is one only; cases call it `@policy`.
    policy: Option<Value>,
    #[serde(default)]
    policies: BTreeMap<String, Value>,
    /// What the requests of the cases have in common.
    #[serde(default)]
    request: Map<String, Value>,
    /// What the questions of the cases have in common.
    #[serde(default)]
    access: Map<String, Value>,
    cases: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Example {
    /// A request under the policies.
    Decide(Decided),
    /// Who a policy of a resource lets in.
    Access(Reached),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    request: Map<String, Value>,
    decision: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    access: Map<String, Value>,
    #[serde(default = "policy")]
    policy: String,
    audiences: Vec<Audiences>,
    why: String,
}

/// An audience that a policy lets in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Audiences {
    audience: String,
    /// Services, accounts, principals or organizations that must be named.
    #[serde(default)]
    names: BTreeSet<String>,
    /// Whether a network or a shared secret limits it too.
    #[serde(default)]
    limited: bool,
}

/// A question to a policy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    action: String,
    resource: String,
    owner: String,
    signed: bool,
    /// Keys whose value is known, `null` for those known to be missing.
    #[serde(default)]
    known: BTreeMap<String, Option<String>>,
}

fn policy() -> String {
    "@policy".into()
}

/// The fields of a case that hold policies.
const POLICIES: [&str; 6] = [
    "identityPolicies",
    "sessionPolicies",
    "resourcePolicy",
    "permissionBoundaries",
    "serviceControlPolicies",
    "resourceControlPolicies",
];

impl Entry {
    /// The document of a name with its `@`.
    fn document(&self, name: &str, shared: &BTreeMap<String, Value>) -> Value {
        let own = name.strip_prefix('@').filter(|name| *name == "policy").and(self.policy.as_ref());
        let named = || name.strip_prefix('@').and_then(|name| self.policies.get(name).or(shared.get(name)));
        own.or_else(named).unwrap_or_else(|| panic!("{}: no {name}", self.title)).clone()
    }

    /// The documents in the place of their names, in lists too.
    fn resolve(&self, value: Value, shared: &BTreeMap<String, Value>) -> Value {
        match value {
            Value::String(name) => self.document(&name, shared),
            Value::Array(list) => list.into_iter().map(|item| self.resolve(item, shared)).collect(),
            other => other,
        }
    }

    fn case(&self, own: &Map<String, Value>, shared: &BTreeMap<String, Value>) -> Case {
        let fields = merged(&self.request, own).into_iter().map(|(field, value)| {
            let holds_policies = POLICIES.contains(&field.as_str());
            let value = if holds_policies { self.resolve(value, shared) } else { value };
            (field, value)
        });
        let case = Value::Object(fields.collect());
        serde_json::from_value(case).unwrap_or_else(|error| panic!("{}: {error}", self.title))
    }
}

/// The fields of both; the own ones win.
fn merged(common: &Map<String, Value>, own: &Map<String, Value>) -> Map<String, Value> {
    common.iter().chain(own).map(|(field, value)| (field.clone(), value.clone())).collect()
}

fn entries() -> impl Iterator<Item = (&'static str, Entry)> {
    TOPICS.iter().flat_map(|(topic, text)| {
        let entries: Vec<Entry> =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{topic}: {error}"));
        entries.into_iter().map(|entry| (*topic, entry))
    })
}

/// Documents that the tables of all topics may name.
fn shared() -> BTreeMap<String, Value> {
    let named: BTreeMap<String, Value> = serde_json::from_str(SHARED).unwrap();
    named.into_iter().map(|(name, entry)| (name, entry["document"].clone())).collect()
}

fn verdict(word: &str) -> Verdict {
    match word {
        "Allowed" => Verdict::Allowed,
        "ExplicitlyDenied" => Verdict::ExplicitlyDenied,
        "ImplicitlyDenied" => Verdict::ImplicitlyDenied,
        _ => panic!("{word} is no decision"),
    }
}

fn audience(word: &str) -> Audience {
    match word {
        "anonymous" => Audience::Anonymous,
        "any-aws-principal" => Audience::AnyAwsPrincipal,
        "any-account-through-a-service" => Audience::AnyAccountThroughAService,
        "organization" => Audience::Organization,
        "foreign-accounts" => Audience::ForeignAccounts,
        "own-account" => Audience::OwnAccount,
        _ => panic!("{word} is no audience"),
    }
}

/// Fails with every mismatch on a line of its own.
fn none(mismatches: &[String]) {
    assert!(mismatches.is_empty(), "{} mismatches:\n{}", mismatches.len(), mismatches.join("\n"));
}

#[test]
fn requests_are_decided_as_the_documentation_says() {
    let shared = shared();
    let mut mismatches = Vec::new();
    for (topic, entry) in entries() {
        for example in &entry.cases {
            let Example::Decide(case) = example else { continue };
            let (expected, found) =
                (verdict(&case.decision), decide(&entry.case(&case.request, &shared)).decision);
            if found != expected {
                let Entry { title, page, .. } = &entry;
                let why = &case.why;
                mismatches
                    .push(format!("{topic}: {title}: {why}: {found:?}, should be {expected:?} ({page})"));
            }
        }
    }
    none(&mismatches);
}

/// The widest audience without further limits and the widest with them: a narrower one with the same
/// or more limits adds nothing. `names` are those of the audiences that are left.
fn widest(
    found: impl Iterator<Item = (Audience, bool, BTreeSet<String>)>,
) -> BTreeMap<bool, (Audience, BTreeSet<String>)> {
    let mut widest: BTreeMap<bool, (Audience, BTreeSet<String>)> = BTreeMap::new();
    for (audience, limited, names) in found.filter(|(audience, ..)| *audience > Audience::None) {
        let known = widest.entry(limited).or_insert((audience, BTreeSet::new()));
        if audience > known.0 {
            *known = (audience, BTreeSet::new());
        }
        if audience == known.0 {
            known.1.extend(names);
        }
    }
    let free = widest.get(&false).map(|(audience, _)| *audience);
    widest.retain(|limited, (audience, _)| !limited || Some(*audience) > free);
    widest
}

#[test]
fn resource_policies_let_in_whom_the_documentation_says() {
    let shared = shared();
    let mut mismatches = Vec::new();
    for (topic, entry) in entries() {
        for example in &entry.cases {
            let Example::Access(case) = example else { continue };
            let document = Document::from_value(&entry.document(&case.policy, &shared)).unwrap();
            let question = Value::Object(merged(&entry.access, &case.access));
            let question: Question = serde_json::from_value(question).unwrap();
            let known: Vec<_> =
                question.known.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
            let grants = who_can(
                &document,
                &Request {
                    action: &question.action,
                    resource: &question.resource,
                    owner: &question.owner,
                    signed: question.signed,
                    context: &known,
                },
            );
            let found = widest(
                grants.iter().map(|it| (it.audience, it.limited, it.principals.iter().cloned().collect())),
            );
            let expected = widest(
                case.audiences.iter().map(|it| (audience(&it.audience), it.limited, it.names.clone())),
            );
            let same = found.len() == expected.len()
                && found.iter().zip(&expected).all(|((limited, it), (should, be))| {
                    limited == should && it.0 == be.0 && be.1.is_subset(&it.1)
                });
            if !same {
                let Entry { title, page, .. } = &entry;
                let why = &case.why;
                mismatches.push(format!(
                    "{topic}: {title}: {}: {why}: {found:?}, should be {expected:?} ({page})",
                    case.policy
                ));
            }
        }
    }
    none(&mismatches);
}

/// A row of the tables in which an authorizer and the policy of an API meet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Row {
    authorizer: String,
    same_account: bool,
    authorizer_result: Option<String>,
    policy: String,
    outcome: String,
    page: String,
}

/// A document that allows, denies or is silent about calls, for everyone or for whoever it is attached to.
fn saying(effect: &str, of_resource: bool) -> Value {
    let (effect, action) = match effect {
        "silent" => ("Allow", "execute-api:InvalidateCache"),
        effect => (effect, "execute-api:Invoke"),
    };
    let mut statement = json!({ "Effect": effect, "Action": action, "Resource": "*" });
    if of_resource {
        statement["Principal"] = json!("*");
    }
    json!({ "Version": "2012-10-17", "Statement": statement })
}

/// IAM policies and the answers of Lambda authorizers are policies of the caller; a Cognito token and
/// no authorizer at all leave the decision to the policy of the API.
#[test]
fn authorizers_and_api_policies_meet_as_in_tables_a_and_b() {
    let rows: Vec<Row> = serde_json::from_str(FLOW).unwrap();
    let mut mismatches = Vec::new();
    for row in &rows {
        let owner = if row.same_account { "111122223333" } else { "444455556666" };
        let result = row.authorizer_result.as_deref();
        let caller = match row.authorizer.as_str() {
            "IAM" | "lambda" => json!({
                "principal": "arn:aws:iam::111122223333:user/ann",
                "identityPolicies": [saying(result.unwrap(), false)],
            }),
            "cognito" | "none" => json!({ "principal": "anonymous" }),
            other => panic!("{other} is no authorizer"),
        };
        let api = json!({
            "action": "execute-api:Invoke",
            "resource": format!("arn:aws:execute-api:us-east-1:{owner}:api-id/prod/GET/"),
            "resourceAccount": owner,
            "resourcePolicy": saying(&row.policy, true),
        });
        let case = merged(caller.as_object().unwrap(), api.as_object().unwrap());
        let found = decide(&serde_json::from_value(Value::Object(case)).unwrap()).decision;
        if found != verdict(&row.outcome) {
            let Row { authorizer, policy, outcome, page, .. } = row;
            mismatches.push(format!(
                "{authorizer}, owner {owner}: {result:?} and {policy}: {found:?}, should be {outcome} ({page})"
            ));
        }
    }
    none(&mismatches);
    let distinct: BTreeSet<_> = rows
        .iter()
        .map(|row| (&row.authorizer, row.same_account, &row.authorizer_result, &row.policy))
        .collect();
    assert_eq!((distinct.len(), rows.len()), (48, 48), "every row of both tables once");
}

/// The tables keep to their form: pages of AWS, documents that are used, requests allowed and denied.
#[test]
fn every_example_names_its_page_and_tries_its_documents() {
    let (mut documents, mut cases) = (0, 0);
    for (topic, entry) in entries() {
        let place = format!("{topic}: {}", entry.title);
        assert!(entry.page.starts_with("https://docs.aws.amazon.com/"), "{place}: {}", entry.page);
        let text = serde_json::to_string(&entry.request).unwrap()
            + &entry.cases.iter().map(written).collect::<String>();
        for (name, document) in entry
            .policies
            .iter()
            .map(|(name, it)| (name.as_str(), it))
            .chain(entry.policy.iter().map(|it| ("policy", it)))
        {
            Document::from_value(document).unwrap_or_else(|error| panic!("{place}: {name}: {error}"));
            assert!(text.contains(&format!("\"@{name}\"")), "{place}: nothing tries {name}");
            documents += 1;
        }
        let decisions: BTreeSet<_> = entry.cases.iter().filter_map(decision).collect();
        let allowed = decisions.contains("Allowed");
        assert!(decisions.is_empty() || decisions.len() > usize::from(allowed), "{place}: nothing is denied");
        cases += entry.cases.len();
    }
    assert!(documents >= 120 && cases >= 500, "{documents} documents, {cases} cases");
}

fn written(example: &Example) -> String {
    match example {
        Example::Decide(case) => serde_json::to_string(&case.request).unwrap(),
        Example::Access(case) => format!("{:?}", case.policy),
    }
}

fn decision(example: &Example) -> Option<&str> {
    match example {
        Example::Decide(case) => Some(&case.decision),
        Example::Access(_) => None,
    }
}
