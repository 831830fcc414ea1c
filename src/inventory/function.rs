//! Lambda functions and what hangs on them.

use crate::{Fact, Listing, Variable};
use policy::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A Lambda function. <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Function {
    /// The unqualified function ARN.
    pub arn: String,
    /// The function's name.
    pub name: String,
    /// The runtime identifier; nothing for container images.
    pub runtime: Option<String>,
    /// `Zip` or `Image`.
    pub package_type: String,
    /// The execution role's ARN.
    pub role: String,
    /// When code or configuration last changed, as AWS writes it.
    pub last_modified: Option<String>,
    /// The SHA-256 of the deployment package, base64.
    pub code_sha256: Option<String>,
    /// Seconds until an invocation is ended.
    pub timeout: Option<i32>,
    /// Environment variables, without their values.
    pub environment: Fact<Vec<Variable>>,
    /// The customer managed key that encrypts the environment, if one does.
    pub kms_key: Option<String>,
    /// Whether X-Ray tracing is `Active`.
    pub tracing_active: Fact<bool>,
    /// `Text` or `JSON`.
    pub log_format: Option<String>,
    /// The layer versions' ARNs, in order.
    pub layers: Vec<String>,
    /// The dead-letter queue or topic of asynchronous invocations.
    pub dead_letter: Option<String>,
    /// Subnets and security groups, where the function is attached to a VPC.
    pub vpc: Option<VpcPlacement>,
    /// Tags.
    pub tags: Fact<BTreeMap<String, String>>,
    /// Reserved concurrent executions; absent means that it shares the account's pool.
    pub reserved_concurrency: Fact<i32>,
    /// The resource policy of the unqualified function.
    pub policy: Fact<Document>,
    /// The aliases, with the policies of their own.
    pub aliases: Listing<Alias>,
    /// The published versions (not `$LATEST`), with the policies of their own.
    pub versions: Listing<PublishedVersion>,
    /// The function URLs, of the function and of its aliases, that a resource policy may open to
    /// callers. A URL that no policy opens answers only the account's own identities; where no policy
    /// speaks of URLs, none is asked for.
    pub urls: Listing<FunctionUrl>,
    /// The code-signing configuration attached to the function.
    pub code_signing: Fact<CodeSigning>,
}

/// Where a function stands in a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcPlacement {
    /// The VPC's id.
    pub vpc: Option<String>,
    /// The subnets' ids.
    pub subnets: Vec<String>,
    /// The security groups' ids.
    pub security_groups: Vec<String>,
}

/// An alias, which can carry a resource policy of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alias {
    /// The qualified ARN.
    pub arn: String,
    /// The alias's name.
    pub name: String,
    /// The version it points to.
    pub version: String,
    /// Additional versions and the share of invocations each gets, 0 to 1.
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
    /// The alias's own resource policy.
    #[serde(default)]
    pub policy: Fact<Document>,
}

/// A published version, which can carry a resource policy of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublishedVersion {
    /// The qualified ARN.
    pub arn: String,
    /// The version's number.
    pub version: String,
    /// The version's own resource policy.
    #[serde(default)]
    pub policy: Fact<Document>,
}

/// A function URL. <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionUrl {
    /// The ARN that the URL invokes: the function's, or an alias's.
    pub arn: String,
    /// The alias; nothing for the unqualified function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// Who authenticates callers.
    pub auth: Fact<UrlAuth>,
    /// Origins that CORS allows.
    #[serde(default)]
    pub cors_origins: Vec<String>,
    /// When the URL was created, as AWS writes it.
    #[serde(default)]
    pub created: Option<String>,
}

/// The authentication of a function URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum UrlAuth {
    /// Lambda authenticates nobody.
    #[serde(rename = "NONE")]
    None,
    /// Callers sign with IAM credentials.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
}

/// A code-signing configuration as attached to a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeSigning {
    /// The configuration's ARN.
    pub arn: String,
    /// What happens to an unsigned or badly signed deployment.
    pub mode: Fact<CodeSigningMode>,
}

/// What Lambda does with a deployment whose signature fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CodeSigningMode {
    /// Deploys it and logs a warning.
    Warn,
    /// Refuses it.
    Enforce,
}

/// Something of a function that can be invoked and can carry a resource policy: the function
/// itself, an alias, or a published version.
#[derive(Clone, Copy, Debug)]
pub struct Invocable<'a> {
    /// The ARN that callers name; qualified for aliases and versions.
    pub arn: &'a str,
    /// The alias or version; nothing for the unqualified function.
    pub qualifier: Option<&'a str>,
    /// Its own resource policy.
    pub policy: &'a Fact<Document>,
}

impl Function {
    /// The function, its aliases and its versions, as far as they are known.
    pub fn invocables(&self) -> impl Iterator<Item = Invocable<'_>> {
        let this = Invocable { arn: &self.arn, qualifier: None, policy: &self.policy };
        let aliases = self.aliases.iter().map(|alias| Invocable {
            arn: &alias.arn,
            qualifier: Some(&alias.name),
            policy: &alias.policy,
        });
        let versions = self.versions.iter().map(|version| Invocable {
            arn: &version.arn,
            qualifier: Some(&version.version),
            policy: &version.policy,
        });
        std::iter::once(this).chain(aliases).chain(versions)
    }

    /// The invocable that an URL or an integration names by its qualifier.
    pub fn invocable(&self, qualifier: Option<&str>) -> Option<Invocable<'_>> {
        self.invocables().find(|invocable| invocable.qualifier == qualifier)
    }
}
