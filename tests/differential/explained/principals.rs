//! Rewrites about who asks.

use serde_json::{Value, json};

use crate::walk;

fn anything() -> Value {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } })
}

/// The account and the ARN of the one who asks, if the ARN is the case's principal.
fn own(case: &Value) -> Option<(&str, &str)> {
    let name = case["principal"].as_str()?;
    let account = name.strip_prefix("arn:")?.split(':').nth(3)?;
    Some((account, name))
}

/// A federated user without session policies has one that allows nothing.
pub(super) fn federated_users_without_session_policy(case: &Value) -> Value {
    let federated = own(case).is_some_and(|(_, name)| name.contains(":federated-user/"));
    let mut new = case.clone();
    if federated && case["sessionPolicies"] == json!([]) {
        let statement = json!({ "Effect": "Allow", "Action": "example:Nothing", "Resource": "*" });
        new["sessionPolicies"] = json!([{ "Version": "2012-10-17", "Statement": statement }]);
    }
    new
}

/// No policy of an organization binds a role that is linked to a service.
pub(super) fn service_linked_roles(case: &Value) -> Value {
    let mut new = case.clone();
    if own(case).is_some_and(|(_, name)| name.contains(":role/aws-service-role/")) {
        new["serviceControlPolicies"] = json!([]);
        new["resourceControlPolicies"] = json!([]);
    }
    new
}

/// Session policies allow everything where the resource's policy lets the session in directly; what they
/// deny stays.
pub(super) fn grants_to_the_session_itself(case: &Value) -> Value {
    let mut new = case.clone();
    let Some((account, name)) = own(case) else { return new };
    let directly = |statement: &String| {
        case.pointer(statement).is_some_and(|it| {
            let named = it.get("Principal").is_none_or(|all| names(all, "*") || names(all, name));
            it["Effect"] == "Allow" && named
        })
    };
    let mut statements = walk::statements(case).into_iter().filter(|at| at.starts_with("/resourcePolicy"));
    if case["resourceAccount"] == account
        && statements.any(|at| directly(&at))
        && let Some(policies) = new["sessionPolicies"].as_array_mut()
        && !policies.is_empty()
        && !policies.contains(&anything())
    {
        policies.push(anything());
    }
    new
}

/// A `NotPrincipal` of a Deny that names the one who asks but not the account, or not the role of a session,
/// is for everybody.
pub(super) fn not_principal_without_the_account(case: &Value) -> Value {
    let mut new = case.clone();
    let Some((account, name)) = own(case) else { return new };
    let root = format!("arn:aws:iam::{account}:root");
    let parent = walk::context(case, "aws:PrincipalArn").and_then(Value::as_str).unwrap_or(name);
    let parent = parent.replace(":sts:", ":iam:").replace(":federated-user/", ":user/");
    for at in walk::statements(case).into_iter().filter(|at| at.starts_with("/resourcePolicy")) {
        let Some(statement) = new.pointer_mut(&at).and_then(Value::as_object_mut) else { continue };
        let Some(list) = statement.get("NotPrincipal").filter(|_| statement["Effect"] == "Deny") else {
            continue;
        };
        let whole = (names(list, account) || names(list, &root)) && names(list, name) && names(list, &parent);
        if !whole && !names(list, "*") {
            statement.remove("NotPrincipal");
            statement.insert("Principal".to_owned(), json!("*"));
        }
    }
    new
}

/// Whether a principal element names somebody of AWS.
fn names(element: &Value, name: &str) -> bool {
    match element {
        Value::String(one) => one == name,
        Value::Array(list) => list.iter().any(|item| names(item, name)),
        Value::Object(kinds) => kinds.get("AWS").is_some_and(|list| names(list, name)),
        _ => false,
    }
}
