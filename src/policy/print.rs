//! Documents to JSON, in the grammar that AWS accepts.

use crate::{Actions, Condition, Document, Effect, Principal, Principals, Resources, Statement, Version};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = match self.version {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        };
        let statements: Vec<_> = self.statements.iter().map(statement).collect();
        json!({ "Version": version, "Statement": statements }).serialize(serializer)
    }
}

fn statement(statement: &Statement) -> Value {
    let mut elements = Map::new();
    let mut put = |name: &str, value: Value| elements.insert(name.into(), value);
    if let Some(sid) = &statement.sid {
        put("Sid", json!(sid));
    }
    put(
        "Effect",
        json!(match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        }),
    );
    match &statement.principals {
        Some(Principals::Only(list)) => put("Principal", principals(list)),
        Some(Principals::AllBut(list)) => put("NotPrincipal", principals(list)),
        None => None,
    };
    match &statement.actions {
        Actions::Only(list) => put("Action", texts(list)),
        Actions::AllBut(list) => put("NotAction", texts(list)),
    };
    match &statement.resources {
        Some(Resources::Only(list)) => put("Resource", texts(list)),
        Some(Resources::AllBut(list)) => put("NotResource", texts(list)),
        None => None,
    };
    if !statement.conditions.is_empty() {
        put("Condition", conditions(&statement.conditions));
    }
    Value::Object(elements)
}

fn principals(list: &[Principal]) -> Value {
    if list == [Principal::Anyone] {
        return json!("*");
    }
    let mut kinds = Map::new();
    for principal in list {
        let (kind, text) = match principal {
            Principal::Anyone => ("AWS", "*"),
            Principal::Aws(text) => ("AWS", text.as_str()),
            Principal::Service(text) => ("Service", text.as_str()),
            Principal::Federated(text) => ("Federated", text.as_str()),
            Principal::CanonicalUser(text) => ("CanonicalUser", text.as_str()),
        };
        let texts = kinds.entry(kind).or_insert_with(|| json!([]));
        if let Value::Array(texts) = texts {
            texts.push(json!(text));
        }
    }
    Value::Object(kinds)
}

fn conditions(list: &[Condition]) -> Value {
    let mut operators = Map::new();
    for condition in list {
        let keys = operators.entry(condition.operator_name()).or_insert_with(|| json!({}));
        if let Value::Object(keys) = keys {
            keys.insert(condition.key.clone(), texts(&condition.values));
        }
    }
    Value::Object(operators)
}

fn texts(list: &[String]) -> Value {
    match list {
        [one] => json!(one),
        _ => json!(list),
    }
}
