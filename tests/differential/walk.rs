//! Finding one's way in the JSON of a case: its documents, statements and conditions.

use serde_json::{Value, json};

/// The places of a case that hold policies.
pub const LAYERS: [&str; 6] = [
    "identityPolicies",
    "sessionPolicies",
    "resourcePolicy",
    "permissionBoundaries",
    "serviceControlPolicies",
    "resourceControlPolicies",
];

/// A JSON pointer.
pub type Pointer = String;

/// Where the documents are.
pub fn documents(case: &Value) -> Vec<Pointer> {
    fn below(value: &Value, at: &str, found: &mut Vec<Pointer>) {
        match value {
            Value::Array(items) => {
                for (nth, item) in items.iter().enumerate() {
                    below(item, &format!("{at}/{nth}"), found);
                }
            }
            Value::Object(_) => found.push(at.to_owned()),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for layer in LAYERS {
        below(&case[layer], &format!("/{layer}"), &mut found);
    }
    found
}

/// Where the statements are.
pub fn statements(case: &Value) -> Vec<Pointer> {
    let list = |document: Pointer| {
        let at = format!("{document}/Statement");
        match case.pointer(&at) {
            Some(Value::Array(statements)) => {
                (0..statements.len()).map(|nth| format!("{at}/{nth}")).collect()
            }
            Some(_) => vec![at],
            None => Vec::new(),
        }
    };
    documents(case).into_iter().flat_map(list).collect()
}

/// One condition: an operator on a key.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The statement it is of.
    pub statement: Pointer,
    /// The operator, as the policy spells it.
    pub operator: String,
    /// The key, as the policy spells it.
    pub key: String,
}

impl Condition {
    /// Where its values are.
    pub fn pointer(&self) -> Pointer {
        format!("{}/Condition/{}/{}", self.statement, token(&self.operator), token(&self.key))
    }

    /// The case without it.
    pub fn removed(&self, case: &Value) -> Value {
        let mut case = case.clone();
        let at = format!("{}/Condition", self.statement);
        let Some(block) = case.pointer_mut(&at).and_then(Value::as_object_mut) else { return case };
        if let Some(keys) = block.get_mut(&self.operator).and_then(Value::as_object_mut) {
            keys.remove(&self.key);
            if keys.is_empty() {
                block.remove(&self.operator);
            }
        }
        if block.is_empty()
            && let Some(statement) = case.pointer_mut(&self.statement).and_then(Value::as_object_mut)
        {
            statement.remove("Condition");
        }
        case
    }

    /// The case with one in its place that is never met.
    pub fn failed(&self, case: &Value) -> Value {
        let mut case = self.removed(case);
        if let Some(statement) = case.pointer_mut(&self.statement) {
            statement["Condition"]["Null"]["example:NeverThere"] = json!("false");
        }
        case
    }
}

/// The conditions of a case.
pub fn conditions(case: &Value) -> Vec<Condition> {
    let mut found = Vec::new();
    for statement in statements(case) {
        let Some(Value::Object(block)) = case.pointer(&format!("{statement}/Condition")) else { continue };
        for (operator, keys) in block {
            for key in keys.as_object().into_iter().flat_map(|keys| keys.keys()) {
                let (statement, operator, key) = (statement.clone(), operator.clone(), key.clone());
                found.push(Condition { statement, operator, key });
            }
        }
    }
    found
}

/// The context's value of a key, whatever its case.
pub fn context<'a>(case: &'a Value, key: &str) -> Option<&'a Value> {
    let context = case["context"].as_object()?;
    context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// A member's name, as a JSON pointer has it.
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
