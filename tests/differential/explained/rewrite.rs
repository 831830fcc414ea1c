//! Replacing values inside of a case's policies.

use serde_json::{Value, json};

use crate::walk;

/// A text that no request carries, and an ARN that no request is about.
pub(super) const NEVER: &str = "\u{1}never";
/// See [`NEVER`].
pub(super) const NEVER_ARN: &str = "arn:aws:never:::never";

/// Where a policy value stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Whether variables mean anything there: the document says `2012-10-17`.
    pub(super) variables: bool,
    /// Lower-cased, without form; nothing for `Resource` and `NotResource`.
    pub(super) operator: Option<String>,
}

impl Place {
    /// Whether wildcards are wildcards here.
    pub(super) fn has_wildcards(&self) -> bool {
        self.operator
            .as_deref()
            .is_none_or(|operator| operator.ends_with("like") || operator.starts_with("arn"))
    }

    /// Whether variables are replaced here, if the document says so.
    pub(super) fn takes_variables(&self) -> bool {
        self.operator
            .as_deref()
            .is_none_or(|operator| operator.starts_with("string") || operator.starts_with("arn"))
    }

    /// Whether it is an ARN.
    pub(super) fn is_arn(&self) -> bool {
        self.operator.as_deref().is_none_or(|operator| operator.starts_with("arn"))
    }

    /// What stands for a value that matches nothing here.
    pub(super) fn never(&self) -> Value {
        json!(if self.is_arn() { NEVER_ARN } else { NEVER })
    }
}

/// The operator without form, lower-cased.
pub(super) fn bare(operator: &str) -> String {
    let lower = operator.to_ascii_lowercase();
    let base = lower.rsplit(':').next().unwrap_or_default();
    base.strip_suffix("ifexists").unwrap_or(base).to_owned()
}

/// The case with values replaced: `with` gives what stands for one, or nothing where it stays.
pub(super) fn values(case: &Value, mut with: impl FnMut(&Place, &Value) -> Option<Vec<Value>>) -> Value {
    let mut new = case.clone();
    for document in walk::documents(case) {
        let version = case.pointer(&format!("{document}/Version")).and_then(Value::as_str);
        let variables = version == Some("2012-10-17");
        let inside = |pointer: &String| pointer.starts_with(&format!("{document}/"));
        for statement in walk::statements(case).iter().filter(|it| inside(it)) {
            let place = Place { variables, operator: None };
            for element in ["Resource", "NotResource"] {
                replace(&mut new, &format!("{statement}/{element}"), &place, &mut with);
            }
        }
        for condition in walk::conditions(case).iter().filter(|it| inside(&it.statement)) {
            let place = Place { variables, operator: Some(bare(&condition.operator)) };
            replace(&mut new, &condition.pointer(), &place, &mut with);
        }
    }
    new
}

fn replace(
    case: &mut Value,
    pointer: &str,
    place: &Place,
    with: &mut impl FnMut(&Place, &Value) -> Option<Vec<Value>>,
) {
    let Some(value) = case.pointer_mut(pointer) else { return };
    let old = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut changed = false;
    let mut new = Vec::new();
    for item in old {
        match with(place, &item) {
            Some(items) => {
                changed = true;
                new.extend(items);
            }
            None => new.push(item),
        }
    }
    if changed {
        *value = Value::Array(new);
    }
}

/// A variable in a text.
pub(super) struct Variable<'a> {
    /// What stands before it.
    pub(super) before: &'a str,
    /// What its braces hold.
    pub(super) inside: &'a str,
    /// What stands after it.
    pub(super) after: &'a str,
}

/// The first variable of a text at or after a byte.
pub(super) fn variable(text: &str, from: usize) -> Option<Variable<'_>> {
    let start = from + text[from..].find("${")?;
    let end = start + text[start..].find('}')?;
    Some(Variable { before: &text[..start], inside: &text[start + 2..end], after: &text[end + 1..] })
}

impl Variable<'_> {
    /// Whether it is one of `${*}`, `${?}` and `${$}`.
    pub(super) fn is_a_character(&self) -> bool {
        matches!(self.inside, "*" | "?" | "$")
    }

    /// Its value: the request's, if the key has exactly one that is not empty, or its default.
    pub(super) fn value(&self, case: &Value) -> Option<String> {
        let (key, default) = match self.inside.split_once(", '") {
            Some((key, default)) => (key, default.strip_suffix('\'')),
            None => (self.inside, None),
        };
        match walk::context(case, key) {
            Some(Value::String(value)) if !value.is_empty() => Some(value.clone()),
            _ => default.map(str::to_owned),
        }
    }
}

/// A text with each variable that `chosen` takes replaced by its value, taken literally.
/// Nothing if one of them has none.
pub(super) fn resolved(case: &Value, text: &str, chosen: impl Fn(&Variable) -> bool) -> Option<String> {
    let mut text = text.to_owned();
    let mut from = 0;
    while let Some(variable) = variable(&text, from) {
        if variable.is_a_character() || !chosen(&variable) {
            from = text.len() - variable.after.len();
            continue;
        }
        let value = crate::generate::values::literal(&variable.value(case)?);
        from = variable.before.len() + value.len();
        text = format!("{}{value}{}", variable.before, variable.after);
    }
    Some(text)
}
