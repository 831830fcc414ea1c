//! What code scanning refuses whole files for.

use super::scale;
use crate::golden::{inventories, plain, report};
use crate::{Anchor, Anchors, Format, Options};
use audit::{Confidence, Severity};
use inventory::{Fact, Inventory, Listing, Reason};
use jsonschema::Validator;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../data/sarif-schema-2.1.0.json");

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn sarif(inventory: &Inventory) -> Value {
    serde_json::from_str(&plain(inventory, Format::Sarif)).unwrap()
}

fn anchored(path: &str, line: u32) -> Value {
    let anchor = Anchor { path: path.into(), line };
    let anchors = Anchors { accounts: [(inventories::ACCOUNT.to_owned(), anchor)].into() };
    let text = report(&inventories::shop(), Options::default(), &anchors, Format::Sarif);
    serde_json::from_str(&text).unwrap()
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

fn result<'a>(log: &'a Value, rule: &str) -> &'a Value {
    results(log).iter().find(|result| result["ruleId"] == rule).unwrap()
}

fn errors(log: &Value) -> Vec<String> {
    schema().iter_errors(log).map(|error| error.to_string()).collect()
}

#[test]
fn every_log_is_valid() {
    for (name, inventory) in inventories::all() {
        assert_eq!(errors(&sarif(&inventory)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_schema_is_one_that_refuses() {
    let valid = sarif(&inventories::shop());
    let line = "/runs/0/results/0/locations/0/physicalLocation/region/startLine";
    for (pointer, value) in [
        ("/runs/0/results/0/level", json!("critical")),
        ("/runs/0/invocations/0/startTimeUtc", json!("yesterday")),
        (line, json!(0)),
    ] {
        let mut broken = valid.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert!(!errors(&broken).is_empty(), "{pointer}");
    }
    let mut broken = valid;
    broken["runs"][0]["colour"] = json!("red");
    assert!(!errors(&broken).is_empty());
}

#[test]
fn every_result_stands_in_exactly_one_place_below_the_root() {
    let mut logs: Vec<_> = inventories::all().iter().map(|(_, it)| sarif(it)).collect();
    for path in
        ["lambastion.toml", "/etc/audit.toml", "../../a b.toml", "c:\\x.toml", "https://example.com", "", "."]
    {
        logs.push(anchored(path, 0));
    }
    let mut seen = 0;
    for result in logs.iter().flat_map(results) {
        let locations = result["locations"].as_array().unwrap();
        assert_eq!(locations.len(), 1, "{result}");
        let place = &locations[0]["physicalLocation"];
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1, "{result}");
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~%/".contains(c);
        assert!(uri.chars().all(plain), "no scheme, no blank: {uri}");
        let climbs = |part: &str| part.is_empty() || part.chars().all(|c| c == '.');
        assert!(!uri.split('/').any(climbs), "{uri}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn an_account_is_anchored_where_it_is_put_in_scope() {
    let log = anchored("audit/lambastion.toml", 7);
    let place = &results(&log)[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "audit/lambastion.toml");
    assert_eq!(place["region"]["startLine"], 7);
    let virtual_log = sarif(&inventories::shop());
    let place = &result(&virtual_log, "DOWN-901")["locations"][0]["physicalLocation"];
    let uri = format!("aws/{}/global/iam/images", inventories::ACCOUNT);
    assert_eq!(place["artifactLocation"]["uri"].as_str().unwrap(), uri);
}

#[test]
fn a_level_goes_with_a_failure_and_only_failures_are_results() {
    for (_, inventory) in inventories::all() {
        let options = Options { include_passed: true, ..Options::default() };
        let text = report(&inventory, options, &Anchors::default(), Format::Sarif);
        let log: Value = serde_json::from_str(&text).unwrap();
        for result in results(&log) {
            assert_eq!(result["kind"], "fail");
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            let rule = log.pointer(&format!("/runs/0/tool/driver/rules/{}/id", result["ruleIndex"]));
            assert_eq!(rule.unwrap(), &result["ruleId"]);
        }
        assert_eq!(log, sarif(&inventory), "passes change nothing");
    }
}

#[test]
fn the_rule_has_the_base_severity_and_the_result_the_effective_one() {
    let log = sarif(&inventories::shop());
    let raised = result(&log, "SRC-901");
    assert_eq!(raised["properties"]["severity"], "critical");
    let text = raised["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("[critical] POST /orders"), "{text}");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = |id: &str| &rules.iter().find(|rule| rule["id"] == id).unwrap()["properties"];
    assert_eq!(rule("SRC-901")["security-severity"], "8.0");
    assert_eq!(rule("FN-901").get("security-severity"), None, "none for an informational rule");
    let plain = result(&log, "EDGE-901")["message"]["text"].as_str().unwrap();
    assert!(plain.starts_with("stage prod"), "{plain}");
}

#[test]
fn fingerprints_are_of_the_finding_and_not_of_the_line() {
    let (here, there) = (anchored("a.toml", 1), anchored("b.toml", 2));
    for (one, other) in results(&here).iter().zip(results(&there)) {
        let prints = &one["partialFingerprints"];
        assert_eq!(prints, &other["partialFingerprints"]);
        let short = prints["primaryLocationLineHash"].as_str().unwrap().strip_suffix(":1").unwrap();
        assert_eq!(short.len(), 16);
        assert!(prints["lambastion/v1"].as_str().unwrap().starts_with(short), "{prints}");
    }
    assert!(!results(&here).is_empty());
}

#[test]
fn gaps_are_notifications_and_only_an_aborted_run_is_unsuccessful() {
    let mut inventory = inventories::partial();
    let log = sarif(&inventory);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let texts: Vec<_> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts.len(), 5, "{texts:#?}");
    for permission in ["lambda:GetPolicy denied", "apigateway:GET /restapis/shop/stages denied"] {
        assert!(texts.iter().any(|text| text.starts_with(permission)), "{texts:#?}");
    }
    let gap = inventories::gap("lambda:ListFunctions", Reason::Interrupted, "stopped");
    inventory.accounts[0].regions.items[0].functions = Listing::cut(vec![], gap);
    assert_eq!(sarif(&inventory)["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn the_category_is_the_account_or_all_of_them() {
    let mut inventory = inventories::clean();
    assert_eq!(sarif(&inventory)["runs"][0]["automationDetails"]["id"], "lambastion/111122223333/");
    inventory.accounts.push(inventory.accounts[0].clone());
    inventory.accounts[1].id = "444455556666".into();
    assert_eq!(sarif(&inventory)["runs"][0]["automationDetails"]["id"], "lambastion/accounts/");
}

#[test]
fn no_hostile_name_becomes_a_link_or_steers_a_display() {
    let text = plain(&inventories::hostile(), Format::Sarif);
    assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "control characters");
    assert!(!text.contains('\u{202e}'), "bidirectional override");
    for result in results(&serde_json::from_str(&text).unwrap()) {
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.contains("](") && !message.contains(char::is_control), "{message}");
    }
}

#[test]
fn ranks_follow_severity_whatever_the_confidence() {
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    for pair in severities.windows(2) {
        let surest = scale::rank(pair[0], Confidence::High);
        assert!(surest < scale::rank(pair[1], Confidence::Low), "{pair:?}");
        assert!((0.0..=100.0).contains(&surest));
    }
}

#[test]
fn worst_results_come_first() {
    let mut inventory = inventories::shop();
    inventory.accounts[0].regions.items[0].functions.items[3].policy =
        Fact::Known(policy::Document::default());
    let log = sarif(&inventory);
    let ranks: Vec<_> = results(&log).iter().map(|it| it["rank"].as_f64().unwrap()).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}");
    assert!(ranks.first() > ranks.last());
}
