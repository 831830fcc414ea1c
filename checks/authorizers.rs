//! What can be wrong with the authorizers of APIs, used or not.

mod judge;

use audit::Scope;
use inventory::{
    Api, ApiAuthorizer, Arn, AuthMode, AuthProvider, Authorizer, Gap, Protocol, Reason, RestApi,
};

pub(crate) use judge::{Users, judge, modes};

/// What is wrong with an authorizer, each a clause with it as the subject.
pub(crate) type Flaws = Result<Vec<String>, Gap>;

/// The flaws of an authorizer of a REST API.
pub(crate) fn of_rest_api(authorizer: &Authorizer, api: &RestApi, scope: &Scope) -> Flaws {
    let asks = |cached| lambda(cached, authorizer.function.as_deref(), api.authorizers.gap.as_ref(), scope);
    match authorizer.kind.as_str() {
        "COGNITO_USER_POOLS" if authorizer.user_pools.is_empty() => Ok(vec!["names no user pool".into()]),
        "COGNITO_USER_POOLS" => Ok(Vec::new()),
        "TOKEN" => asks(false),
        "REQUEST" => {
            // Without a setting decisions are kept for 300 seconds.
            let cached = authorizer.ttl.is_none_or(|it| it > 0);
            asks(cached && authorizer.identity_source.as_deref().is_none_or(str::is_empty))
        }
        kind => Err(unknown(kind, &api.arn)),
    }
}

/// The flaws of an authorizer of an HTTP or WebSocket API.
pub(crate) fn of_api(authorizer: &ApiAuthorizer, api: &Api, scope: &Scope) -> Flaws {
    match authorizer.kind.as_str() {
        "JWT" => {
            let any = authorizer.audiences.is_empty().then(|| "accepts tokens for any audience".to_owned());
            Ok(any.into_iter().chain(insecure(authorizer.issuer.as_deref())).collect())
        }
        "REQUEST" => {
            let cached = authorizer.ttl.is_some_and(|it| it > 0) && authorizer.identity_sources.is_empty();
            // WebSocket APIs cache nothing.
            let cached = cached && api.protocol.read()? != Some(&Protocol::WebSocket);
            lambda(cached, authorizer.function.as_deref(), api.authorizers.gap.as_ref(), scope)
        }
        kind => Err(unknown(kind, &api.arn)),
    }
}

/// What is wrong with a Lambda authorizer that caches decisions for anybody, or does not.
fn lambda(cached: bool, function: Option<&str>, unresolved: Option<&Gap>, scope: &Scope) -> Flaws {
    let decider = decider(function, unresolved, scope);
    if !cached {
        return decider;
    }
    let cached = "caches decisions without an identity source to tell callers apart".to_owned();
    Ok([cached].into_iter().chain(decider.unwrap_or_default()).collect())
}

/// The flaws of a mode of AppSync; nothing where it is none that this can judge.
pub(crate) fn of_mode(provider: &AuthProvider, scope: &Scope) -> Option<Flaws> {
    match provider.mode.read() {
        Ok(Some(AuthMode::OpenIdConnect)) => Some(Ok(oidc(provider))),
        Ok(Some(AuthMode::Lambda)) => Some(decider(provider.function.as_deref(), None, scope)),
        Ok(_) => None,
        Err(gap) => Some(Err(gap)),
    }
}

fn oidc(provider: &AuthProvider) -> Vec<String> {
    let pinned = provider.oidc.as_ref().is_some_and(|it| it.client_pinned);
    let any = (!pinned).then(|| "accepts tokens from any client of the issuer".to_owned());
    any.into_iter().chain(insecure(provider.oidc.as_ref().map(|it| it.issuer.as_str()))).collect()
}

/// What is wrong with the address that the keys of tokens come from.
fn insecure(issuer: Option<&str>) -> Option<String> {
    let secure = |it: &str| it.get(..8).is_some_and(|it| it.eq_ignore_ascii_case("https://"));
    match issuer {
        Some(issuer) if secure(issuer) => None,
        Some(issuer) if !issuer.is_empty() => {
            Some(format!("trusts the issuer {issuer}, which is no https address"))
        }
        _ => Some("names no issuer".into()),
    }
}

/// What is wrong with the function of a Lambda authorizer; `unresolved` where stage variables may name it.
fn decider(function: Option<&str>, unresolved: Option<&Gap>, scope: &Scope) -> Flaws {
    let named = function.filter(|it| unresolved.is_none() || !it.contains("${"));
    let Some((function, arn)) = named.and_then(|it| Some((it, Arn::parse(it)?))) else {
        return unresolved
            .map_or_else(|| Ok(vec!["names no Lambda function".into()]), |gap| Err(gap.clone()));
    };
    let name = arn.resource.rsplit(':').next().unwrap_or_default();
    if arn.account != scope.account.id {
        let foreign = format!("asks function {name} of account {}, which is not trusted", arn.account);
        return Ok(if scope.trusts(arn.account) { Vec::new() } else { vec![foreign] });
    }
    let region = scope.account.regions.iter().find(|it| it.name == arn.region);
    let Some(region) = region else {
        scope.account.regions.all()?;
        return Ok(vec![gone(name, arn)]);
    };
    if region.functions.iter().any(|it| it.arn == function) {
        return Ok(Vec::new());
    }
    region.functions.all().map(|_| vec![gone(name, arn)])
}

fn gone(name: &str, arn: Arn) -> String {
    format!("asks function {name}, which does not exist in {}", arn.region)
}

fn unknown(kind: &str, api: &str) -> Gap {
    Gap {
        resource: Some(api.into()),
        reason: Reason::Malformed,
        message: format!("a kind of authorizer that this version does not know: {kind:?}"),
        ..Gap::default()
    }
}

#[cfg(test)]
mod tests;
