//! A policy in, who can use the function out.

use crate::support::{Place, Ran};
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:shop";

/// The two grants of a URL without authentication, and a topic's.
fn policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Url",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "lambda:InvokeFunctionUrl",
                "Resource": FUNCTION,
                "Condition": { "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } },
            },
            {
                "Sid": "Invoke",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "lambda:InvokeFunction",
                "Resource": FUNCTION,
                "Condition": { "Bool": { "lambda:InvokedViaFunctionUrl": "true" } },
            },
            {
                "Effect": "Allow",
                "Principal": { "Service": "alexa-appkit.amazon.com" },
                "Action": "lambda:InvokeFunction",
                "Resource": FUNCTION,
                "Condition": { "StringEquals": { "lambda:EventSourceToken": "amzn1.ask.skill.canary" } },
            },
        ],
    })
}

fn access(place: &Place, flags: &[&str]) -> Ran {
    let always = ["access", "--policy", "policy.json", "--function-arn", FUNCTION];
    place.run([&always, flags].concat())
}

fn place() -> Place {
    let place = Place::new();
    place.file("policy.json", policy().to_string());
    place
}

#[test]
fn the_answer_names_audiences_and_statements() {
    let ran = access(&place(), &["--url-auth", "NONE", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&answer["reach"], &answer["confidence"]), (&json!("anonymous"), &json!("high")));
    assert_eq!(answer["audiences"], json!(["anonymous", "any-account-through-a-service"]));
    let url = &answer["grants"][0];
    assert_eq!((&url["statement"], &url["sid"]), (&json!(1), &json!("Url")));
    assert_eq!(url["actions"], json!(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]));
    let alexa = &answer["grants"][1];
    assert_eq!(
        (&alexa["statement"], &alexa["sid"], &alexa["limited"]),
        (&json!(3), &json!(null), &json!(true))
    );
    assert!(!ran.stdout.contains("canary"), "the token is a secret");
}

#[test]
fn without_a_url_its_grants_let_nobody_in() {
    let ran = access(&place(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("reach: any-account-through-a-service (high confidence)\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("(masked)") && !ran.stdout.contains("canary"), "{}", ran.stdout);
}

#[test]
fn what_the_aws_command_line_prints_is_taken_too() {
    let place = place();
    place.file("policy.json", json!({ "Policy": policy().to_string(), "RevisionId": "1" }).to_string());
    let ran = access(&place, &["--url-auth", "NONE"]);
    assert!(ran.stdout.starts_with("reach: anonymous"), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let place = place();
    let other = place.run(["access", "--policy", "policy.json", "--function-arn", "arn:aws:s3:::bucket"]);
    assert!(other.code == 2 && other.stderr.contains("no ARN of a Lambda function"), "{}", other.stderr);
    let missing = place.run(["access", "--policy", "none.json", "--function-arn", FUNCTION]);
    assert!(missing.code == 2 && missing.stderr.contains("none.json"), "{}", missing.stderr);
    place.file(
        "policy.json",
        r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"StringEqual": {}}}]}"#,
    );
    let wrong = access(&place, &[]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("policy.json: Statement[0].Condition.StringEqual"), "{}", wrong.stderr);
}

#[test]
fn a_policy_that_expired_lets_nobody_in() {
    let place = Place::new();
    let mut policy = policy();
    policy["Statement"][2]["Condition"] =
        json!({ "DateLessThan": { "aws:CurrentTime": "2026-11-22T12:00:00Z" } });
    place.file("policy.json", policy.to_string());
    let reach = |flags: &[&str]| {
        let ran = access(&place, &[&["--format", "json"], flags].concat());
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["reach"].clone()
    };
    assert_eq!(reach(&["--as-of", "2026-11-22"]), "any-account-through-a-service");
    assert_eq!(reach(&["--as-of", "2026-11-23"]), "none");
}

#[test]
fn an_answer_with_two_policies_is_refused() {
    let place = Place::new();
    let text = serde_json::to_string(&policy().to_string()).unwrap();
    place.file("policy.json", format!(r#"{{ "Policy": {text}, "Policy": {text} }}"#));
    let ran = access(&place, &[]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("has `Policy` twice"), "{}", ran.stderr);
}
