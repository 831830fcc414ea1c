//! HTTP and WebSocket APIs. They have no resource policy: the route's authorizer alone decides.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html>
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html>

use super::place::{Front, Way};
use super::{Callers, Exposure, Place, Proof};
use inventory::{Account, Api, Gap, Protocol, Route, RouteAuthorization};
use policy::Audience;

/// Who can call a route; of a WebSocket API, who can connect, for that is when callers are authorized.
///
/// # Errors
/// The gap of a fact without which nobody can tell.
pub fn of_route(route: &Route, api: &Api, account: &Account) -> Result<Exposure, Gap> {
    let Some(Way { doubt }) = front(api).leads_in(&api.stages, account)? else {
        return Ok(Exposure::nowhere());
    };
    let (proof, why) = asked(route, api)?;
    let audience = if proof == Proof::Signature { Audience::OwnAccount } else { Audience::Anonymous };
    let callers = Callers {
        audience,
        limited: false,
        opens: api.stages.iter().map(|it| it.name.clone()).collect(),
        restrictions: Vec::new(),
        evidence: vec![why],
        exact: true,
        proof,
    };
    Ok(Exposure { place: Place::Internet, callers: vec![callers], doubt, gap: None })
}

/// Where the requests of an HTTP or WebSocket API come from.
///
/// # Errors
/// The gap of the stages, where none is known.
pub fn place_of_api(api: &Api, account: &Account) -> Result<Place, Gap> {
    let leads = front(api).leads_in(&api.stages, account)?;
    Ok(leads.map_or(Place::Nowhere, |_| Place::Internet))
}

fn front(api: &Api) -> Front<'_> {
    Front { arn: &api.arn, id: &api.id, default_disabled: api.default_endpoint_disabled }
}

/// What callers of a route must show; of a WebSocket API, to connect.
///
/// # Errors
/// The gap of a fact without which nobody can tell.
pub fn proof_of_route(route: &Route, api: &Api) -> Result<Proof, Gap> {
    asked(route, api).map(|(proof, _)| proof)
}

/// What callers must show, and what tells so.
fn asked(route: &Route, api: &Api) -> Result<(Proof, String), Gap> {
    let websocket = api.protocol.read()? == Some(&Protocol::WebSocket);
    let asking = match api.routes.iter().find(|it| it.key == "$connect") {
        _ if !websocket => Some(route),
        Some(connect) => Some(connect),
        None => api.routes.all().map(|_| None)?,
    };
    let Some(route) = asking else {
        return Ok((Proof::Nothing, "no route handles $connect, so everyone connects".into()));
    };
    let (proof, word) = match route.authorization.read()? {
        Some(RouteAuthorization::AwsIam) => (Proof::Signature, "AWS_IAM"),
        Some(RouteAuthorization::Custom) => (Proof::Authorizer, "CUSTOM"),
        Some(RouteAuthorization::Jwt) => (Proof::Token(issuer(route, api)), "JWT"),
        Some(RouteAuthorization::None) | None if websocket && route.api_key_required => {
            (Proof::ApiKey, "NONE, an API key is required")
        }
        Some(RouteAuthorization::None) | None => (Proof::Nothing, "NONE"),
    };
    Ok((proof, format!("authorization type is {word}")))
}

fn issuer(route: &Route, api: &Api) -> String {
    let named = api.authorizers.iter().find(|it| route.authorizer.as_ref() == Some(&it.id));
    named.and_then(|it| it.issuer.clone()).unwrap_or_else(|| "the authorizer's issuer".into())
}
