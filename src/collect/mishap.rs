//! What went wrong with an attempt, in our words.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use inventory::Reason;
use std::error::Error;

/// How an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The object does not exist: an answer, not a failure.
    NotFound,
    /// A failure.
    Failed {
        /// Its class.
        reason: Reason,
        /// One line for people.
        message: String,
        /// Whether another attempt can help.
        retry: bool,
    },
}

/// <https://github.com/smithy-lang/smithy-rs>'s list of throttling codes, as AWS documents them:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
];

const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "ForbiddenException",
    "NotAuthorized",
    "UnauthorizedException",
    "UnauthorizedOperation",
    "WAFAccessDeniedException",
];

/// What AWS says to credentials that a region does not know: the region is not enabled there.
const UNKNOWN_CREDENTIALS: &[&str] = &[
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
];

const NOT_FOUND: &[&str] = &[
    "AWSOrganizationsNotInUseException",
    "NoSuchEntity",
    "NotFoundException",
    "ResourceNotFoundException",
    "WAFNonexistentItemException",
];

/// How the message of a request begins that never reached AWS.
pub(crate) const NO_CONNECTION: &str = "no connection";

/// Classifies the SDK's error.
pub(crate) fn classify<E: Failing>(error: &SdkError<E, Response>) -> Mishap {
    let failed = |reason, message: &str, retry| Mishap::Failed { reason, message: message.into(), retry };
    match error {
        SdkError::TimeoutError(_) => failed(Reason::Timeout, "no answer in time", true),
        SdkError::DispatchFailure(it) if it.is_timeout() => {
            failed(Reason::Timeout, "no answer in time", true)
        }
        SdkError::DispatchFailure(it) if it.is_io() => {
            failed(Reason::Unavailable, &format!("{NO_CONNECTION}: {}", root(error)), true)
        }

        SdkError::ResponseError(_) => {
            failed(Reason::Malformed, "an answer that could not be understood", true)
        }
        SdkError::ServiceError(service) => {
            let error = service.err();
            of_service(error.code(), error.message(), service.raw().status().as_u16())
        }
        // The SDK gave up before anything was sent: credentials, a profile, the read-only guard.
        _ => failed(Reason::Unavailable, &root(error), false),
    }
}

/// The error of one of the SDK's operations.
pub(crate) trait Failing: ProvideErrorMetadata + Error + 'static {}

impl<E: ProvideErrorMetadata + Error + 'static> Failing for E {}

/// The last of the causes: the SDK wraps what matters several times.
fn root(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    one_line(&last.to_string())
}

fn of_service(code: Option<&str>, message: Option<&str>, status: u16) -> Mishap {
    // Some services put a namespace or a URI around the code.
    let code = code.map(|code| code.rsplit(['#', '.']).next().unwrap_or(code)).unwrap_or_default();
    let said = match (code, message) {
        ("", _) => format!("HTTP {status} without an error code"),
        (code, None) => format!("{code}, HTTP {status}"),
        (code, Some(message)) => format!("{code}: {message}"),
    };
    let failed = |reason, retry| Mishap::Failed { reason, message: one_line(&said), retry };
    match (code, status) {
        (code, _) if NOT_FOUND.contains(&code) => Mishap::NotFound,
        (code, 429) if !DENIED.contains(&code) => failed(Reason::Throttled, true),
        (code, _) if THROTTLED.contains(&code) => failed(Reason::Throttled, true),
        (code, _) if DENIED.contains(&code) => failed(Reason::Denied, false),
        ("GraphQLSchemaException", _) => failed(Reason::Malformed, false),
        (code, _) if UNKNOWN_CREDENTIALS.contains(&code) => failed(Reason::Unavailable, false),
        (_, 500..) => failed(Reason::Unavailable, true),
        ("", 403) => failed(Reason::Denied, false),
        ("", 200..300) => failed(Reason::Malformed, true),
        _ => failed(Reason::Unavailable, false),
    }
}

/// AWS's words on one line of bearable length, without control characters.
pub(crate) fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = clean.take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: Option<&str>, status: u16) -> Option<(Reason, bool)> {
        match of_service(code, Some("m"), status) {
            Mishap::NotFound => None,
            Mishap::Failed { reason, retry, .. } => Some((reason, retry)),
        }
    }

    #[test]
    fn codes_and_statuses() {
        assert_eq!(reason(Some("ResourceNotFoundException"), 404), None);
        assert_eq!(reason(Some("AWSOrganizationsNotInUseException"), 400), None);
        assert_eq!(reason(Some("GraphQLSchemaException"), 400), Some((Reason::Malformed, false)));
        assert_eq!(reason(Some("com.amazonaws#AccessDeniedException"), 403), Some((Reason::Denied, false)));
        assert_eq!(reason(Some("TooManyRequestsException"), 429), Some((Reason::Throttled, true)));
        assert_eq!(reason(Some("ThrottlingException"), 400), Some((Reason::Throttled, true)));
        assert_eq!(reason(None, 429), Some((Reason::Throttled, true)));
        assert_eq!(reason(None, 503), Some((Reason::Unavailable, true)));
        assert_eq!(reason(None, 403), Some((Reason::Denied, false)));
        // An HTML page is no proof that the object is missing.
        assert_eq!(reason(None, 404), Some((Reason::Unavailable, false)));
        assert_eq!(reason(Some("UnrecognizedClientException"), 403), Some((Reason::Unavailable, false)));
        assert_eq!(reason(Some("SomethingNew"), 400), Some((Reason::Unavailable, false)));
    }

    #[test]
    fn messages_stay_on_one_short_line() {
        assert_eq!(one_line("a\nb\u{1b}[31m"), "a b [31m");
        assert_eq!(one_line(&"x".repeat(1000)).chars().count(), 301);
    }
}
