//! Event source mappings: the queues and streams that Lambda polls for a function.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An event source mapping.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct EventSourceMapping {
    /// The mapping's id.
    pub uuid: String,
    /// The function ARN as AWS gives it, qualified where an alias or version is fed.
    pub function: String,
    /// The queue's, stream's or cluster's ARN; nothing for self-managed Kafka.
    pub source: Option<String>,
    /// The mapping's state, such as `Enabled`.
    pub state: Option<String>,
    /// Records per invocation.
    pub batch_size: Option<i32>,
    /// The ceiling on concurrent invocations (queues only).
    pub maximum_concurrency: Option<i32>,
    /// Whether the function reports failed items of a batch one by one.
    pub reports_batch_item_failures: bool,
    /// Where failed batches go.
    pub on_failure: Option<String>,
    /// How many event patterns filter the source.
    pub filters: usize,
}

/// What kind of source a mapping polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Amazon SQS, Amazon MQ.
    Queue,
    /// Kinesis, DynamoDB streams, Kafka, `DocumentDB`.
    Stream,
}

impl EventSourceMapping {
    /// Queue or stream, by the service in the source's ARN.
    pub fn kind(&self) -> SourceKind {
        match self.source.as_deref().and_then(crate::Arn::parse).map(|arn| arn.service) {
            Some("sqs" | "mq") => SourceKind::Queue,
            _ => SourceKind::Stream,
        }
    }
}
