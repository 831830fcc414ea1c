//! Secrets of the audited account appear nowhere, and what they are is found all the same.

use crate::findings::findings;
use crate::run::lambastion;
use crate::stub::{Assumable, Stub, World};
use crate::worlds::{ACCOUNT, OTHER, account, empty};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;

/// A new secret for every place.
#[derive(Default)]
struct Canaries(Mutex<BTreeMap<String, String>>);

impl Canaries {
    fn at(&self, place: &str) -> String {
        let mut all = self.0.lock().unwrap();
        let random = RandomState::new();
        let canary = format!("{:016x}{:016x}", random.hash_one(place), random.hash_one(all.len()));
        all.insert(canary.clone(), place.into());
        canary
    }
}

#[test]
fn no_secret_appears_anywhere() {
    let canaries = Canaries::default();
    let role = format!("arn:aws:iam::{OTHER}:role/audit");
    let external_id = canaries.at("our own external id");
    let world = World {
        accounts: vec![
            empty(ACCOUNT, &["eu-west-1"]),
            account(OTHER, &["eu-west-1"], &|place| canaries.at(place)),
        ],
        assumable: vec![Assumable {
            arn: role.clone(),
            external_id: Some(external_id.clone()),
            account: OTHER.into(),
        }],
        ..World::default()
    };
    let stub = Stub::of(world);
    let ran = lambastion(&stub.url(), ACCOUNT)
        .args([
            "audit",
            "--strict",
            "-vvv",
            "--include-passed",
            "--format",
            "text",
            "--save-inventory",
            "inventory.json",
        ])
        .args(["--output", "json=report.json", "--output", "sarif=report.sarif"])
        .args(["--role-arn", &role, "--external-id", &external_id])
        .run();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let outputs = [
        ("stdout", ran.stdout.clone()),
        ("stderr", ran.stderr.clone()),
        ("json", ran.file("report.json")),
        ("sarif", ran.file("report.sarif")),
        ("inventory", ran.file("inventory.json")),
    ];
    let canaries = canaries.0.lock().unwrap();
    assert!(canaries.len() > 20, "{canaries:?}");
    for (output, text) in &outputs {
        assert!(!text.is_empty(), "{output}");
        for (canary, place) in canaries.iter() {
            assert!(!text.contains(canary), "{output} shows the secret of {place}");
        }
    }
    // Every one of them was there to be seen.
    let assumed: Vec<_> = stub.requests().into_iter().filter(|it| it.operation == "AssumeRole").collect();
    assert!(!assumed.is_empty() && assumed.iter().all(|it| it.query["ExternalId"] == external_id));
    let report = ran.json("report.json");
    let failed = |check: &str, resource: &str| {
        let findings = findings(&report);
        let found = findings.values().any(|it| {
            it["check"] == check
                && it["outcome"] == "fail"
                && it["resource"]["name"].as_str().unwrap().contains(resource)
        });
        assert!(found, "{check} does not fail for {resource}");
    };
    failed("FN-101", "orders");
    failed("SRC-106", "orders");
}
