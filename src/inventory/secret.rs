//! What is kept of a variable: its name and a verdict, never its value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// A long-term AWS access key id (`AKIA…`).
    AwsAccessKey,
    /// An AWS secret access key beside its id or under its name.
    AwsSecretKey,
    /// A PEM private key.
    PrivateKey,
    /// A token with a vendor's published prefix (GitHub, GitLab, Slack, Stripe, …).
    VendorToken,
    /// A signed JSON Web Token.
    JsonWebToken,
    /// A URL with a user name and a password in it.
    UrlWithPassword,
    /// An AppSync API key (`da2-…`).
    AppSyncApiKey,
    /// A value that looks random, under a name that says password, secret, token or key.
    NamedCredential,
}

impl SecretKind {
    /// The kind in words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::AwsAccessKey => "an AWS access key id",
            Self::AwsSecretKey => "an AWS secret access key",
            Self::PrivateKey => "a private key",
            Self::VendorToken => "a vendor token",
            Self::JsonWebToken => "a JSON Web Token",
            Self::UrlWithPassword => "a URL with a password",
            Self::AppSyncApiKey => "an AppSync API key",
            Self::NamedCredential => "a credential",
        }
    }
}
