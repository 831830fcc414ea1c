//! The data is whole, and controls get the outcome that their findings deserve.

use super::*;
use crate::{Check, Confidence, Finding, Kind, Layer, Resource};
use std::collections::BTreeSet;

const CODES: &str = include_str!("../../../checks/codes.txt");

/// Checks that the data knows and the catalogue does not have yet. It only shrinks.
const PLANNED: [&str; 39] = [
    "EDGE-003", "EDGE-004", "EDGE-005", "EDGE-006", "EDGE-007", "EDGE-008", "SRC-109", "SRC-203", "SRC-204",
    "SRC-205", "SRC-302", "SRC-303", "SRC-502", "SRC-601", "SRC-602", "SRC-603", "SRC-604", "SRC-605",
    "SRC-606", "SVC-007", "SVC-102", "SVC-103", "SVC-104", "SVC-201", "SVC-202", "FN-002", "FN-102",
    "FN-103", "FN-201", "FN-202", "FN-301", "FN-303", "FN-304", "FN-401", "FN-501", "FN-502", "FN-601",
    "FN-602", "DOWN-007",
];

fn codes() -> BTreeSet<&'static str> {
    CODES.lines().filter_map(|line| line.split(' ').next()).collect()
}

#[test]
fn every_framework_is_there_and_says_what_it_lists() {
    let ids: Vec<_> = all().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "fsbp",
            "cis",
            "nist-800-53",
            "pci-dss",
            "soc2",
            "hipaa",
            "fedramp",
            "ismap",
            "owasp-serverless",
            "cwe",
            "well-architected-serverless",
        ]
    );
    for it in all() {
        assert!(![&it.title, &it.version].iter().any(|text| text.is_empty()), "{}", it.id);
        assert!(it.note.as_ref().is_some_and(|note| note.ends_with('.')), "{}", it.id);
        assert_eq!(it.controls.is_empty(), it.mappings.is_empty(), "{}", it.id);
        assert_eq!(framework(&it.id), Some(it));
    }
    assert_eq!(framework("iso-27001"), None);
    assert!(compared().parse::<jiff::civil::Date>().is_ok());
}

#[test]
fn ids_are_unique_and_every_source_is_an_https_url() {
    let url = |text: &str| text.starts_with("https://") && !text.contains(char::is_whitespace);
    for framework in all() {
        assert!(url(&framework.source), "{}", framework.source);
        let mut ids = BTreeSet::new();
        for control in &framework.controls {
            let name = format!("{} {}", framework.id, control.id);
            assert!(ids.insert(&control.id), "{name} is there twice");
            assert!(!control.title.is_empty() && control.title.trim() == control.title, "{name}");
            assert!(control.source.as_deref().is_none_or(url), "{name}");
        }
        for mapping in &framework.mappings {
            assert!(url(&mapping.source), "{mapping:?}");
        }
    }
}

#[test]
fn every_mapping_names_controls_that_exist_once() {
    for framework in all() {
        let mut seen = BTreeSet::new();
        for mapping in &framework.mappings {
            assert!(!mapping.controls.is_empty(), "{mapping:?}");
            for control in &mapping.controls {
                assert!(framework.control(control).is_some(), "{} has no {control}", framework.id);
                let once = (&mapping.check, control, &mapping.via, &mapping.resources);
                assert!(
                    seen.insert(once),
                    "{}: {} is mapped to {control} twice",
                    framework.id,
                    mapping.check
                );
            }
            assert!(
                mapping.fit == Fit::Same || mapping.note.is_some(),
                "{mapping:?} does not say how it differs"
            );
            let kinds = mapping.resources.iter().map(|it| it.split("::").collect::<Vec<_>>());
            assert!(kinds.into_iter().all(|it| it.len() == 3 && it[0] == "AWS"), "{mapping:?}");
        }
    }
}

#[test]
fn who_says_so_is_told_truly() {
    for framework in all() {
        let ours =
            ["owasp-serverless", "cwe", "well-architected-serverless"].contains(&framework.id.as_str());
        for mapping in &framework.mappings {
            assert_eq!(mapping.by, if ours { By::Lambastion } else { By::Published }, "{mapping:?}");
            let aws = ["https://docs.aws.amazon.com/", "https://github.com/cdklabs/cdk-nag/"];
            let published = aws.iter().any(|it| mapping.source.starts_with(it));
            assert!(published || ours, "{mapping:?}: who published it?");
            // What AWS relates to a framework of others, it relates through a control or rule of its own.
            assert_eq!(mapping.via.is_none(), ours || framework.id == "fsbp", "{mapping:?}");
        }
    }
}

#[test]
fn every_check_is_mapped_or_said_not_to_be() {
    let known = codes();
    let early: Vec<_> = PLANNED.iter().filter(|it| known.contains(**it)).collect();
    assert!(early.is_empty(), "these are in the catalogue now; take them off PLANNED: {early:?}");
    let catalogue: BTreeSet<_> = known.into_iter().chain(PLANNED).collect();
    let mappings = all().iter().flat_map(|it| &it.mappings);
    let mapped: BTreeSet<_> = mappings.map(|it| it.check.as_str()).collect();
    let not: BTreeSet<_> = unmapped().iter().map(|it| it.check.as_str()).collect();
    assert!(mapped.is_disjoint(&not), "{:?}", mapped.intersection(&not));
    let accounted: BTreeSet<_> = mapped.union(&not).copied().collect();
    assert_eq!(accounted, catalogue);
    assert!(unmapped().iter().all(|it| it.why.ends_with('.')));
}

#[test]
fn nothing_promises_compliance() {
    assert!(!TEXT.to_lowercase().contains("compliant"));
    let words = [Status::Fail, Status::Unknown, Status::Pass, Status::NotAssessed].map(Status::word);
    assert_eq!(words, ["fail", "unknown", "pass", "not assessed by this tool"]);
}

#[test]
fn a_check_knows_its_controls() {
    let of: Vec<_> =
        of_check("SVC-001").map(|(framework, it)| (framework.id.as_str(), &it.controls)).collect();
    assert_eq!(of[0], ("fsbp", &vec!["Lambda.1".to_owned()]));
    assert!(of.contains(&("pci-dss", &vec!["7.2.1".to_owned()])));
    assert!(of.contains(&("cwe", &vec!["CWE-732".to_owned()])));
    assert_eq!(of_check("SRC-107").count(), 0);
}

fn check(code: &'static str) -> Check {
    Check { code, ..Check::BASE }
}

fn finding(check: &str, outcome: Kind, kind: &str) -> Finding {
    Finding {
        id: String::new(),
        check: check.into(),
        name: String::new(),
        layer: Layer::Source,
        outcome,
        severity: Severity::Low,
        base_severity: Severity::Low,
        confidence: Confidence::High,
        resource: Resource { kind: kind.into(), ..Resource::default() },
        message: String::new(),
        evidence: Vec::new(),
        remediation: String::new(),
        gap: None,
    }
}

fn mapping(check: &str, fit: Fit, resources: &[&str]) -> Mapping {
    Mapping {
        check: check.into(),
        controls: vec!["C.1".into()],
        by: By::Published,
        source: "https://example.com/".into(),
        via: None,
        fit,
        resources: resources.iter().map(|it| (*it).to_owned()).collect(),
        note: None,
    }
}

/// A framework with a control that those mappings are about, and one that nobody looks at.
fn toy(mappings: Vec<Mapping>) -> Framework {
    let control = |id: &str| Control { id: id.into(), title: id.into(), severity: None, source: None };
    Framework {
        id: "toy".into(),
        title: "Toy".into(),
        version: "1".into(),
        source: "https://example.com/".into(),
        note: None,
        controls: vec![control("C.1"), control("C.2")],
        mappings,
    }
}

/// What the first control gets; the second one is never assessed.
fn judged(mappings: Vec<Mapping>, findings: &[Finding], ran: &[&'static str]) -> ControlResult {
    let checks: Vec<_> = ran.iter().map(|code| check(code)).collect();
    let mut results = assess(&toy(mappings), findings, &checks);
    assert_eq!(results.len(), 2);
    let nobody = results.pop().unwrap();
    assert_eq!(
        (nobody.id.as_str(), nobody.status, nobody.counts),
        ("C.2", Status::NotAssessed, Counts::default())
    );
    results.pop().unwrap()
}

const STAGE: &str = "AWS::ApiGatewayV2::Stage";

#[test]
fn a_control_is_as_bad_as_the_worst_of_its_findings() {
    use Kind::{Fail, NotApplicable, Pass, Unknown};
    let both = || vec![mapping("A-1", Fit::Same, &[]), mapping("B-1", Fit::Same, &[])];
    let found =
        |kinds: &[(&str, Kind)]| -> Vec<_> { kinds.iter().map(|(a, b)| finding(a, *b, STAGE)).collect() };
    for (findings, status, counts) in [
        (&[("A-1", Fail), ("A-1", Pass), ("B-1", Unknown)][..], Status::Fail, [1, 1, 1]),
        (&[("A-1", Pass), ("B-1", Unknown)], Status::Unknown, [0, 1, 1]),
        (&[("A-1", Pass), ("B-1", Pass), ("B-1", NotApplicable)], Status::Pass, [0, 0, 2]),
        (&[("A-1", Pass)], Status::Pass, [0, 0, 1]),
        (&[("A-1", NotApplicable)], Status::NotAssessed, [0, 0, 0]),
        (&[("Z-1", Fail)], Status::NotAssessed, [0, 0, 0]),
        (&[], Status::NotAssessed, [0, 0, 0]),
    ] {
        let result = judged(both(), &found(findings), &["A-1", "B-1"]);
        let [fail, unknown, pass] = counts;
        assert_eq!((result.status, result.counts), (status, Counts { fail, unknown, pass }), "{findings:?}");
        assert_eq!(result.checks, ["A-1", "B-1"]);
        assert_eq!(result.not_run, [""; 0]);
    }
}

#[test]
fn a_check_that_did_not_run_leaves_the_control_unknown() {
    let both = || vec![mapping("A-1", Fit::Same, &[]), mapping("B-1", Fit::Same, &[])];
    let passes = [finding("A-1", Kind::Pass, STAGE), finding("B-1", Kind::Fail, STAGE)];
    let result = judged(both(), &passes, &["A-1"]);
    assert_eq!((result.status, result.not_run), (Status::Unknown, vec!["B-1".to_owned()]));
    let fails = [finding("A-1", Kind::Fail, STAGE)];
    assert_eq!(judged(both(), &fails, &["A-1"]).status, Status::Fail);
    assert_eq!(judged(both(), &[], &[]).status, Status::Unknown);
}

#[test]
fn a_wider_check_proves_no_failure_and_a_narrower_one_no_pass() {
    for (fit, outcome, status) in [
        (Fit::Wider, Kind::Fail, Status::Unknown),
        (Fit::Wider, Kind::Pass, Status::Pass),
        (Fit::Wider, Kind::Unknown, Status::Unknown),
        (Fit::Narrower, Kind::Fail, Status::Fail),
        (Fit::Narrower, Kind::Pass, Status::NotAssessed),
        (Fit::Narrower, Kind::Unknown, Status::Unknown),
    ] {
        let result = judged(vec![mapping("A-1", fit, &[])], &[finding("A-1", outcome, STAGE)], &["A-1"]);
        assert_eq!(result.status, status, "{fit:?} {outcome:?}");
    }
}

#[test]
fn a_finding_counts_once_in_its_worst_reading() {
    let mappings = vec![mapping("A-1", Fit::Wider, &[]), mapping("A-1", Fit::Same, &[])];
    let result = judged(mappings, &[finding("A-1", Kind::Fail, STAGE)], &["A-1"]);
    assert_eq!(result.counts, Counts { fail: 1, ..Counts::default() });
}

#[test]
fn other_types_of_resources_say_nothing_unless_they_hide_some() {
    let of = |outcome, kind| {
        judged(vec![mapping("A-1", Fit::Same, &[STAGE])], &[finding("A-1", outcome, kind)], &["A-1"])
    };
    assert_eq!(of(Kind::Fail, STAGE).status, Status::Fail);
    assert_eq!(of(Kind::Fail, "AWS::ApiGateway::Stage").status, Status::NotAssessed);
    assert_eq!(of(Kind::Pass, "AWS::AppSync::GraphQLApi").status, Status::NotAssessed);
    assert_eq!(of(Kind::Unknown, "AWS::ApiGatewayV2::Api").status, Status::Unknown);
    assert_eq!(of(Kind::Unknown, "AWS::Account").status, Status::Unknown);
    assert_eq!(of(Kind::Unknown, "AWS::AppSync::GraphQLApi").status, Status::NotAssessed);
}

#[test]
fn the_shipped_frameworks_assess() {
    let fsbp = framework("fsbp").unwrap();
    let found = [finding("SVC-001", Kind::Fail, "AWS::Lambda::Function")];
    let results = assess(fsbp, &found, &[check("SVC-001")]);
    assert_eq!(results.len(), fsbp.controls.len());
    let of = |id: &str| results.iter().find(|it| it.id == id).unwrap();
    assert_eq!((of("Lambda.1").status, of("Lambda.1").severity), (Status::Fail, Some(Severity::Critical)));
    assert_eq!(of("Lambda.1").not_run, ["SRC-106", "SVC-002", "SVC-003"]);
    assert_eq!(of("Lambda.2").status, Status::Unknown);
    assert_eq!(of("StepFunctions.1").status, Status::NotAssessed);
    assert!(assess(framework("soc2").unwrap(), &found, &[check("SVC-001")]).is_empty());
}
