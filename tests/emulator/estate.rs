//! The audit of the estate finds what `expected.json` says, and its outputs agree with each other.

use crate::emulator::{Emulator, Variables, python};
use crate::permission::{Permission, called, granted};
use crate::run::{Place, Ran, said};
use serde_json::Value;
use std::collections::BTreeSet;

/// Permissions that the audit of the estate has no use for, since ministack cannot hold the objects:
/// it makes no code-signing configuration, so there is none to ask for the functions of; and each of
/// its accounts manages an organization of its own, whose policies do not bind it.
const NOT_HELD: [&str; 4] = [
    "lambda:ListFunctionsByCodeSigningConfig",
    "organizations:DescribePolicy",
    "organizations:ListParents",
    "organizations:ListPoliciesForTarget",
];

#[test]
fn ministack_is_read_in_full() {
    let ministack = Emulator::start("ministack", &[]);
    let place = Place::new();
    let ran = audit(&place, &ministack);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    as_expected(&place, &ministack);

    for word in ["INCOMPLETE", "Could not tell", "cannot tell", "denied", "unavailable"] {
        assert!(!ran.stdout.contains(word), "{word} in the report:\n{}", ran.stdout);
    }
    assert!(ran.stdout.contains("0 outcomes unknown"), "{}", ran.stdout);
    let report = place.json("report.json");
    assert_eq!(report["gaps"], Value::Array(Vec::new()));
    calls_are_the_permissions(&ran.stderr, &report);

    let stored = ["evaluate", "inventory.json", "--format", "text", "--output", "json=stored.json"];
    let again = place.judge(&stored, &Variables::new());
    assert_eq!((again.code, again.stdout), (ran.code, ran.stdout));
    assert_eq!(place.read("stored.json"), place.read("report.json"));

    let later = place.judge(&["audit", "--format", "json"], ministack.environment());
    assert_eq!(later.json()["findings"], report["findings"], "a second audit finds something else");
}

#[test]
fn moto_is_read_as_far_as_it_goes() {
    let moto = Emulator::start("moto", &[]);
    let place = Place::new();
    let ran = audit(&place, &moto);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    as_expected(&place, &moto);
    assert!(ran.stdout.starts_with("INCOMPLETE: "), "{}", ran.stdout);
}

fn audit(place: &Place, emulator: &Emulator) -> Ran {
    let outputs = ["--output", "json=report.json", "--output", "sarif=report.sarif"];
    let words = [&["audit", "-vv", "--format", "text", "--save-inventory", "inventory.json"], &outputs[..]];
    place.judge(&words.concat(), emulator.environment())
}

/// The report is exactly what `expected.json` says, and every file has its form.
fn as_expected(place: &Place, emulator: &Emulator) {
    let mut compare = python("compare.py");
    compare.arg(place.path("report.json")).args(["--emulator", emulator.name]);
    let output = compare.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));

    let report = place.json("report.json");
    valid("report", &report);
    valid("inventory", &place.json("inventory.json"));
    let sarif = place.json("report.sarif");
    let run = &sarif["runs"][0];
    let findings = report["findings"].as_array().unwrap();
    let failures = findings.iter().filter(|it| it["outcome"] == "fail").count();
    assert_eq!(run["results"].as_array().unwrap().len(), failures);
    let gaps = report["gaps"].as_array().unwrap().len();
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array();
    assert_eq!(notifications.map_or(0, Vec::len), gaps);
}

fn valid(schema: &str, document: &Value) {
    let validator = jsonschema::validator_for(&said(&["schema", schema])).unwrap();
    let errors: Vec<_> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{schema}: {errors:?}");
}

/// What the audit called needs what `lambastion permissions` prints, no less and no more.
fn calls_are_the_permissions(log: &str, report: &Value) {
    let calls = called(log);
    let seen: BTreeSet<_> = calls.iter().map(|call| Permission::of(*call)).collect();
    let mut due = granted();
    for permission in NOT_HELD {
        assert!(due.remove(&Permission::named(permission)), "{permission}");
    }
    assert_eq!(seen, due);
    let rows = report["calls"].as_array().unwrap();
    let counted: u64 = rows.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(calls.len() as u64, counted, "the log and the report's calls disagree");
}
