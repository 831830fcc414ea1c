//! The flags of what reasons over policies alone: `access` and `simulate`.

use super::date;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

pub(super) const SIMULATE_HELP: &str = "\
A case is a JSON object on a line of its own:
  principal                who asks: an ARN, an account, a service (s3.amazonaws.com) or anonymous
  action, resource         what for, and its ARN (or * for actions that are on no resource)
  resourceAccount          the owner, where the ARN does not tell; else the principal's account
  context                  condition keys and their values, each a text or a list of texts
  identityPolicies, sessionPolicies, permissionBoundaries
                           lists of policies: documents, or {\"name\": …, \"policy\": …}
  resourcePolicy           one of them
  serviceControlPolicies, resourceControlPolicies
                           lists of levels, from the organization's root to the account: lists of
                           policies, or {\"orgIdentifier\": …, \"policies\": …}
Only the first three must be there. The answer is a line:
  {\"decision\": \"Allowed\", \"because\": [{\"policy\": …, \"statement\": …, \"effect\": \"Allow\"}]}
or ExplicitlyDenied, or ImplicitlyDenied because of {\"layer\": …, \"reason\": …}.

Exit codes:
  0   every case was decided
  2   a line is not a case
  70  internal error";

#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// The function's resource policy: a policy document, or what `aws lambda get-policy` prints; `-`
    /// for standard input
    #[arg(long, value_name = "FILE|-")]
    pub(crate) policy: PathBuf,
    /// The ARN of the function, or of the alias or version, that the policy is of
    #[arg(long, value_name = "ARN")]
    pub(crate) function_arn: String,
    /// How the function's URL authenticates callers; left out, it has none
    #[arg(long, value_name = "NONE|AWS_IAM")]
    pub(crate) url_auth: Option<UrlAuthentication>,
    /// The day from which callers come (YYYY-MM-DD): what expired before lets nobody in; left out, today
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// The form of the answer
    #[arg(long, default_value = "text")]
    pub(crate) format: AnswerFormat,
}

/// How a function URL authenticates callers.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UrlAuthentication {
    /// Lambda authenticates nobody
    #[value(name = "NONE")]
    None,
    /// Callers sign with IAM credentials
    #[value(name = "AWS_IAM")]
    AwsIam,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// A file with a case on each line, or `-` for standard input
    #[arg(value_name = "CASES.jsonl|-")]
    pub(crate) cases: PathBuf,
}
