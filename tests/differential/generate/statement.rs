//! Statements: elements that are meant to fit the request, or not to.

use serde_json::{Map, Value, json};

use crate::generate::condition::{self, scalar_or_list};
use crate::generate::values::{pattern, recase, variable};
use crate::generate::world::{ACCOUNTS, Kind, Scene};
use crate::random::Random;

/// What a statement is to be.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// `Effect`
    pub allow: bool,
    /// Whether it is of a resource policy.
    pub names_principals: bool,
    /// Whether action, resource and principal fit.
    pub fits: bool,
    /// How many conditions it has, and whether the last of them is met; those before it are.
    pub conditions: Option<(usize, bool)>,
}

/// A statement.
pub fn statement(random: &mut Random, scene: &mut Scene, plan: Plan) -> Value {
    let mut statement = Map::new();
    if random.chance(20) {
        // AWS refuses a policy in which two are the same.
        statement.insert("Sid".to_owned(), json!(format!("S{}", random.below(1 << 32))));
    }
    statement.insert("Effect".to_owned(), json!(if plan.allow { "Allow" } else { "Deny" }));
    // A statement that is not to fit misses in one element; the others fit.
    let parts = if plan.names_principals { 3 } else { 2 };
    let missed = if plan.fits { usize::MAX } else { random.below(parts) };
    element(random, &mut statement, "Action", missed != 0, |random, fit| action(random, scene, fit));
    // A role's trust policy names no resource, and other policies of a resource need not.
    let itself =
        plan.names_principals && random.chance(if scene.action.starts_with("sts:") { 80 } else { 5 });
    if !itself {
        let resource = |random: &mut Random, fit| resource(random, scene, fit, plan.names_principals);
        element(random, &mut statement, "Resource", missed != 1, resource);
    }
    if plan.names_principals {
        principal(random, scene, &mut statement, missed != 2, plan.allow);
    }
    if let Some((count, met)) = plan.conditions {
        let mut block = Map::new();
        for nth in 0..count {
            condition::add(random, scene, &mut block, met || nth + 1 < count);
        }
        statement.insert("Condition".to_owned(), Value::Object(block));
    }
    Value::Object(statement)
}

/// `Name` with at least one value that fits, or `NotName` with none, and the other way round.
fn element(
    random: &mut Random,
    statement: &mut Map<String, Value>,
    name: &str,
    fits: bool,
    mut value: impl FnMut(&mut Random, bool) -> String,
) {
    let not = random.chance(10);
    let named = fits != not;
    let mut values = Vec::new();
    if named {
        values.push(json!(value(random, true)));
    }
    while values.is_empty() || random.chance(20) {
        values.push(json!(value(random, false)));
    }
    random.shuffle(&mut values);
    let name = if not { format!("Not{name}") } else { name.to_owned() };
    statement.insert(name, scalar_or_list(random, values));
}

fn action(random: &mut Random, scene: &Scene, fits: bool) -> String {
    const OTHERS: [&str; 8] = [
        "s3:GetObjectAcl",
        "s3:Put?bject",
        "lambda:Get*",
        "iam:*",
        "sqs:*Message?",
        "sns:Publish*h",
        "ec2:*",
        "s3:*Bucket",
    ];
    let Some((service, name)) = scene.action.split_once(':') else { return "*".to_owned() };
    let text = match random.below(8) {
        _ if !fits && random.chance(70) => (*random.pick(&OTHERS)).to_owned(),
        _ if !fits => format!("{service}:{}?", pattern(random, name).trim_matches('*')),
        0 => "*".to_owned(),
        1 | 2 => format!("{service}:*"),
        3 => format!("{service}:{}", pattern(random, name)),
        _ => scene.action.clone(),
    };
    if random.chance(15) { recase(random, &text) } else { text }
}

fn resource(random: &mut Random, scene: &Scene, fits: bool, of_resource: bool) -> String {
    const OTHERS: [&str; 5] = [
        "arn:aws:s3:::other/*",
        "arn:aws:lambda:*:*:function:other*",
        "arn:aws:sqs:us-east-1:111122223333:other",
        "arn:aws:dynamodb:*:444455556666:table/*",
        "arn:aws:execute-api:*:*:zzzz99/*",
    ];
    let parts: Vec<&str> = scene.resource.splitn(6, ':').collect();
    if parts.len() < 6 {
        return if fits { "*".to_owned() } else { (*random.pick(&OTHERS)).to_owned() };
    }
    if !fits && random.chance(60) {
        return (*random.pick(&OTHERS)).to_owned();
    }
    if fits && random.chance(25) {
        return "*".to_owned();
    }
    // The policy of an API may leave out what is the same for all of the API.
    if of_resource && parts[2] == "execute-api" && random.chance(20) {
        let path = parts[5].split_once('/').map_or("*", |(_, path)| path);
        let path = if fits { pattern(random, path) } else { format!("{path}x") };
        return format!("execute-api:/{path}");
    }
    let mut parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    for (at, part) in parts.iter_mut().enumerate().take(5).skip(1) {
        match at {
            1 if random.chance(4) => "*".clone_into(part),
            3 | 4 if random.chance(10) => "*".clone_into(part),
            3 | 4 if random.chance(5) => *part = pattern(random, part),
            _ => {}
        }
    }
    // AWS takes no wildcard in the part that names the type of resource; an API's id is no type.
    let typed = !matches!(parts[2].as_str(), "s3" | "sqs" | "sns" | "execute-api");
    let start = if typed { parts[5].find(['/', ':']).map_or(0, |at| at + 1) } else { 0 };
    let (kind, rest) = parts[5].split_at(start);
    let rest = match random.below(4) {
        _ if !fits => format!("{}x", pattern(random, rest).trim_end_matches('*')),
        0 => rest.to_owned(),
        1 => "*".to_owned(),
        _ => pattern(random, rest),
    };
    let rest = variable(random, scene, rest, false);
    let last = if fits && random.chance(5) { "*".to_owned() } else { format!("{kind}{rest}") };
    parts[5] = last;
    parts.join(":")
}

/// `Principal` or `NotPrincipal` in all its spellings.
fn principal(
    random: &mut Random,
    scene: &Scene,
    statement: &mut Map<String, Value>,
    fits: bool,
    allow: bool,
) {
    let not = random.chance(if allow { 4 } else { 20 });
    // Who is excepted is as good a question as who is not.
    let fits = fits && !(not && !allow && random.chance(40));
    let element = if not { "NotPrincipal" } else { "Principal" };
    let mut named: Vec<(&str, String)> = Vec::new();
    if fits != not {
        if !not && random.chance(25) {
            statement.insert(element.to_owned(), json!("*"));
            return;
        }
        named.extend(own(random, scene, not));
    }
    while named.is_empty() || random.chance(30) {
        named.push(stranger(random));
    }
    random.shuffle(&mut named);
    let mut map: Map<String, Value> = Map::new();
    for (kind, name) in named {
        if let Some(Value::Array(names)) = map.get_mut(kind) {
            names.push(json!(name));
        } else {
            map.insert(kind.to_owned(), json!([name]));
        }
    }
    for names in map.values_mut() {
        if let Value::Array(list) = names.take() {
            *names = scalar_or_list(random, list);
        }
    }
    statement.insert(element.to_owned(), Value::Object(map));
}

/// Ways to name who asks. To be left out by `NotPrincipal`, AWS wants a role and its account named as well.
fn own(random: &mut Random, scene: &Scene, not: bool) -> Vec<(&'static str, String)> {
    let who = &scene.principal;
    let name = who.name.clone();
    if who.kind == Kind::Service {
        return vec![if random.chance(85) { ("Service", name) } else { ("AWS", "*".to_owned()) }];
    }
    let (Some(account), Some(arn)) = (who.account, who.arn.clone()) else {
        return vec![("AWS", "*".to_owned())];
    };
    let root = if random.chance(50) { account.to_owned() } else { format!("arn:aws:iam::{account}:root") };
    if not {
        if random.chance(15) {
            return vec![("AWS", if random.chance(50) { name } else { arn })];
        }
        let mut all = vec![("AWS", root)];
        if arn != name {
            all.push(("AWS", arn));
        }
        all.push(("AWS", name));
        return all;
    }
    let name = match random.below(10) {
        // The user that a federated session is of.
        _ if who.kind == Kind::Federated && random.chance(40) => {
            arn.replace(":sts:", ":iam:").replace("federated-user/", "user/")
        }
        0 => "*".to_owned(),
        1..4 => root,
        4..7 => arn,
        _ => name,
    };
    vec![("AWS", name)]
}

fn stranger(random: &mut Random) -> (&'static str, String) {
    let account = *random.pick(&ACCOUNTS[1..]);
    match random.below(10) {
        0 => ("AWS", account.to_owned()),
        1 => ("AWS", format!("arn:aws:iam::{account}:root")),
        2 => ("AWS", format!("arn:aws:iam::{}:user/dave", ACCOUNTS[0])),
        3 => ("AWS", format!("arn:aws:iam::{}:role/other", ACCOUNTS[0])),
        4 => ("AWS", format!("arn:aws:sts::{}:assumed-role/shop/other", ACCOUNTS[0])),
        5 => ("AWS", "AIDAEXAMPLEUSER00009".to_owned()),
        6 => ("Federated", "cognito-identity.amazonaws.com".to_owned()),
        7 => ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".to_owned()),
        _ => ("Service", (*random.pick(&["ec2.amazonaws.com", "cloudtrail.amazonaws.com"])).to_owned()),
    }
}
