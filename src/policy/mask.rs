//! Hides shared secrets that stand in conditions.

use crate::{Condition, Document};

/// Keys whose values work as passwords: whoever knows the value fulfils the condition.
const SECRET_KEYS: [&str; 4] = ["aws:referer", "aws:useragent", "lambda:eventsourcetoken", "sts:externalid"];

/// What stands for a secret.
const MASK: &str = "(masked)";

impl Document {
    /// The document with shared secrets in its conditions masked.
    #[must_use]
    pub fn masked(mut self) -> Self {
        for statement in &mut self.statements {
            for condition in &mut statement.conditions {
                condition.values = condition.masked_values();
            }
        }
        self
    }
}

impl Condition {
    /// The values, masked where the key holds a shared secret. A value of wildcards alone is no
    /// secret and stays, since it matters; a wildcard within a secret is kept as a final `*`.
    pub(crate) fn masked_values(&self) -> Vec<String> {
        if !is_secret(&self.lower_key()) {
            return self.values.clone();
        }
        let wildcard = |c| matches!(c, '*' | '?');
        let mask = |value: &String| {
            if value.chars().all(wildcard) {
                value.clone()
            } else if value.contains(wildcard) {
                format!("{MASK}*")
            } else {
                MASK.into()
            }
        };
        self.values.iter().map(mask).collect()
    }
}

/// The known keys, and any other service's key that is named like a secret.
fn is_secret(key: &str) -> bool {
    SECRET_KEYS.contains(&key)
        || ["token", "secret", "password", "externalid"].iter().any(|word| key.ends_with(word))
}
