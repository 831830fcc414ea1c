//! How cases are read, and what is said of those that are none.

use super::*;
use crate::Document;

#[test]
fn a_case_needs_a_request_and_nothing_else() {
    let case =
        Case::parse(r#"{"principal":"anonymous","action":"s3:GetObject","resource":"arn:aws:s3:::b/k"}"#);
    let case = case.unwrap();
    assert_eq!(
        case,
        Case {
            principal: "anonymous".into(),
            action: "s3:GetObject".into(),
            resource: "arn:aws:s3:::b/k".into(),
            ..Case::default()
        }
    );
    let nulls = r#"{"principal":"anonymous","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resourceAccount":null,
        "context":null,"identityPolicies":null,"sessionPolicies":null,"resourcePolicy":null,"permissionBoundaries":null,
        "serviceControlPolicies":null,"resourceControlPolicies":null}"#;
    assert_eq!(Case::parse(nulls), Ok(case));
}

#[test]
fn policies_and_levels_are_written_in_several_ways() {
    let named = json!({ "name": "p", "policy": allow() });
    let read = |levels: Value| {
        let case = case(&json!({ "serviceControlPolicies": levels, "identityPolicies": [named, allow()] }));
        serde_json::from_value::<Case>(case).unwrap()
    };
    let policy = |name: Option<&str>| {
        let document = Document::from_value(&allow()).unwrap();
        Policy { name: name.map(ToOwned::to_owned), document }
    };
    let level =
        |name: Option<&str>, policies| Level { org_identifier: name.map(ToOwned::to_owned), policies };
    let one = vec![level(None, vec![policy(Some("p")), policy(None)])];
    assert_eq!(read(json!([named, allow()])).service_control_policies, one);
    assert_eq!(read(json!([[named, allow()]])).service_control_policies, one);
    assert_eq!(read(json!([{ "policies": [named, allow()] }])).service_control_policies, one);
    let two = vec![level(Some("ou-1"), vec![policy(Some("p"))]), level(None, vec![])];
    let levels = json!([{ "orgIdentifier": "ou-1", "policies": [named] }, []]);
    assert_eq!(read(levels).service_control_policies, two);
    assert_eq!(read(json!([])).identity_policies, vec![policy(Some("p")), policy(None)]);
}

/// Each mistake with its place and a word of what would be right.
#[test]
fn mistakes_are_placed() {
    let bad = json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {} } });
    for (fields, place, word) in [
        (json!({ "principals": "x" }), "case", "`principals`"),
        (json!({ "principal": "bob" }), "principal", "arn:aws:iam::111122223333:role/r"),
        (json!({ "principal": 7 }), "principal", "twelve digits"),
        (json!({ "principal": "arn:aws:iam::111122223333:user/*" }), "principal", "must be an ARN"),
        (json!({ "principal": [] }), "principal", "text"),
        (json!({ "action": "GetObject" }), "action", "s3:GetObject"),
        (json!({ "action": "s3:*" }), "action", "one action"),
        (json!({ "resource": "bucket" }), "resource", "ARN"),
        (json!({ "resourceAccount": "1" }), "resourceAccount", "twelve digits"),
        (json!({ "context": [] }), "context", "object"),
        (json!({ "context": { "aws:x": {} } }), "context.aws:x", "list of texts"),
        (json!({ "identityPolicies": {} }), "identityPolicies", "list"),
        (json!({ "identityPolicies": [allow(), bad] }), "identityPolicies[1].Statement", "`Conditions`"),
        (json!({ "identityPolicies": [{ "name": "x" }] }), "identityPolicies[0]", "`policy`"),
        (
            json!({ "identityPolicies": [{ "policy": bad }] }),
            "identityPolicies[0].policy.Statement",
            "`Conditions`",
        ),
        (json!({ "sessionPolicies": [{ "policy": allow(), "id": 1 }] }), "sessionPolicies[0]", "`id`"),
        (
            json!({ "sessionPolicies": [grant(&json!("*"))] }),
            "sessionPolicies[0].Statement[0]",
            "`Principal`",
        ),
        (json!({ "permissionBoundaries": [7] }), "permissionBoundaries[0]", "object"),
        (json!({ "resourcePolicy": allow() }), "resourcePolicy.Statement[0]", "`NotPrincipal`"),
        (json!({ "serviceControlPolicies": "x" }), "serviceControlPolicies", "list"),
        (json!({ "serviceControlPolicies": [allow(), []] }), "serviceControlPolicies", "list of lists"),
        (json!({ "serviceControlPolicies": [[7]] }), "serviceControlPolicies[0][0]", "object"),
        (
            json!({ "serviceControlPolicies": [{ "policies": [], "ou": 1 }] }),
            "serviceControlPolicies[0]",
            "`ou`",
        ),
        (
            json!({ "resourceControlPolicies": [[allow()]] }),
            "resourceControlPolicies[0][0].Statement[0]",
            "`Principal`",
        ),
        (
            json!({ "resourceControlPolicies": [{ "policies": [grant(&aws(OWN))] }] }),
            "resourceControlPolicies[0].policies[0].Statement[0]",
            "`Principal`",
        ),
    ] {
        let error = Case::parse(&case(&fields).to_string()).unwrap_err();
        assert_eq!(error.place, place, "{fields}: {error}");
        assert!(error.message.contains(word), "{fields}: {error}");
    }
    for field in ["principal", "action", "resource"] {
        let mut case = case(&json!({}));
        case.as_object_mut().unwrap().remove(field);
        let error = Case::parse(&case.to_string()).unwrap_err();
        assert_eq!((error.place.as_str(), error.message), ("case", format!("has no `{field}`")));
    }
    let error = Case::parse(r#"{"principal":"anonymous","principal":"*"}"#).unwrap_err();
    assert_eq!(error.to_string(), "case: has `principal` twice");
    let error = Case::parse("[").unwrap_err();
    assert_eq!(error.to_string(), "column 1: not valid JSON: it ends before it is complete");
}
