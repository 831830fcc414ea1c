//! What can go wrong, in each protocol's own words.

use super::http::Response;
use super::request::Request;
use serde_json::json;

/// What the stub does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Refuses for lack of a permission.
    Deny,
    /// Refuses for the rate.
    Throttle,
    /// Refuses credentials that the region does not know.
    UnknownCredentials,
    /// Refuses credentials that ran out.
    Expired,
    /// A bare status, as load balancers give it.
    Status(u16),
    /// A proxy's page that says "not found".
    Html404,
    /// A success whose body is neither JSON nor XML.
    Garbage,
    /// A success whose body ends half-way.
    HalfBody,
    /// No answer at all.
    Hang,
    /// Closes the connection.
    Hangup,
    /// Answers, with a page token that leads back to where it stands.
    LoopToken,
}

/// An error of the service itself: status, code, message.
pub(crate) type Refusal = (u16, &'static str, String);

impl Fault {
    /// The service's error, where the fault is one.
    pub(crate) fn refusal(self, request: &Request) -> Option<Refusal> {
        let service = request.service.as_str();
        let json_rpc = matches!(service, "wafv2" | "organizations");
        let json_rpc_or_query = json_rpc || matches!(service, "iam" | "sts");
        match self {
            Self::Deny => {
                let code =
                    if matches!(service, "iam" | "sts") { "AccessDenied" } else { "AccessDeniedException" };
                let status = if json_rpc { 400 } else { 403 };
                let action = request.permission.split(' ').next().unwrap_or_default();
                let account = &request.account;
                let message = format!(
                    "User: arn:aws:sts::{account}:assumed-role/audit/session is not authorized to perform: {action}"
                );
                Some((status, code, message))
            }
            Self::Throttle => {
                let code = match service {
                    "iam" | "sts" => "Throttling",
                    "wafv2" | "appsync" => "ThrottlingException",
                    _ => "TooManyRequestsException",
                };
                let status = if json_rpc_or_query { 400 } else { 429 };
                Some((status, code, "Rate exceeded".into()))
            }
            Self::UnknownCredentials => {
                let code = if matches!(service, "iam" | "sts") {
                    "InvalidClientTokenId"
                } else {
                    "UnrecognizedClientException"
                };
                let status = if json_rpc { 400 } else { 403 };
                Some((status, code, "The security token included in the request is invalid.".into()))
            }
            Self::Expired => {
                let code =
                    if matches!(service, "iam" | "sts") { "ExpiredToken" } else { "ExpiredTokenException" };
                Some((403, code, "The security token included in the request is expired".into()))
            }
            _ => None,
        }
    }

    /// The response that stands for the fault, where it is one.
    pub(crate) fn response(self) -> Option<Response> {
        let html = |status: u16| Response {
            status,
            headers: vec![("content-type", "text/html".into())],
            body: "<html><body><h1>Not what you asked for</h1></body></html>".into(),
        };
        match self {
            Self::Status(status) => Some(html(status)),
            Self::Html404 => Some(html(404)),
            Self::Garbage => Some(Response { body: "{\"Functions\": [<".into(), ..html(200) }),
            _ => None,
        }
    }
}

/// An error in the words of the request's protocol.
pub(crate) fn refuse(request: &Request, (status, code, message): Refusal) -> Response {
    match request.service.as_str() {
        "iam" | "sts" => Response {
            status,
            headers: vec![("content-type", "text/xml".into())],
            body: format!(
                "<ErrorResponse xmlns=\"https://{}.amazonaws.com/doc/\"><Error><Type>Sender</Type>\
                 <Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>",
                request.service
            ),
        },
        "wafv2" | "organizations" => Response {
            status,
            headers: vec![("content-type", "application/x-amz-json-1.1".into())],
            body: json!({ "__type": code, "Message": message }).to_string(),
        },
        _ => Response {
            status,
            headers: vec![("content-type", "application/json".into()), ("x-amzn-errortype", code.into())],
            body: json!({ "message": message }).to_string(),
        },
    }
}
