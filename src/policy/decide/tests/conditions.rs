//! Conditions against a request's context.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::*;
use crate::{Condition, Context, Document, Operator, Version};

fn condition(operator: &str, values: &Value) -> Condition {
    let statement =
        json!({ "Effect": "Allow", "Action": "*", "Condition": { operator: { "aws:TagKeys": values } } });
    let document = Document::from_value(&json!({ "Statement": statement })).unwrap();
    document.statements[0].conditions[0].clone()
}

fn context(value: &Value) -> Context {
    let mut context = json!({ "aws:username": "ann" });
    if !value.is_null() {
        context["AWS:tagkeys"] = value.clone();
    }
    serde_json::from_value(context).unwrap()
}

fn holds(operator: &str, wanted: &Value, value: &Value) -> bool {
    condition(operator, wanted).is_met(&context(value), Version::V2012)
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
#[test]
fn values_are_alternatives_and_neither_nor() {
    for (operator, wanted, value, expected) in [
        ("StringEquals", json!(["a", "b"]), "b", true),
        ("StringEquals", json!(["a", "b"]), "c", false),
        ("StringEquals", json!([]), "c", false),
        ("StringNotEquals", json!(["a", "b"]), "b", false),
        ("StringNotEquals", json!(["a", "b"]), "c", true),
        ("StringNotEquals", json!([]), "c", true),
        ("StringNotEqualsIgnoreCase", json!("A"), "a", false),
        ("StringNotLike", json!(["a*", "b*"]), "bb", false),
        ("StringNotLike", json!(["a*", "b*"]), "cb", true),
        ("NumericNotEquals", json!(["1", "2"]), "2.0", false),
        ("NumericNotEquals", json!([1, 2]), "3", true),
        ("DateNotEquals", json!("2020-01-01"), "2020-01-01T00:00:00Z", false),
        ("NotIpAddress", json!(["203.0.113.0/24", "198.51.100.0/24"]), "198.51.100.1", false),
        ("NotIpAddress", json!(["203.0.113.0/24", "198.51.100.0/24"]), "192.0.2.1", true),
        ("ArnNotLike", json!("arn:aws:sns:*:1:*"), "arn:aws:sns:r:1:t", false),
        ("ArnNotEquals", json!("arn:aws:sns:*:1:*"), "arn:aws:sns:r:2:t", true),
        // "Negated matching" of what cannot be compared at all.
        ("NumericNotEquals", json!("1"), "x", true),
        ("DateNotEquals", json!("2020"), "x", true),
        ("NotIpAddress", json!("203.0.113.0/24"), "x", true),
        ("ArnNotLike", json!("arn:aws:sns:*:1:*"), "x", true),
        ("NumericNotEquals", json!("x"), "1", true),
    ] {
        assert_eq!(holds(operator, &wanted, &json!(value)), expected, "{operator} {wanted} {value}");
    }
}

/// Every operator in every form, on a key that the request lacks.
#[test]
fn a_missing_key_is_judged_by_the_operator() {
    for (operator, name) in Operator::ALL.iter().filter(|(operator, _)| *operator != Operator::Null) {
        let negated = operator.negates().is_some();
        for (form, expected) in [
            (name.to_string(), negated),
            (format!("{name}IfExists"), true),
            (format!("ForAllValues:{name}"), true),
            (format!("ForAllValues:{name}IfExists"), true),
            (format!("ForAnyValue:{name}"), false),
            (format!("ForAnyValue:{name}IfExists"), true),
        ] {
            assert_eq!(holds(&form, &json!("1"), &Value::Null), expected, "{form}");
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[test]
fn sets_are_compared_as_told() {
    for (operator, wanted, value, expected) in [
        ("ForAllValues:StringEquals", json!(["a", "b"]), json!(["a", "b"]), true),
        ("ForAllValues:StringEquals", json!(["a", "b"]), json!(["a"]), true),
        ("ForAllValues:StringEquals", json!(["a", "b"]), json!(["a", "c"]), false),
        ("ForAllValues:StringEquals", json!([]), json!(["a"]), false),
        ("ForAllValues:StringLike", json!("a*"), json!(["ab", "ac"]), true),
        ("ForAnyValue:StringEquals", json!(["a", "b"]), json!(["c", "b"]), true),
        ("ForAnyValue:StringEquals", json!(["a", "b"]), json!(["c", "d"]), false),
        ("ForAnyValue:StringEquals", json!("a"), json!("a"), true),
        ("ForAllValues:StringEquals", json!("a"), json!("b"), false),
        ("ForAnyValue:StringEqualsIfExists", json!("a"), json!(["b"]), false),
        // Negated: none of them may match, or one that does not is enough.
        ("ForAllValues:StringNotEquals", json!(["a", "b"]), json!(["c", "d"]), true),
        ("ForAllValues:StringNotEquals", json!(["a", "b"]), json!(["c", "b"]), false),
        ("ForAnyValue:StringNotEquals", json!(["a", "b"]), json!(["c", "b"]), true),
        ("ForAnyValue:StringNotEquals", json!(["a", "b"]), json!(["a", "b"]), false),
        ("ForAnyValue:NotIpAddress", json!("::/0"), json!(["::1", "1.1.1.1"]), true),
        ("ForAnyValue:Bool", json!("true"), json!([false, true]), true),
        ("ForAllValues:Bool", json!("true"), json!([false, true]), false),
        // Without a set operator, a key with several values matches nothing.
        ("StringEquals", json!("a"), json!(["a"]), false),
        ("StringNotEquals", json!("a"), json!(["b"]), false),
        ("StringEqualsIfExists", json!("a"), json!(["a"]), false),
    ] {
        assert_eq!(holds(operator, &wanted, &value), expected, "{operator} {wanted} {value}");
    }
}

/// "`ForAllValues` returns true if there are no context keys in the request or if the context key value
/// resolves to a null dataset, such as an empty string"; `Null` is how to prevent that.
#[test]
fn an_empty_value_is_a_null_dataset() {
    for value in [json!([]), json!([""]), json!(""), Value::Null] {
        assert!(holds("ForAllValues:StringEquals", &json!("a"), &value), "{value}");
        assert!(!holds("ForAnyValue:StringEquals", &json!(["a", ""]), &value), "{value}");
        assert!(!holds("ForAnyValue:StringNotEquals", &json!("a"), &value), "{value}");
        assert!(holds("Null", &json!("true"), &value), "{value}");
        assert!(!holds("Null", &json!("false"), &value), "{value}");
    }
    for value in [json!(["", "a"]), json!("a")] {
        assert!(!holds("Null", &json!("TRUE"), &value), "{value}");
        assert!(holds("Null", &json!(false), &value), "{value}");
        assert!(holds("Null", &json!(["true", "false"]), &value), "{value}");
        assert!(!holds("Null", &json!("maybe"), &value), "{value}");
    }
    assert!(!holds("ForAllValues:StringEquals", &json!("a"), &json!(["", "a"])));
    // The page's own example: an empty prefix is a value to `StringLike`.
    assert!(holds("StringLike", &json!(["", "home/"]), &json!("")));
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-conditionelement>
#[test]
fn variables_stand_in_texts_and_arns() {
    let arn = "arn:aws:iam::111122223333:user/ann";
    for (operator, wanted, value, expected) in [
        ("StringEquals", "${aws:username}", "ann", true),
        ("StringEquals", "${aws:username}", "${aws:username}", false),
        ("StringEquals", "a${*}", "a*", true),
        ("StringEqualsIgnoreCase", "x-${aws:username}", "X-ANN", true),
        ("StringLike", "${aws:username}/*", "ann/x", true),
        ("StringNotEquals", "${aws:username}", "ann", false),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", arn, true),
        ("ArnEquals", "arn:aws:iam::*:user/${aws:username, 'bob'}", arn, true),
        ("Bool", "${aws:nobody, 'true'}", "true", true),
        // A variable without a value equals nothing, so the negated operator holds.
        ("StringEquals", "${aws:userid}", "", false),
        ("StringLike", "*${aws:userid}*", "x", false),
        ("StringNotEquals", "${aws:userid}", "x", true),
        ("StringNotLike", "${aws:userid}", "x", true),
        ("ArnNotEquals", "arn:aws:iam::1:user/${aws:userid}", arn, true),
        ("NumericEquals", "${aws:one, '1'}", "1", false),
        ("DateEquals", "${aws:day, '2020'}", "2020", false),
        ("IpAddress", "${aws:ip, '::1'}", "::1", false),
        ("BinaryEquals", "${aws:bytes, 'QQ=='}", "QQ==", false),
    ] {
        assert_eq!(holds(operator, &json!(wanted), &json!(value)), expected, "{operator} {wanted} {value}");
    }
    let old = condition("StringEquals", &json!("${aws:username}"));
    assert!(old.is_met(&context(&json!("${aws:username}")), Version::V2008), "2008 has no variables");
    assert!(!old.is_met(&context(&json!("ann")), Version::V2008), "2008 has no variables");
}

#[test]
fn all_conditions_must_hold() {
    for (context, expected) in [
        (json!({ "aws:SourceAccount": OWN, "aws:SecureTransport": true }), Verdict::Allowed),
        (json!({ "aws:SourceAccount": OWN, "aws:SecureTransport": false }), Verdict::ImplicitlyDenied),
        (json!({ "aws:SourceAccount": OWN }), Verdict::ImplicitlyDenied),
        (json!({}), Verdict::ImplicitlyDenied),
    ] {
        let conditions = json!({
            "StringEquals": { "aws:SourceAccount": OWN }, "Bool": { "aws:SecureTransport": "true" }
        });
        let policy = statement("Allow", &json!({ "Resource": "*", "Condition": conditions }));
        let fields = json!({ "identityPolicies": [policy], "context": context });
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}
