//! STS and IAM: the query protocol, answered in XML.

use super::answer::Pager;
use super::fault::Refusal;
use super::http::Response;
use super::request::{Request, percent};
use super::world::{Account, World};
use serde_json::{Value, json};

pub(crate) fn answer(world: &World, request: &Request, pager: &Pager<'_>) -> Result<Response, Refusal> {
    let account = world.account(&request.account);
    let account = account.ok_or((
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.".into(),
    ));
    let result = match request.operation.as_str() {
        "GetCallerIdentity" => {
            let id = &account?.id;
            json!({ "UserId": "AIDA", "Account": id, "Arn": format!("arn:aws:sts::{id}:assumed-role/audit/session") })
        }
        "AssumeRole" => assume(world, request)?,
        "GetAccountAuthorizationDetails" => authorization(account?, request, pager),
        other => return Err((400, "InvalidAction", other.into())),
    };
    let operation = &request.operation;
    let body = format!(
        "<{operation}Response xmlns=\"https://{}.amazonaws.com/doc/\"><{operation}Result>{}</{operation}Result>\
         <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{operation}Response>",
        request.service,
        xml(&result)
    );
    Ok(Response { status: 200, headers: vec![("content-type", "text/xml".into())], body })
}

fn assume(world: &World, request: &Request) -> Result<Value, Refusal> {
    let arn = request.query.get("RoleArn").cloned().unwrap_or_default();
    let given = request.query.get("ExternalId");
    let mut roles = world.assumable.iter();
    let role = roles.find(|it| it.arn == arn && it.external_id.as_ref() == given);
    let role = role.ok_or_else(|| {
        let message = format!("not authorized to perform: sts:AssumeRole on resource: {arn}");
        (403, "AccessDenied", message)
    })?;
    let account = &role.account;
    Ok(json!({
        "AssumedRoleUser": { "AssumedRoleId": "AROA:lambastion", "Arn": format!("arn:aws:sts::{account}:assumed-role/r/lambastion") },
        "Credentials": {
            "AccessKeyId": format!("ASIA{account}"),
            "SecretAccessKey": "secret",
            "SessionToken": "token",
            "Expiration": "2099-01-01T00:00:00Z",
        },
    }))
}

/// Roles and managed policies in the same pages, as the filter asks.
fn authorization(account: &Account, request: &Request, pager: &Pager<'_>) -> Value {
    let filters: Vec<_> =
        request.query.iter().filter(|(name, _)| name.starts_with("Filter.member.")).collect();
    let wants = |kind: &str| filters.is_empty() || filters.iter().any(|(_, value)| *value == kind);
    let policy = |it: &&Value| {
        let aws = it["Arn"].as_str().is_some_and(|arn| arn.starts_with("arn:aws:iam::aws:"));
        wants(if aws { "AWSManagedPolicy" } else { "LocalManagedPolicy" })
    };
    let roles = account.roles.iter().filter(|_| wants("Role"));
    let all: Vec<_> = roles.chain(account.policies.iter().filter(policy)).cloned().collect();
    let (page, next) = pager.cut(1000, &all);
    let of = |field: &str| page.iter().filter(|it| it.get(field).is_some()).cloned().collect::<Value>();
    json!({
        "UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": of("RoleName"), "Policies": of("PolicyVersionList"),
        "IsTruncated": next.is_some(), "Marker": next,
    })
}

/// IAM's XML: fields are elements, lists hold `member`s, policy documents are percent-encoded.
fn xml(value: &Value) -> String {
    let element = |name: &str, text: &str| format!("<{name}>{text}</{name}>");
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace('&', "&amp;").replace('<', "&lt;"),
        Value::Array(items) => {
            let members: Vec<_> = items.iter().map(|it| element("member", &xml(it))).collect();
            members.concat()
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| match (name.as_str(), value) {
                (_, Value::Null) => String::new(),
                ("AssumeRolePolicyDocument" | "PolicyDocument" | "Document", Value::String(text)) => {
                    element(name, &percent::encode(text))
                }
                _ => element(name, &xml(value)),
            });
            fields.collect::<Vec<_>>().concat()
        }
        plain => plain.to_string(),
    }
}
