//! What to read, and how the caller watches and stops it.

use inventory::{Call, Reason};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What to read and with which limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A named profile of the shared AWS configuration; else the SDK's default chain.
    pub profile: Option<String>,
    /// The accounts; empty for the caller's own.
    pub targets: Vec<Target>,
    /// The regions; empty for all that each account has enabled.
    pub regions: Vec<String>,
    /// The calls that may be made; facts behind other calls stay unread.
    pub calls: BTreeSet<Call>,
    /// How many requests may be in flight at once, over all accounts, regions and services.
    pub concurrency: usize,
    /// How long one attempt of a call may take.
    pub attempt_timeout: Duration,
    /// How often a call is tried before its gap is accepted.
    pub attempts: u32,
}

/// An account to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The account's id, checked against who we turn out to be.
    pub id: Option<String>,
    /// The role to assume; nothing for the caller's own credentials.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy asks for. A secret: never printed.
    pub external_id: Option<String>,
}

/// Why there is no inventory at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No credentials, or none that AWS accepts: what AWS or the SDK said, without secrets.
    NoCredentials(String),
    /// AWS, or what `AWS_ENDPOINT_URL` names in its place, does not answer.
    Unreachable(String),
    /// No region that was asked for is enabled: what was asked for, and what there is.
    NoSuchRegion(String),
    /// The credentials belong to another account than the target says.
    WrongAccount {
        /// The account that the target names.
        expected: String,
        /// The account that the credentials belong to.
        found: String,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCredentials(why) => write!(f, "no usable AWS credentials: {why}"),
            Self::Unreachable(why) => write!(f, "AWS does not answer: {why}"),
            Self::NoSuchRegion(why) => f.write_str(why),
            Self::WrongAccount { expected, found } => {
                write!(f, "the credentials belong to account {found}, not to {expected}")
            }
        }
    }
}

impl std::error::Error for Failure {}

/// Something worth showing while collection runs.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// We know who we are in an account and which regions will be read.
    Account {
        /// The account's id.
        id: &'a str,
        /// The caller's ARN there.
        caller: &'a str,
        /// The regions.
        regions: &'a [String],
    },
    /// One attempt of a call ended.
    Attempt {
        /// The call.
        call: Call,
        /// The account's id.
        account: &'a str,
        /// The region.
        region: &'a str,
        /// How long AWS took.
        took: Duration,
        /// Why it failed, if it did.
        failure: Option<Reason>,
    },
    /// One service of one region was read to its end.
    Done {
        /// The service: `lambda`, `apigateway`, `apigatewayv2`, `appsync`, `wafv2`, `iam`,
        /// `organizations`.
        service: &'a str,
        /// The account's id.
        account: &'a str,
        /// The region.
        region: &'a str,
        /// How many (account, region, service) readings have ended, this one included.
        finished: usize,
        /// How many there are in all.
        total: usize,
    },
}

/// Watches a collection.
pub trait Observer: Send + Sync {
    /// Called from any task; must return at once.
    fn event(&self, event: &Event<'_>);
}

/// Ends a collection early: calls not yet answered become gaps with the reason `interrupted`.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::channel(false).0))
    }
}

impl Stop {
    /// Ends the collection.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Whether the collection was ended.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the collection is ended.
    pub async fn wait(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}
