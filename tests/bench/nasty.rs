//! Policies of 20 KB that are as hard to judge as we can make them.

use policy::{Case, Context, ContextValue, Document, Policy, Request};
use serde_json::{Value, json};

/// So large may a resource policy be: that of a function or a bucket.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const SIZE: usize = 20 * 1024;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";
/// A policy's name, and what makes its statements.
type Nasty = (&'static str, fn() -> Vec<Value>);

const ALL: [Nasty; 31] = [
    ("accounts in a condition", || {
        let list = fill(14, |n| json!(account(n)));
        vec![allow(json!("*"), json!({ "StringEquals": { "aws:PrincipalAccount": list } }))]
    }),
    ("accounts in a Deny", || {
        let list = fill(14, |n| json!(account(n)));
        let condition = json!({ "StringNotEquals": { "aws:PrincipalAccount": list } });
        vec![allow(json!("*"), Value::Null), deny(json!("*"), condition)]
    }),
    ("accounts as principals", || {
        vec![allow(json!({ "AWS": fill(14, |n| json!(account(n))) }), Value::Null)]
    }),
    ("accounts and services", || {
        let half = |list: Vec<Value>| list.iter().take(list.len() / 2).cloned().collect::<Vec<_>>();
        let services = half(fill(20, |n| json!(format!("s{n}.amazonaws.com"))));
        let accounts = half(fill(14, |n| json!(account(n))));
        let condition = json!({ "StringEquals": { "aws:SourceAccount": accounts } });
        vec![allow(json!({ "Service": services }), condition)]
    }),
    ("everybody, but for services and accounts", || {
        let services = fill(22, |n| json!(format!("s{n}.amazonaws.com")));
        let services: Vec<_> = services.iter().take(services.len() / 2).collect();
        let accounts = fill(14, |n| json!(account(n)));
        let accounts: Vec<_> = accounts.iter().take(accounts.len() / 2).collect();
        vec![
            allow(json!("*"), json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } })),
            deny(
                json!({ "Service": services }),
                json!({ "StringEquals": { "aws:SourceAccount": accounts } }),
            ),
        ]
    }),
    ("organizations", || {
        let list = fill(16, |n| json!(format!("o-{n:010}")));
        let condition = json!({ "StringNotEquals": { "aws:PrincipalOrgID": list } });
        vec![allow(json!("*"), Value::Null), deny(json!("*"), condition)]
    }),
    ("many Allows", || {
        fill(130, |n| allow(json!("*"), json!({ "StringEquals": { format!("aws:PrincipalTag/{n}"): "v" } })))
    }),
    ("many Allows that nobody can use", || {
        let never = |n| json!({ "StringEquals": { "aws:PrincipalAccount": account(n), "aws:SourceAccount": account(n) } });
        fill(180, |n| allow(json!("*"), never(n)))
    }),
    ("many Denies", || {
        let three = |n: usize| json!({ "StringEquals": { format!("aws:PrincipalTag/{n}"): "v", "aws:PrincipalOrgID": format!("o-{n}"), "aws:SourceVpc": format!("vpc-{n}") } });
        let mut all = fill(200, |n| deny(json!("*"), three(n)));
        all.push(allow(json!("*"), Value::Null));
        all
    }),
    ("many Denies of the same keys", || {
        let three = |n: usize| {
            json!({
            "StringLike": { "aws:PrincipalTag/a": format!("*{n}*"), "aws:PrincipalTag/b": format!("*{n}*") },
            "StringNotLike": { "aws:PrincipalTag/c": format!("*{n}*") } })
        };
        let mut all = fill(220, |n| deny(json!("*"), three(n)));
        all.push(allow(json!("*"), Value::Null));
        all
    }),
    ("wildcards in an action", || {
        vec![with(allow(json!("*"), Value::Null), "Action", json!(format!("lambda:{}z", woven(19_900))))]
    }),
    ("wildcards in resources", || {
        let list = fill(200, |n| json!(format!("{}{n}", woven(190))));
        vec![with(allow(json!("*"), Value::Null), "Resource", json!(list))]
    }),
    ("wildcards in fields of resources", || {
        let list = fill(200, |n| json!(format!("arn:aws:lambda:{}{n}:111122223333:*", woven(150))));
        vec![with(allow(json!("*"), Value::Null), "Resource", json!(list))]
    }),
    ("organizations and patterns of accounts", || {
        let half = |list: Vec<Value>| list.iter().take(list.len() / 2).cloned().collect::<Vec<_>>();
        let some = half(fill(25, |n| json!(format!("{}*", n % 1_000))));
        let organizations = half(fill(20, |n| json!(format!("o-{n}"))));
        let condition = json!({
            "StringNotLike": { "aws:PrincipalAccount": some },
            "StringNotEqualsIgnoreCase": { "aws:PrincipalOrgID": organizations } });
        vec![allow(json!("*"), Value::Null), deny(json!("*"), condition)]
    }),
    ("accounts of many patterns", || {
        let list = fill(14, |n| json!(format!("*{}?", n % 100_000)));
        vec![allow(json!("*"), json!({ "StringLike": { "aws:PrincipalAccount": list } }))]
    }),
    ("accounts of question marks", || {
        let list = fill(16, |n| json!(format!("????????{:04}", n % 10_000)));
        vec![allow(json!("*"), json!({ "StringNotLike": { "aws:PrincipalAccount": list } }))]
    }),
    ("roles of many patterns of accounts", || {
        let list = fill(50, |n| json!(format!("arn:aws:iam::*{n}:role/r-{n}")));
        vec![
            allow(json!("*"), Value::Null),
            deny(json!("*"), json!({ "ArnNotLike": { "aws:PrincipalArn": list } })),
        ]
    }),
    ("accounts and a pattern", || {
        let list = fill(16, |n| if n == 0 { json!("3*") } else { json!(account(n)) });
        vec![allow(json!("*"), json!({ "StringLike": { "aws:PrincipalAccount": list } }))]
    }),
    ("dates", || {
        let list = fill(24, |n| json!(format!("20{:02}-01-01T00:00:00Z", n % 100)));
        vec![allow(json!("*"), json!({ "DateNotEquals": { "aws:TokenIssueTime": list } }))]
    }),
    ("places in patterns", || {
        let list = fill(60, |n| json!(format!("arn:aws:ec2:*{n}*:*:vpc/vpc-{n}")));
        vec![
            deny(json!("*"), json!({ "ArnNotLike": { "aws:SourceVpcArn": list } })),
            allow(json!("*"), Value::Null),
        ]
    }),
    ("wildcards in a tag", || {
        vec![allow(
            json!("*"),
            json!({ "StringLike": { "aws:PrincipalTag/a": format!("{}z", woven(19_900)) } }),
        )]
    }),
    ("wildcards against wildcards", || {
        let keys = |negated: bool| {
            fill(100, |n| {
                let text = if negated { format!("*{}b", woven(80)) } else { format!("*{n}{}", woven(80)) };
                json!(text)
            })
        };
        let some: Vec<_> = keys(false).into_iter().take(90).collect();
        let others: Vec<_> = keys(true).into_iter().take(90).collect();
        vec![allow(
            json!("*"),
            json!({
            "StringLike": { "aws:PrincipalTag/a": some }, "StringNotLike": { "aws:PrincipalTag/a": others } }),
        )]
    }),
    ("ARNs with wildcards", || {
        let list = fill(44, |n| json!(format!("arn:aws:s3:*:{}*:b-{n}*x", n % 1_000)));
        let condition = json!({ "ArnNotLike": { "aws:SourceArn": list } });
        vec![allow(json!("*"), Value::Null), deny(json!("*"), condition)]
    }),
    ("NotPrincipal, list after list", || {
        fill(1_000, |n| {
            let role = |m: usize| json!(format!("arn:aws:iam::{}:role/r-{m}", account(n)));
            let list: Vec<_> = (0..20).map(role).collect();
            let mut all =
                if n % 2 == 0 { allow(json!("*"), Value::Null) } else { deny(json!("*"), Value::Null) };
            if let Some(elements) = all.as_object_mut() {
                elements.remove("Principal");
                elements.insert("NotPrincipal".into(), json!({ "AWS": list }));
            }
            all
        })
    }),
    ("networks", || {
        let range = |n: usize| json!(format!("{}.{}.0.0/24", n % 223 + 1, n / 223));
        let list = fill(15, range);
        vec![
            allow(json!("*"), Value::Null),
            deny(json!("*"), json!({ "NotIpAddress": { "aws:SourceIp": list } })),
        ]
    }),
    ("networks, statement after statement", || {
        fill(125, |n| {
            deny(json!("*"), json!({ "IpAddress": { "aws:SourceIp": format!("{}.0.0.0/8", n % 200) } }))
        })
        .into_iter()
        .chain([allow(json!("*"), Value::Null)])
        .collect()
    }),
    ("numbers", || {
        let list = fill(7, |n| json!(n));
        let list: Vec<_> = list.iter().take(list.len() / 4).collect();
        vec![allow(
            json!("*"),
            json!({
            "NumericGreaterThan": { "aws:MultiFactorAuthAge": list }, "NumericLessThan": { "aws:MultiFactorAuthAge": list },
            "NumericNotEquals": { "aws:MultiFactorAuthAge": list }, "NumericEquals": { "aws:MultiFactorAuthAge": list } }),
        )]
    }),
    ("texts without case", || {
        let list = fill(13, |n| json!(format!("Ab-{n}-zZ")));
        vec![
            allow(json!("*"), Value::Null),
            deny(json!("*"), json!({ "StringNotEqualsIgnoreCase": { "aws:PrincipalTag/a": list } })),
        ]
    }),
    ("keys", || {
        let keys: serde_json::Map<_, _> =
            (0..SIZE / 12 - 40).map(|n| (format!("k:{n:04}"), json!(""))).collect();
        vec![allow(json!("*"), json!({ "StringLike": keys }))]
    }),
    ("variables", || {
        let text = format!("arn:aws:lambda:eu-west-1:111122223333:{}", "${aws:username,'x}".repeat(1_050));
        vec![with(allow(json!("*"), Value::Null), "Resource", json!(text))]
    }),
    ("statements", || {
        fill(80, |n| match n % 2 {
            0 => allow(json!("*"), json!({ "Null": { "a:b": true } })),
            _ => deny(json!("*"), json!({ "Null": { "a:b": true } })),
        })
    }),
];

/// Every such policy with its name, as text.
pub fn policies() -> Vec<(&'static str, String)> {
    let text =
        |statements: Vec<Value>| json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    ALL.iter().map(|(name, statements)| (*name, text(statements()))).collect()
}

/// What is asked of each: whom it lets in, with and without signature.
pub fn requests() -> [Request<'static>; 2] {
    [true, false].map(|signed| Request {
        action: "lambda:InvokeFunction",
        resource: FUNCTION,
        owner: "111122223333",
        signed,
        context: &[],
    })
}

/// Requests that the policy judges: of a role, of a service, of nobody; with long values.
pub fn cases(document: &Document) -> Vec<Case> {
    let askers = ["arn:aws:iam::444455556666:role/r", "s3.amazonaws.com", "anonymous"];
    let case = |asker: &str| {
        let mut context = Context::default();
        let long = "a".repeat(4_000);
        for (key, value) in [
            ("aws:PrincipalArn", "arn:aws:iam::444455556666:role/r"),
            ("aws:PrincipalAccount", "444455556666"),
            ("aws:PrincipalOrgID", "o-9"),
            ("aws:PrincipalTag/a", &long),
            ("aws:PrincipalTag/c", &long),
            ("aws:SourceArn", "arn:aws:s3:::bucket"),
            ("aws:SourceIp", "203.0.113.9"),
            ("aws:MultiFactorAuthAge", "77777"),
            ("aws:username", "ann"),
        ] {
            context.insert(key, ContextValue::One(value.into()));
        }
        Case {
            principal: asker.into(),
            action: "lambda:InvokeFunction".into(),
            resource: FUNCTION.into(),
            context,
            resource_policy: Some(Policy { name: None, document: document.clone() }),
            ..Case::default()
        }
    };
    askers.map(case).into()
}

/// As many as fit, each of about that size.
fn fill(size: usize, item: impl Fn(usize) -> Value) -> Vec<Value> {
    let (mut all, mut left) = (Vec::new(), SIZE - 600 - size);
    while let Some(rest) = left.checked_sub(item(all.len()).to_string().len() + 1) {
        left = rest;
        all.push(item(all.len()));
    }
    all
}

/// `a*a?a*a?…`, that long.
fn woven(length: usize) -> String {
    "a*a?".chars().cycle().take(length).collect()
}

fn account(n: usize) -> String {
    format!("{:012}", 300_000_000_000 + n)
}

fn allow(principal: impl Into<Value>, condition: Value) -> Value {
    statement("Allow", principal, condition)
}

fn deny(principal: impl Into<Value>, condition: Value) -> Value {
    statement("Deny", principal, condition)
}

fn statement(effect: &str, principal: impl Into<Value>, condition: Value) -> Value {
    let statement = json!({ "Effect": effect, "Principal": principal.into(), "Action": "*" });
    if condition.is_null() { statement } else { with(statement, "Condition", condition) }
}

fn with(mut statement: Value, element: &str, value: Value) -> Value {
    if let Some(elements) = statement.as_object_mut() {
        elements.insert(element.into(), value);
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_policies_of_that_size() {
        for (name, text) in policies() {
            Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!((SIZE / 2..=SIZE).contains(&text.len()), "{name} has {} bytes", text.len());
        }
    }
}
