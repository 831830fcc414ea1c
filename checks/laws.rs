//! What holds for every check.

use crate::ALL;
use crate::examples::{self, ACCOUNT};
use audit::{Check, Finding, Kind, Rule, evaluate};
use inventory::{Account, Assumptions, Fact, Gap, Inventory, Listing, Region};
use problems::problems;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An inventory of those accounts, taken on 22 November 2026.
fn inventory(accounts: Vec<Account>) -> Inventory {
    Inventory { taken_at: "2026-11-22T12:00:00Z".parse().unwrap(), accounts, ..Inventory::default() }
}

/// What a check says of an account.
pub(crate) fn findings(check: &Check, account: Account) -> Vec<Finding> {
    evaluate(&inventory(vec![account]), &[*check])
}

/// The same of an audit that was told something.
pub(crate) fn evaluated(check: &Check, account: Account, assumptions: Assumptions) -> Vec<Finding> {
    evaluate(&Inventory { assumptions, ..inventory(vec![account]) }, &[*check])
}

/// The outcomes of a check on an account, by object.
pub(crate) fn outcomes(check: &Check, account: Account) -> Vec<Kind> {
    let found = findings(check, account);
    found.into_iter().map(|finding| finding.outcome).collect()
}

fn gap() -> Value {
    json!({
        "action": "any:Action", "account": ACCOUNT, "region": "eu-west-1",
        "reason": "denied", "message": "hidden by a law",
    })
}

/// Every account that knows less than this one by one fact or by the end of one listing, with what
/// was hidden.
fn hidden(account: &Account) -> Vec<(String, Account)> {
    let full = serde_json::to_value(account).unwrap();
    let mut changes = Vec::new();
    hideable(&full, "", &mut changes);
    let apply = |(place, value): (String, Value)| {
        let mut less = full.clone();
        *less.pointer_mut(&place).unwrap() = value;
        match serde_json::from_value(less) {
            Ok(account) => Some((place, account)),
            // A plain text may read `absent` too.
            Err(_) if full.pointer(&place) == Some(&json!("absent")) => None,
            Err(error) => panic!("{place}: {error}"),
        }
    };
    let hidden: Vec<_> = changes.into_iter().filter_map(apply).collect();
    assert!(hidden.len() > 10, "the walk finds facts and listings");
    hidden
}

/// The places below `value` where a fact or listing stands, each with what is to stand there.
fn hideable(value: &Value, place: &str, changes: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            if fields.len() == 1 && fields.contains_key("known") {
                changes.push((place.into(), json!({ "unread": gap() })));
            }
            if let Some(Value::Array(items)) = fields.get("items") {
                for length in 0..=items.len() {
                    let cut = json!({ "items": items[..length], "gap": gap() });
                    changes.push((place.into(), cut));
                }
            }
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                hideable(field, &format!("{place}/{name}"), changes);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                hideable(item, &format!("{place}/{index}"), changes);
            }
        }
        Value::String(text) if text == "absent" => {
            changes.push((place.into(), json!({ "unread": gap() })));
        }
        _ => {}
    }
}

/// The account with every fact unread and every listing cut after what is known.
fn dark(account: &Account) -> Account {
    fn darken(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if fields.len() == 1 && fields.contains_key("known") {
                    *value = json!({ "unread": gap() });
                    return;
                }
                if fields.get("items").is_some_and(Value::is_array) {
                    fields.insert("gap".into(), gap());
                }
                fields.values_mut().for_each(darken);
            }
            Value::Array(items) => items.iter_mut().for_each(darken),
            Value::String(text) if text == "absent" => *value = json!({ "unread": gap() }),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(account).unwrap();
    darken(&mut value);
    serde_json::from_value(value).unwrap()
}

/// The account with the objects of every listing in the opposite order.
fn reversed(account: &Account) -> Account {
    fn reverse(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Array(items)) = fields.get_mut("items") {
                    items.reverse();
                }
                fields.values_mut().for_each(reverse);
            }
            Value::Array(items) => items.iter_mut().for_each(reverse),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(account).unwrap();
    reverse(&mut value);
    serde_json::from_value(value).unwrap()
}

/// The account under another number or in another region.
fn renamed(account: &Account, from: &str, to: &str) -> Account {
    let text = serde_json::to_string(account).unwrap();
    serde_json::from_str(&text.replace(from, to)).unwrap()
}

/// An account with one of each object, whose names nothing else has.
fn neighbour() -> Account {
    let mut account = examples::account_with(examples::region(|region| {
        region.functions.items.push(examples::function("neighbour"));
        region.rest_apis.items.push(examples::rest_api());
        region.apis.items.push(examples::api());
        region.graphql_apis.items.push(examples::graphql_api());
        region.event_apis.items.push(examples::event_api());
    }));
    account = renamed(&account, "eu-west-1", "us-east-1");
    renamed(&account, "function:orders", "function:neighbour")
}

fn all_examples() -> impl Iterator<Item = (&'static Check, Account)> {
    ALL.iter().flat_map(|check| [(check, (check.bad)()), (check, (check.good)())])
}

/// The account with every statement, variable and authorizer twice, the second under another name.
fn doubled(account: &Account) -> Account {
    fn double(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Array(statements)) = fields.get_mut("Statement") {
                    let mut copies = statements.clone();
                    for copy in &mut copies {
                        copy.as_object_mut().unwrap().remove("Sid");
                    }
                    statements.append(&mut copies);
                }
                for name in ["environment", "variables"] {
                    let variables = fields.get_mut(name).and_then(|it| it.get_mut("known"));
                    if let Some(variables) = variables.and_then(Value::as_array_mut) {
                        let mut copies = variables.clone();
                        let rename = |it: &mut Value| it["name"] = json!(format!("{}_2", it["name"]));
                        copies.iter_mut().for_each(rename);
                        variables.append(&mut copies);
                    }
                }
                // And the methods or routes that rely on an authorizer.
                for name in ["authorizers", "methods", "routes"] {
                    let items = fields.get_mut(name).and_then(|it| it.get_mut("items"));
                    let Some(items) = items.and_then(Value::as_array_mut) else { continue };
                    let mut copies = items.clone();
                    copies.retain(|it| name == "authorizers" || it["authorizer"].is_string());
                    for (field, value) in copies.iter_mut().filter_map(Value::as_object_mut).flatten() {
                        if ["id", "name", "authorizer", "path", "key"].contains(&field.as_str())
                            && let Value::String(text) = value
                        {
                            text.push_str("_2");
                        }
                    }
                    items.append(&mut copies);
                }
                fields.values_mut().for_each(double);
            }
            Value::Array(items) => items.iter_mut().for_each(double),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(account).unwrap();
    double(&mut value);
    serde_json::from_value(value).unwrap()
}

fn by_id(findings: Vec<Finding>) -> BTreeMap<String, Finding> {
    let keyed = findings.into_iter().map(|it| (it.id.clone(), it));
    keyed.collect()
}

#[test]
fn a_check_fails_its_bad_example_and_passes_its_good_one() {
    for check in ALL {
        let bad = outcomes(check, (check.bad)());
        assert!(bad.contains(&Kind::Fail), "{}: {bad:?}", check.code);
        let good = findings(check, (check.good)());
        let wrong = |it: &Finding| matches!(it.outcome, Kind::Fail | Kind::Unknown);
        assert!(!good.iter().any(wrong), "{}: {good:#?}", check.code);
        let passes = good.iter().any(|it| it.outcome == Kind::Pass);
        assert!(passes, "{}: {good:#?}", check.code);
    }
}

#[test]
fn a_failure_says_something_in_one_line() {
    for check in ALL {
        for finding in findings(check, (check.bad)()) {
            let lines = finding.evidence.iter().chain([&finding.message]);
            for line in lines {
                let fine = !line.trim().is_empty() && !line.contains('\n');
                assert!(fine, "{}: {line:?}", check.code);
            }
            assert!(!finding.remediation.is_empty(), "{}", check.code);
        }
    }
}

#[test]
fn hiding_never_turns_a_problem_into_a_pass() {
    for (check, account) in problems() {
        let before = by_id(findings(check, account.clone()));
        let was_fail = |id: &String| before.get(id).is_some_and(|it| it.outcome == Kind::Fail);
        assert!(before.keys().any(was_fail), "{}", check.code);
        for (place, account) in hidden(&account) {
            let after = findings(check, account);
            let open = |it: &Finding| matches!(it.outcome, Kind::Fail | Kind::Unknown);
            // A region that did not arrive has no findings; the inventory's own gap speaks for it.
            let told = place == "/regions" || after.iter().any(open);
            assert!(told, "{}: {place} unread", check.code);
            let healed: Vec<_> = after.iter().filter(|it| !open(it) && was_fail(&it.id)).collect();
            assert!(healed.is_empty(), "{}: {place} unread: {healed:#?}", check.code);
        }
    }
}

#[test]
fn hiding_never_makes_a_problem() {
    for check in ALL {
        for (place, account) in hidden(&(check.good)()) {
            let after = outcomes(check, account);
            assert!(!after.contains(&Kind::Fail), "{}: {place} unread", check.code);
        }
    }
}

/// What an organization's policies say can only restrict: nobody has to read them for a verdict.
#[test]
fn unread_policies_of_the_organization_cost_no_outcome() {
    let kinds = |check: &Check, account| {
        let found = by_id(findings(check, account));
        found.into_iter().map(|(id, finding)| (id, finding.outcome)).collect::<Vec<_>>()
    };
    for (check, account) in all_examples() {
        let hidden = || Fact::Unread(Gap { only_restricts: true, ..Gap::default() });
        let unread = Account {
            service_control_policies: hidden(),
            resource_control_policies: hidden(),
            ..account.clone()
        };
        assert_eq!(kinds(check, account), kinds(check, unread), "{}", check.code);
    }
}

#[test]
fn what_nobody_could_read_passes_nothing() {
    for check in ALL {
        let id = ACCOUNT.to_owned();
        let unknown = Account { id, ..Account::default() };
        let regions = Listing::complete(vec![Region::default()]);
        let region = Account { regions, ..unknown.clone() };
        for account in [unknown, region, dark(&(check.bad)())] {
            let found = outcomes(check, account);
            assert!(!found.contains(&Kind::Pass), "{}: {found:?}", check.code);
        }
    }
}

#[test]
fn the_order_of_objects_changes_nothing() {
    for (check, account) in all_examples() {
        let other = findings(check, reversed(&account));
        assert_eq!(by_id(findings(check, account)), by_id(other), "{}", check.code);
    }
}

#[test]
fn unrelated_objects_change_nothing() {
    for (check, account) in all_examples() {
        let before = by_id(findings(check, account.clone()));
        let mut wider = account;
        wider.regions.items.splice(0..0, neighbour().regions.items);
        wider.roles.items.splice(0..0, neighbour().roles.items);
        let stranger = renamed(&neighbour(), ACCOUNT, "444455556666");
        let after = by_id(evaluate(&inventory(vec![stranger, wider]), &[*check]));
        for (id, finding) in before {
            assert_eq!(after.get(&id), Some(&finding), "{}", check.code);
        }
    }
}

#[test]
fn ids_of_findings_are_unique() {
    let accounts = all_examples()
        .enumerate()
        .map(|(number, (_, account))| renamed(&account, ACCOUNT, &format!("{:012}", number + 1)));
    let findings = evaluate(&inventory(accounts.collect()), ALL);
    let mut seen = BTreeMap::new();
    for finding in &findings {
        let twin = seen.insert(&finding.id, finding);
        assert!(twin.is_none(), "{twin:#?} and {finding:#?}");
    }
}

/// Findings with one id count as one, so a problem without a detail of its own would be lost.
#[test]
fn several_problems_of_one_object_are_several_findings() {
    let fails = |check: &Check, account| {
        let mut found = findings(check, account);
        found.retain(|it| it.outcome == Kind::Fail);
        found
    };
    let mut several = 0;
    for check in ALL {
        let once = fails(check, (check.bad)());
        let of_a_part = |rule: &Rule| matches!(rule, Rule::RestMethod(_) | Rule::Route(_));
        // A way to gain permissions is one, in however many statements they are.
        let by_statement = check.code != "DOWN-002";
        let detailed = by_statement && once.iter().any(|it| it.resource.detail.is_some());
        let expected = if detailed && !check.rules.iter().any(of_a_part) { 2 } else { 1 } * once.len();
        assert_eq!(fails(check, doubled(&(check.bad)())).len(), expected, "{}", check.code);
        several += usize::from(expected > once.len());
    }
    assert!(several >= 5, "{several} checks can find several problems");
}

#[test]
fn the_examples_are_fully_known() {
    let policy = examples::policy(json!({ "Statement": "nonsense" }));
    assert!(matches!(policy, Fact::Unread(_)), "a broken example shows");
    for (check, account) in all_examples() {
        let gaps = inventory(vec![account]).gaps();
        assert!(gaps.is_empty(), "{}: {gaps:?}", check.code);
    }
}

mod metadata;
mod problems;
