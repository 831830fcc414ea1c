//! What checks of REST methods share.

use inventory::{Gap, Method, MethodAuthorization};

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

/// Whether the method authorizes nobody, API keys aside.
///
/// # Errors
/// The gap of an authorization that could not be read.
pub(crate) fn authorizes_nobody(method: &Method) -> Result<bool, Gap> {
    // A method always has an authorization; none at all is no authorization.
    Ok(method.authorization.read()?.is_none_or(|it| *it == MethodAuthorization::None))
}
