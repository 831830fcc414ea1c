//! Cases in, decisions out.

use crate::support::{Place, Ran};
use serde_json::{Value, json};
use std::fs::File;

fn case(principal: &str) -> Value {
    json!({
        "principal": principal,
        "action": "lambda:InvokeFunction",
        "resource": "arn:aws:lambda:eu-west-1:111122223333:function:f",
        "context": { "aws:SourceAccount": "111122223333" },
        "identityPolicies": [{ "name": "Invoke", "policy": {
            "Version": "2012-10-17",
            "Statement": [{ "Sid": "All", "Effect": "Allow", "Action": "lambda:*", "Resource": "*" }],
        } }],
        "resourcePolicy": { "Version": "2012-10-17", "Statement": {
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "lambda:InvokeFunction",
            "Resource": "*",
            "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" } },
        } },
    })
}

/// A denied case for each layer that can deny, and a few that are allowed.
fn cases() -> String {
    let user = "arn:aws:iam::111122223333:user/ann";
    let mut denied = case(user);
    denied["serviceControlPolicies"] =
        json!([[{ "Statement": { "Effect": "Deny", "Action": "lambda:*", "Resource": "*" } }]]);
    let lines = [case(user), case("s3.amazonaws.com"), case("anonymous"), denied];
    lines.map(|line| format!("{line}\n")).concat()
}

#[test]
fn each_case_has_a_decision_and_its_reasons() {
    let place = Place::new();
    place.file("cases.jsonl", cases());
    let ran = place.run(["simulate", "cases.jsonl"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines,
        [
            json!({ "decision": "Allowed", "because": [
                { "policy": "Invoke", "statement": "All", "effect": "Allow" },
            ] }),
            json!({ "decision": "Allowed", "because": [
                { "policy": "resourcePolicy", "statement": "#1", "effect": "Allow" },
            ] }),
            json!({ "decision": "ImplicitlyDenied", "because": [
                { "layer": "resourcePolicy", "reason": "NoAllow" },
            ] }),
            json!({ "decision": "ExplicitlyDenied", "because": [
                { "policy": "serviceControlPolicies[0].policies[0]", "statement": "#1", "effect": "Deny" },
            ] }),
        ]
    );
    let mut command = place.command(["simulate", "-"]);
    let output = command.stdin(File::open(place.path().join("cases.jsonl")).unwrap()).output().unwrap();
    assert_eq!(Ran::of(&output).stdout, ran.stdout);
}

#[test]
fn a_line_that_is_no_case_is_placed_and_mended() {
    let place = Place::new();
    for (content, words) in [
        (&b""[..], &["cases.jsonl: ", "no case", "JSON object"][..]),
        (b"\n \n", &["no case"]),
        (b"\n{\"principal\"\n", &["cases.jsonl:2: column 12: not valid JSON"]),
        (b"[]", &["cases.jsonl:1: case: must be an object"]),
        (b"\xff", &["cases.jsonl:1: byte 0", "UTF-8"]),
        (b"{\"principals\": []}", &["cases.jsonl:1: case: unknown field `principals`", "`principal`"]),
        (b"{\"principal\": \"anonymous\"}", &["has no `action`"]),
        (b"{\"principal\": \"bob\"}", &["principal: must be an ARN"]),
        (
            b"{\"identityPolicies\": [{\"Statement\": [{\"Effect\": \"allow\"}]}]}",
            &["cases.jsonl:1: identityPolicies[0].Statement[0].Effect", "\"Allow\" or \"Deny\""],
        ),
    ] {
        place.file("cases.jsonl", content);
        place.run(["simulate", "cases.jsonl"]).failed(2, words);
    }
    place.run(["simulate", "missing.jsonl"]).failed(2, &["missing.jsonl", "no such file"]);
    place.run(["simulate", "."]).failed(2, &["directory"]);
}

#[test]
fn what_was_decided_before_a_wrong_line_is_told() {
    let place = Place::new();
    place.file("cases.jsonl", cases() + "{}\n");
    let ran = place.run(["simulate", "cases.jsonl"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (2, 4), "{ran:?}");
    assert!(ran.stderr.contains("cases.jsonl:5: "), "{}", ran.stderr);
}
