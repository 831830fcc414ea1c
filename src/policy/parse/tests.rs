use super::*;
use serde_json::{Value, json};

fn parsed(statement: &Value) -> Statement {
    let document = json!({ "Version": "2012-10-17", "Id": "x", "Statement": statement });
    Document::from_value(&document).unwrap().statements.remove(0)
}

#[test]
fn one_value_is_a_list_of_one() {
    let scalars = json!({
        "Sid": "S", "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "lambda:*", "Resource": "*", "Condition": { "Bool": { "k": true }, "NumericEquals": { "k": 7 } }
    });
    let lists = json!([{
        "Sid": "S", "Effect": "Allow", "Principal": { "Service": ["s3.amazonaws.com"] },
        "Action": ["lambda:*"], "Resource": ["*"], "Condition": { "Bool": { "k": ["true"] }, "NumericEquals": { "k": ["7"] } }
    }]);
    assert_eq!(parsed(&scalars), parsed(&lists));
}

#[test]
fn every_way_to_write_everyone_is_read() {
    for principal in [json!("*"), json!(["*"]), json!({ "AWS": "*" }), json!({ "AWS": ["*"] })] {
        let statement = parsed(&json!({ "Effect": "Allow", "Principal": principal, "Action": "*" }));
        assert_eq!(statement.principals, Some(Principals::Only(vec![Principal::Anyone])));
    }
    let many =
        json!({ "Effect": "Allow", "Principal": { "AWS": ["1", "*"], "Service": "*" }, "Action": "*" });
    let expected = vec![Principal::Anyone, Principal::Aws("1".into()), Principal::Service("*".into())];
    assert_eq!(parsed(&many).principals, Some(Principals::Only(expected)));
}

#[test]
fn operators_are_taken_apart() {
    let statement = json!({ "Effect": "Allow", "Action": "*", "Condition": {
        "ForAnyValue:StringLikeIfExists": { "aws:x": "a" } } });
    let condition = &parsed(&statement).conditions[0];
    assert_eq!(condition.operator, Operator::StringLike);
    assert_eq!(condition.qualifier, Some(Qualifier::ForAnyValue));
    assert!(condition.if_exists);
    assert_eq!(condition.operator_name(), "ForAnyValue:StringLikeIfExists");
}

#[test]
fn a_document_without_a_version_is_of_2008() {
    let document = Document::parse(r#"{"Statement":[]}"#).unwrap();
    assert_eq!(document.version, Version::V2008);
}

#[test]
fn what_is_not_a_policy_is_refused_with_its_place() {
    let allow = |element: &str, value: Value| {
        let mut statement = json!({ "Effect": "Allow", "Action": "*", element: value });
        if element == "NotResource" {
            statement["Resource"] = json!("*");
        }
        json!({ "Statement": ["placeholder", statement] })
    };
    for (document, place) in [
        (json!([]), "document"),
        (json!({}), "document"),
        (json!({ "Version": "2012-10-18", "Statement": [] }), "Version"),
        (json!({ "statement": [] }), "document"),
        (json!({ "Statement": "x" }), "Statement"),
        (json!({ "Statement": { "Action": "*" } }), "Statement"),
        (json!({ "Statement": { "Effect": "Allow" } }), "Statement"),
        (json!({ "Statement": { "Effect": "allow", "Action": "*" } }), "Statement.Effect"),
        (json!({ "Statement": { "Effect": "Allow", "Action": [["*"]] } }), "Statement.Action"),
        (allow("Sid", json!(1)), "Statement[1].Sid"),
        (allow("action", json!("*")), "Statement[1]"),
        (allow("NotAction", json!("*")), "Statement[1]"),
        (allow("NotResource", json!("*")), "Statement[1]"),
        (allow("Principal", json!("everyone")), "Statement[1].Principal"),
        (allow("Principal", json!({ "aws": "*" })), "Statement[1].Principal.aws"),
        (allow("Principal", json!({ "AWS": null })), "Statement[1].Principal.AWS"),
        (allow("Condition", json!([])), "Statement[1].Condition"),
        (allow("Condition", json!({ "StringIs": {} })), "Statement[1].Condition.StringIs"),
        (allow("Condition", json!({ "NullIfExists": {} })), "Statement[1].Condition.NullIfExists"),
        (
            allow("Condition", json!({ "ForSome:StringLike": {} })),
            "Statement[1].Condition.ForSome:StringLike",
        ),
        (allow("Condition", json!({ "Bool": { "k": {} } })), "Statement[1].Condition.Bool.k"),
        (
            allow("Condition", json!({ "Bool": { "k": "true", "K": "true" } })),
            "Statement[1].Condition.Bool.k",
        ),
    ] {
        let mut document = document;
        if let Some(first) = document.pointer_mut("/Statement/0") {
            *first = json!({ "Effect": "Deny", "Action": "*" });
        }
        let error = Document::from_value(&document).unwrap_err();
        assert_eq!(error.place, place, "{document}");
        assert!(!error.message.ends_with('.') && !error.message.starts_with(char::is_uppercase));
    }
}

#[test]
fn errors_keep_the_secrets_of_a_policy() {
    for text in [
        r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"StringEqual":{"sts:ExternalId":"hunter2"}}}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"StringEquals":{"sts:ExternalId":["hunter2",{}]}}}}"#,
        r#"{"Statement":{"Condition":{"StringEquals":{"sts:ExternalId":"hunter2" "#,
        r#""hunter2""#,
    ] {
        let error = Document::parse(text).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn secrets_are_masked_and_wildcards_are_not() {
    let statement = json!({ "Effect": "Allow", "Action": "*", "Condition": {
        "StringLike": { "STS:externalid": ["hunter2", "*", "hunter*"], "aws:SourceAccount": "1" } } });
    let document = Document::from_value(&json!({ "Statement": statement })).unwrap().masked();
    let conditions = &document.statements[0].conditions;
    assert_eq!(conditions[0].values, ["(masked)", "*", "(masked)*"]);
    assert_eq!(conditions[1].values, ["1"]);
    for key in ["lambda:EventSourceToken", "aws:Referer", "aws:UserAgent", "example:ClientSecret"] {
        let statement =
            json!({ "Effect": "Allow", "Action": "*", "Condition": { "StringEquals": { key: "hunter2" } } });
        let masked = Document::from_value(&json!({ "Statement": statement })).unwrap().masked();
        assert!(!serde_json::to_string(&masked).unwrap().contains("hunter2"), "{key}");
    }
}

#[test]
fn a_statement_without_a_sid_is_told_by_its_number() {
    let mut statement = parsed(&json!({ "Effect": "Allow", "Action": "*" }));
    assert_eq!(statement.label(1), "#2");
    statement.sid = Some("Public".into());
    assert_eq!(statement.label(1), "Public");
}
