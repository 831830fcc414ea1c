//! What checks of REST methods share.

use crate::grants::join;
use audit::{Confidence, Problem, Severity, exposure};
use inventory::{Call, Gap, Method, RestApi};

/// What reads who comes through to the methods of REST APIs.
pub(crate) const CALLS: &[Call] = &[
    Call::ApiGatewayGetRestApis,
    Call::ApiGatewayGetStages,
    Call::ApiGatewayGetResources,
    Call::ApiGatewayGetDomainNames,
    Call::ApiGatewayV2GetApiMappings,
];

/// The method as people write it: `GET /orders`.
pub(crate) fn label(method: &Method) -> String {
    format!("{} {}", method.verb, method.path)
}

/// Whether the method is not worth guarding: a preflight request carries no credentials, and a mock
/// reaches no backend.
///
/// # Errors
/// The gap of an integration that could not be read.
pub(crate) fn harmless(method: &Method) -> Result<bool, Gap> {
    Ok(method.verb == "OPTIONS" || method.integration.read()?.is_some_and(|it| it.kind == "MOCK"))
}

/// The methods that show something, and why there may be more.
pub(crate) struct Known {
    /// By their labels, sorted.
    pub(crate) labels: Vec<String>,
    /// What keeps these from being all.
    pub(crate) gap: Option<Gap>,
}

/// The methods of an API, harmless ones aside, of which that is true.
pub(crate) fn methods(api: &RestApi, is: impl Fn(&Method) -> Result<bool, Gap>) -> Known {
    let mut known = Known { labels: Vec::new(), gap: api.methods.gap.clone() };
    for method in &api.methods {
        match (harmless(method), is(method)) {
            (Ok(true), _) | (_, Ok(false)) => {}
            (Ok(false), Ok(true)) => known.labels.push(label(method)),
            (Err(gap), _) | (_, Err(gap)) => known.gap = known.gap.or(Some(gap)),
        }
    }
    known.labels.sort();
    known
}

/// The problem of an open resource policy: worse where methods authorize nobody either, API keys aside,
/// and feared to be where they could not be read.
pub(crate) fn worsened(problem: Problem, api: &RestApi) -> Problem {
    let open = methods(api, |it| Ok(!exposure::proof_of_method(it, api)?.authenticates()));
    if !open.labels.is_empty() {
        let line = format!("methods that authorize nobody: {}", join(open.labels.iter().map(String::as_str)));
        problem.evidence(line).severity(Severity::High)
    } else if let Some(gap) = open.gap {
        let line = format!("a method may authorize nobody: {}", gap.cause());
        problem.evidence(line).severity(Severity::High).confidence(Confidence::Medium)
    } else {
        problem
    }
}

#[cfg(test)]
mod tests;
