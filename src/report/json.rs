//! The JSON report, version 1.

use crate::summary::Summary;
use crate::view::View;
use crate::{SCHEMA, escape};
use audit::{Confidence, Finding, Kind, Layer, Resource, Scorecard, Severity};
use inventory::{CallCount, Gap, Reason};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// An audit of AWS serverless accounts, as Lambastion reports it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Lambastion report, version 1")]
struct Document<'a> {
    /// The name and version of this form.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'a str,
    /// What wrote the report.
    tool: Tool<'a>,
    /// What was audited, and whether all of it could be.
    audit: Audit<'a>,
    /// Counts over all outcomes, whatever `findings` shows.
    summary: &'a Summary,
    /// Failures, worst first, then unknown outcomes; passes only where they were asked for.
    findings: Vec<Item<'a>>,
    /// What could not be read.
    gaps: Vec<Missing<'a>>,
    /// Ways from clients to functions.
    paths: Vec<serde_json::Value>,
    /// Scores, 0 to 100.
    scores: &'a Scorecard,
    /// The AWS calls that were made.
    calls: &'a [CallCount],
}

/// What wrote the report.
#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    /// `lambastion`.
    name: &'a str,
    /// Its version.
    version: &'a str,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// What was audited.
#[derive(Serialize, JsonSchema)]
struct Audit<'a> {
    /// The accounts' ids.
    accounts: BTreeSet<&'a str>,
    /// The regions looked at, in any account.
    regions: BTreeSet<&'a str>,
    /// When collection began.
    started: Timestamp,
    /// When collection ended.
    finished: Timestamp,
    /// False where an outcome is unknown or something that was asked for could not be read, unless it
    /// could only have restricted access.
    complete: bool,
}

/// The outcome of one check on one object.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct Item<'a> {
    /// The same from run to run for the same check, object and detail.
    id: &'a str,
    /// The check's code.
    check: &'a str,
    /// The check's name.
    name: &'a str,
    /// The layer of defence.
    layer: Layer,
    /// The outcome.
    outcome: Kind,
    /// The effective severity.
    severity: Severity,
    /// The check's severity.
    base_severity: Severity,
    /// How sure it is.
    confidence: Confidence,
    /// The object judged.
    resource: &'a Resource,
    /// What is wrong, or what could not be read.
    message: &'a str,
    /// What shows it.
    evidence: &'a [String],
    /// What to do about it, Markdown.
    remediation: &'a str,
}

/// What was not read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Gap")]
struct Missing<'a> {
    /// The IAM action that the failed call needs.
    action: &'a str,
    /// For API Gateway: the resource path.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// The account.
    account: &'a str,
    /// The region.
    region: &'a str,
    /// The ARN of the object whose fact is missing, where one object is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    /// The class of failure.
    reason: Reason,
    /// Why, for people.
    message: &'a str,
    /// True where nobody asked: outside the scope, or needed by no selected check. No failed read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_asked: bool,
    /// True where the value could only have restricted access: findings stand without it, less sure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    only_restricts: bool,
    /// The ids of the findings that are unknown for it.
    affects: &'a [&'a str],
}

pub(crate) fn render(view: &View) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(&document(view))?;
    Ok(escape::json(&text) + "\n")
}

pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).into()
}

fn document<'a>(view: &'a View) -> Document<'a> {
    let inventory = view.report.inventory;
    let regions = inventory.accounts.iter().flat_map(|it| &it.regions);
    Document {
        schema: SCHEMA,
        tool: Tool { name: "lambastion", version: env!("CARGO_PKG_VERSION"), url: crate::URL },
        audit: Audit {
            accounts: inventory.accounts.iter().map(|it| it.id.as_str()).collect(),
            regions: regions.map(|it| it.name.as_str()).collect(),
            started: inventory.started,
            finished: inventory.taken_at,
            complete: view.complete,
        },
        summary: &view.summary,
        findings: view.findings.iter().map(|finding| item(finding)).collect(),
        gaps: view.gaps.iter().map(|(gap, ids)| missing(gap, ids)).collect(),
        paths: Vec::new(),
        scores: view.report.scorecard,
        calls: &inventory.calls,
    }
}

fn item(finding: &Finding) -> Item<'_> {
    Item {
        id: &finding.id,
        check: &finding.check,
        name: &finding.name,
        layer: finding.layer,
        outcome: finding.outcome,
        severity: finding.severity,
        base_severity: finding.base_severity,
        confidence: finding.confidence,
        resource: &finding.resource,
        message: &finding.message,
        evidence: &finding.evidence,
        remediation: &finding.remediation,
    }
}

fn missing<'a>(gap: &'a Gap, affects: &'a [&'a str]) -> Missing<'a> {
    Missing {
        action: &gap.action,
        path: gap.path.as_deref(),
        account: &gap.account,
        region: &gap.region,
        resource: gap.resource.as_deref(),
        reason: gap.reason,
        message: &gap.message,
        not_asked: gap.not_asked,
        only_restricts: gap.only_restricts,
        affects,
    }
}

#[cfg(test)]
mod tests {
    use super::schema;
    use crate::golden::{self, inventories};
    use crate::{Anchors, Format, Options, complete};
    use audit::{Severity, evaluate};
    use inventory::{Inventory, Listing, Reason};
    use serde_json::{Value, json};

    fn report(inventory: &Inventory) -> Value {
        serde_json::from_str(&golden::plain(inventory, Format::Json)).unwrap()
    }

    fn outcomes(report: &Value, outcome: &str) -> usize {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().filter(|it| it["outcome"] == outcome).count()
    }

    #[test]
    fn every_report_is_valid_and_the_schema_refuses_others() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for (name, inventory) in inventories::all() {
            let report = report(&inventory);
            let errors: Vec<_> = validator.iter_errors(&report).map(|it| it.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{name}");
        }
        let valid = report(&inventories::shop());
        for (pointer, value) in [
            ("/schema", json!("lambastion/report/2")),
            ("/findings/0/outcome", json!("maybe")),
            ("/audit/complete", json!("yes")),
            ("/summary", json!({})),
        ] {
            let mut broken = valid.clone();
            *broken.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&broken), "{pointer}");
        }
    }

    #[test]
    fn the_fields_are_those_of_version_1() {
        let report = report(&inventories::partial());
        let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        let sorted = "audit calls findings gaps paths schema scores summary tool";
        assert_eq!(fields(&report), sorted);
        assert_eq!(fields(&report["audit"]), "accounts complete finished regions started");
        assert_eq!(fields(&report["scores"]), "accounts functions overall");
        let finding = "base_severity check confidence evidence id layer message name outcome remediation resource severity";
        for item in report["findings"].as_array().unwrap() {
            assert_eq!(fields(item), finding);
        }
    }

    #[test]
    fn an_unknown_outcome_makes_the_report_incomplete_and_its_gap_names_it() {
        let inventory = inventories::partial();
        let report = report(&inventory);
        assert_eq!(report["audit"]["complete"], false);
        let gaps = report["gaps"].as_array().unwrap();
        let affected: Vec<_> = gaps.iter().flat_map(|gap| gap["affects"].as_array().unwrap()).collect();
        let findings = report["findings"].as_array().unwrap();
        let unknown = findings.iter().filter(|it| it["outcome"] == "unknown");
        for finding in unknown {
            assert!(affected.contains(&&finding["id"]), "{finding}");
        }
        assert_eq!(affected.len(), outcomes(&report, "unknown"));
        let needless = gaps.iter().find(|gap| gap["path"] == "/usageplans").unwrap();
        assert_eq!(needless["affects"], json!([]));
    }

    #[test]
    fn a_read_that_no_check_needed_makes_the_report_incomplete_only_if_asked_for() {
        let mut inventory = inventories::clean();
        let is_complete = |inventory: &Inventory| {
            let complete = complete(inventory, &evaluate(inventory, golden::ALL));
            assert_eq!(report(inventory)["audit"]["complete"], complete);
            complete
        };
        assert!(is_complete(&inventory), "event APIs were not asked for");
        let gap = inventories::gap("appsync:ListApis", Reason::Denied, "no");
        inventory.accounts[0].regions.items[0].event_apis = Listing::cut(vec![], gap);
        assert!(!is_complete(&inventory));
    }

    #[test]
    fn what_could_only_restrict_is_told_and_costs_nothing() {
        let mut inventory = inventories::clean();
        let gap = inventories::gap("organizations:ListParents", Reason::Denied, "no");
        let gap = inventory::Gap { only_restricts: true, ..gap };
        inventory.accounts[0].service_control_policies = inventory::Fact::Unread(gap);
        assert!(complete(&inventory, &evaluate(&inventory, golden::ALL)));
        let report = report(&inventory);
        assert_eq!(report["audit"]["complete"], true);
        assert_eq!(report["gaps"][0]["only_restricts"], true, "{}", report["gaps"]);
        assert!(jsonschema::validator_for(&schema()).unwrap().is_valid(&report));
        let sarif: Value = serde_json::from_str(&golden::plain(&inventory, Format::Sarif)).unwrap();
        let note = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(note["level"], "note");
    }

    #[test]
    fn a_gap_that_nobody_asked_about_says_so() {
        let mut inventory = inventories::shop();
        inventory.accounts[0].regions.items[0].functions.items[1].policy = inventory::Fact::default();
        let report = report(&inventory);
        assert_eq!(report["gaps"][0]["not_asked"], true, "{}", report["gaps"]);
        assert!(jsonschema::validator_for(&schema()).unwrap().is_valid(&report));
        let sarif: Value = serde_json::from_str(&golden::plain(&inventory, Format::Sarif)).unwrap();
        let note = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(note["level"], "note");
        assert_eq!(note["message"]["text"], "not asked: not collected (- -)");
    }

    #[test]
    fn the_least_severity_hides_failures_and_nothing_else() {
        let inventory = inventories::partial();
        let all = report(&inventory);
        let options = Options { min_severity: Some(Severity::Critical), ..Options::default() };
        let text = golden::report(&inventory, options, &Anchors::default(), Format::Json);
        let few: Value = serde_json::from_str(&text).unwrap();
        assert!(0 < outcomes(&few, "fail") && outcomes(&few, "fail") < outcomes(&all, "fail"));
        assert_eq!(outcomes(&few, "unknown"), outcomes(&all, "unknown"));
        for same in ["summary", "gaps", "audit", "scores"] {
            assert_eq!(few[same], all[same]);
        }
    }

    #[test]
    fn passes_are_listed_only_where_they_are_asked_for() {
        let inventory = inventories::shop();
        assert_eq!(outcomes(&report(&inventory), "pass"), 0);
        let options = Options { include_passed: true, ..Options::default() };
        let text = golden::report(&inventory, options, &Anchors::default(), Format::Json);
        let report: Value = serde_json::from_str(&text).unwrap();
        let passed = outcomes(&report, "pass");
        assert!(passed > 0);
        assert_eq!(report["summary"]["outcomes"]["pass"], passed);
    }

    #[test]
    fn hostile_names_survive_unharmed_and_harm_nobody() {
        let text = golden::plain(&inventories::hostile(), Format::Json);
        let steers = |c: char| c != '\n' && c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(steers));
        let report: Value = serde_json::from_str(&text).unwrap();
        for hostile in inventories::HOSTILE {
            let named = |it: &Value| it["resource"]["name"] == hostile;
            assert!(report["findings"].as_array().unwrap().iter().any(named), "{hostile:?}");
        }
    }
}
