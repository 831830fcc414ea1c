use super::*;
use crate::ParseError;
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
        (json!({ "Version": null, "Statement": [] }), "Version"),
        (json!({ "Version": 2012, "Statement": [] }), "Version"),
        (json!({ "Id": [], "Statement": [] }), "Id"),
        (json!({ "Statement": "x" }), "Statement"),
        (json!({ "Statement": { "Action": "*" } }), "Statement"),
        (json!({ "Statement": { "Effect": "Allow" } }), "Statement"),
        (json!({ "Statement": { "Effect": "allow", "Action": "*" } }), "Statement.Effect"),
        (json!({ "Statement": { "Effect": "Allow", "Action": [["*"]] } }), "Statement.Action"),
        (allow("Sid", json!(1)), "Statement[1].Sid"),
        (allow("action", json!("*")), "Statement[1]"),
        (allow("NotAction", json!("*")), "Statement[1]"),
        (allow("NotResource", json!("*")), "Statement[1]"),
        (
            json!({ "Statement": { "Effect": "Allow", "Action": "*", "Principal": "*", "NotPrincipal": "*" } }),
            "Statement",
        ),
        (allow("Resource", json!({})), "Statement[1].Resource"),
        (allow("Resource", json!(["*", null])), "Statement[1].Resource"),
        (allow("Principal", json!("arn:aws:iam::111122223333:root")), "Statement[1].Principal"),
        (allow("Principal", json!({ "*": "*" })), "Statement[1].Principal.*"),
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

/// What a map would hide: the last of two members would win, and the first could be the one that denies.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes>
#[test]
fn what_stands_twice_is_refused_with_its_place() {
    for (text, place, name) in [
        (r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#, "document", "Version"),
        (r#"{"Statement":[],"Statement":[]}"#, "document", "Statement"),
        (r#"{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*"}]}"#, "Statement[0]", "Effect"),
        (r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Action":"*"}}"#, "Statement", "Action"),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":"1","AWS":"2"}}}"#,
            "Statement.Principal",
            "AWS",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":"true"},"Bool":{"b":"true"}}}}"#,
            "Statement.Condition",
            "Bool",
        ),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":"true","a":"false"}}}}"#,
            "Statement.Condition.Bool",
            "a",
        ),
    ] {
        let error = Document::parse(text).unwrap_err();
        assert_eq!(error, ParseError { place: place.into(), message: format!("has `{name}` twice") });
        assert!(serde_json::from_str::<Document>(text).is_err());
    }
    // Operators have no case either.
    let text = r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":"true"},"bool":{"A":"true"}}}}"#;
    assert_eq!(Document::parse(text).unwrap_err().place, "Statement.Condition.bool.A");
}

#[test]
fn text_that_is_not_json_is_placed() {
    for (text, expected) in [
        ("", "column 0: not valid JSON: it ends before it is complete"),
        ("{\"Statement\": [", "column 15: not valid JSON: it ends before it is complete"),
        ("{'Statement': []}", "column 2: not valid JSON: key must be a string"),
        ("{\n  \"Statement\": [],\n}", "line 3 column 1: not valid JSON: trailing comma"),
        ("{\"Statement\":[]} x", "column 18: not valid JSON: trailing characters"),
    ] {
        assert_eq!(Document::parse(text).unwrap_err().to_string(), expected);
    }
    let deep = "[".repeat(100_000);
    assert!(Document::parse(&deep).unwrap_err().message.contains("recursion limit"));
}

/// Forms that AWS takes, and reads as the plain one.
#[test]
fn every_form_that_aws_takes_is_read() {
    let plain = parsed(&json!({ "Effect": "Allow", "Action": "*", "Principal": { "AWS": "111122223333" },
        "Condition": { "NumericLessThan": { "k": ["1.5", "7", "true"] } } }));
    for other in [
        json!({ "Effect": "Allow", "Action": ["*"], "Principal": { "AWS": 111_122_223_333_u64 },
            "Condition": { "numericlessthan": { "k": [1.5, 7, true] } } }),
        json!({ "Condition": { "NUMERICLESSTHAN": { "k": ["1.5", 7, "true"] } }, "Effect": "Allow",
            "Principal": { "AWS": ["111122223333", "111122223333"] }, "Action": "*" }),
    ] {
        assert_eq!(parsed(&other), plain, "{other}");
    }
    for version in ["2008-10-17", "2012-10-17"] {
        let document = json!({ "Version": version, "Id": 7, "Statement": [] });
        assert!(Document::from_value(&document).is_ok());
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
