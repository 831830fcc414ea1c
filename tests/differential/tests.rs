use serde_json::json;

use crate::coverage::Coverage;
use crate::random::Random;
use crate::shrink::shrink;
use crate::verdict::{self, Verdict};
use crate::{generate, walk};

/// A case with two conditions, of which the first decides.
fn case() -> serde_json::Value {
    json!({
        "principal": "arn:aws:iam::111122223333:user/ann",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::lambda_bucket/notes.txt",
        "resourceAccount": "111122223333",
        "context": { "aws:username": "ann", "aws:PrincipalTag/Team": "blue" },
        "identityPolicies": [
            { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": ["s3:Get*", "sqs:*"], "Resource": "*", "Condition": {
                    "StringEquals": { "AWS:principaltag/Team": ["blue", "red"] },
                    "StringNotLikeIfExists": { "aws:username": "bob" },
                } },
                { "Effect": "Deny", "Action": "sqs:*", "Resource": "*" },
            ] },
            { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sqs:*", "Resource": "*" } },
        ],
        "sessionPolicies": [],
        "resourcePolicy": null,
        "permissionBoundaries": [],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    })
}

#[test]
fn a_seed_means_the_same_cases_for_ever() {
    let first = |seed| Random::of(seed, 1).below(usize::MAX);
    assert_eq!(first(1), first(1));
    assert_ne!(first(1), first(2));
    assert_eq!(generate::case(1, 9), generate::case(1, 9));
    assert_ne!(generate::case(1, 9), generate::case(1, 10));
}

#[test]
fn conditions_are_found_removed_and_failed() {
    let case = case();
    let conditions = walk::conditions(&case);
    let found: Vec<&str> = conditions.iter().map(|it| it.operator.as_str()).collect();
    assert_eq!(found, ["StringEquals", "StringNotLikeIfExists"]);
    assert_eq!(case.pointer(&conditions[0].pointer()), Some(&json!(["blue", "red"])));
    assert_eq!(walk::conditions(&conditions[0].removed(&case)).len(), 1);
    assert_eq!(verdict::engine(&conditions[0].removed(&case)), Verdict::Allowed);
    assert_eq!(verdict::engine(&conditions[0].failed(&case)), Verdict::ImplicitlyDenied);
    let without = conditions[1].removed(&conditions[0].removed(&case));
    assert!(without.pointer("/identityPolicies/0/Statement/0/Condition").is_none());
}

#[test]
fn what_decides_is_counted_and_what_does_not_is_not() {
    let mut coverage = Coverage::default();
    let mut case = case();
    coverage.add(&case, verdict::engine(&case));
    // Without its key the one is not met, and so the other decides no more.
    case["context"] = json!({ "aws:username": "ann" });
    coverage.add(&case, verdict::engine(&case));
    // Met, unmet, allowed, explicitly denied, implicitly denied.
    assert_eq!(coverage.of("StringEquals"), [1, 1, 1, 0, 1]);
    assert_eq!(coverage.of("StringNotLikeIfExists"), [1, 0, 1, 0, 0]);
    assert_eq!(coverage.percent_allowed(), 50);
    let below = coverage.below(1);
    let lacks = |form: &str| {
        let of_it = below.iter().filter(|(other, ..)| other == form);
        of_it.map(|(_, way, _)| *way).collect::<Vec<_>>()
    };
    assert_eq!(lacks("StringEquals"), ["explicitly denied"]);
    assert_eq!(lacks("StringNotLikeIfExists"), ["unmet", "explicitly denied", "implicitly denied"]);
}

#[test]
fn a_deny_decides_only_what_would_be_allowed_without_it() {
    let mut case = case();
    case["identityPolicies"][0]["Statement"][1] = json!({
        "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    });
    case["context"]["aws:SecureTransport"] = json!("false");
    let mut coverage = Coverage::default();
    coverage.add(&case, verdict::engine(&case));
    assert_eq!(coverage.of("Bool"), [1, 0, 0, 1, 0]);
    // Nothing is left for the conditions of the Allow to decide.
    assert_eq!(coverage.of("StringEquals"), [0; 5]);
    // And nothing for the Deny where there is no grant.
    case["context"]["aws:username"] = json!("bob");
    let mut coverage = Coverage::default();
    coverage.add(&case, verdict::engine(&case));
    assert_eq!(coverage.of("Bool"), [0; 5]);
}

#[test]
fn a_case_is_made_as_small_as_it_can_be() {
    let small = shrink(&case(), |case| verdict::engine(case) == Verdict::Allowed);
    let statement = json!({ "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*" });
    assert_eq!(small["identityPolicies"], json!([{ "Version": "2012-10-17", "Statement": [statement] }]));
    assert_eq!(small["context"], json!({}));
}
