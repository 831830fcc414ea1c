//! What is kept of a variable: its name and a verdict, never its value.

mod name;
mod shape;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An environment or stage variable. The value is judged while it is read and then dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Variable {
    /// The variable's name.
    pub name: String,
    /// The kind of secret its value was recognised as, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretKind>,
}

/// A kind of credential that a value can be recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// An AWS access key id, long-term (`AKIA…`) or temporary (`ASIA…`).
    AwsAccessKey,
    /// An AWS secret access key, under a name that says so.
    AwsSecretKey,
    /// A PEM private key.
    PrivateKey,
    /// A token with a vendor's published prefix (GitHub, GitLab, Slack, Stripe, …).
    VendorToken,
    /// A signed JSON Web Token.
    JsonWebToken,
    /// A URL with a user name and a password in it.
    UrlWithPassword,
    /// A connection string with a password or key in it (`…;Password=…`).
    ConnectionString,
    /// An AppSync API key (`da2-…`).
    AppSyncApiKey,
    /// A literal value under a name that says password, secret, token or key.
    NamedCredential,
}

impl Variable {
    /// Keeps the name and the verdict on the value; the value ends here.
    pub fn judge(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), secret: SecretKind::of(name, value) }
    }
}

impl SecretKind {
    /// What the value is recognised as: by its shape, by its name, or by the JSON fields within it.
    fn of(name: &str, value: &str) -> Option<Self> {
        let value = value.trim();
        let fields = value.starts_with(['{', '[']);
        match fields.then(|| serde_json::from_str(value)) {
            Some(Ok(json)) => Self::of_json(name, &json),
            _ => shape::kind(name, value).or_else(|| name::kind(name, value)),
        }
    }

    fn of_json(name: &str, value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::of(name, text),
            Value::Number(number) => Self::of(name, &number.to_string()),
            Value::Array(items) => items.iter().find_map(|item| Self::of_json(name, item)),
            Value::Object(fields) => fields.iter().find_map(|(key, item)| Self::of_json(key, item)),
            _ => None,
        }
    }

    /// The kind in words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::AwsAccessKey => "an AWS access key id",
            Self::AwsSecretKey => "an AWS secret access key",
            Self::PrivateKey => "a private key",
            Self::VendorToken => "a vendor token",
            Self::JsonWebToken => "a JSON Web Token",
            Self::UrlWithPassword => "a URL with a password",
            Self::ConnectionString => "a connection string with a password",
            Self::AppSyncApiKey => "an AppSync API key",
            Self::NamedCredential => "a credential",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SecretKind::*;

    #[test]
    fn a_verdict_keeps_no_part_of_the_value() {
        let judged = Variable::judge("DB_PASSWORD", "correct horse battery staple");
        assert_eq!(judged.secret, Some(NamedCredential));
        let kept = format!("{judged:?}{}", serde_json::to_string(&judged).unwrap());
        assert!(!kept.contains("horse"), "{kept}");
    }

    #[test]
    fn json_is_judged_field_by_field() {
        let cases = [
            (r#"{"host": "db", "password": "hunter2"}"#, Some(NamedCredential)),
            (r#"[{"a": {"url": "redis://:hunter2@cache"}}]"#, Some(UrlWithPassword)),
            (r#"{"host": "db", "port": 5432, "secretArn": "arn:aws:secretsmanager:x"}"#, None),
            (r#"{"nested": "{\"token\": \"a1b2c3\"}"}"#, Some(NamedCredential)),
            (r#"{"password": 12345678}"#, Some(NamedCredential)),
            (r#"{"token": 12345678, "port": 5432}"#, None),
            (r#"{"broken": "#, None),
        ];
        for (value, expected) in cases {
            assert_eq!(SecretKind::of("CONFIG", value), expected, "{value}");
        }
    }

    #[test]
    fn json_nested_without_end_is_no_harm() {
        let bomb = "[".repeat(100_000);
        assert_eq!(SecretKind::of("CONFIG", &bomb), None);
    }
}
