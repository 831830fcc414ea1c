//! The ARNs under which API Gateway calls functions, and whether anything can call under one:
//! `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/VERB/PATH`, `…:API/STAGE/ROUTE_KEY` for `$default`
//! and WebSocket routes, `…:API/authorizers/ID` for authorizers.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions>

use audit::{Scope, exposure};
use inventory::{Api, Arn, Gap, Listing, Protocol, Region, RestApi};
use policy::meets;

/// What keeps everything from calling under an ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// What does not exist, for people: `REST API shop has no stage test`.
    pub(crate) what: String,
    /// Whether a stage may still serve an older deployment that has it.
    pub(crate) perhaps_deployed: bool,
}

/// The source as an ARN of API Gateway in the account itself, if it is one. Variables of policies are
/// not followed.
pub(crate) fn own<'a>(source: &'a str, scope: &Scope) -> Option<Arn<'a>> {
    let own = |arn: &Arn| {
        arn.service == "execute-api"
            && arn.account == scope.account.id
            && meets(arn.partition, scope.account.partition.name())
    };
    Arn::parse(source).filter(own).filter(|_| !source.contains("${"))
}

/// What such an ARN, or a pattern of them, names without its being there; nothing if something is.
///
/// # Errors
/// The gap of a listing that may hold it.
pub(crate) fn missing(source: Arn, scope: &Scope) -> Result<Option<Missing>, Gap> {
    let regions = &scope.account.regions;
    let meant: Vec<_> = regions.iter().filter(|it| meets(source.region, &it.name)).collect();
    let named = meant.iter().copied().flat_map(callers).filter(|it| it.is_named_by(source.resource));
    let named: Vec<_> = named.collect();
    if named.iter().any(|it| it.calls_under(source.resource)) {
        return Ok(None);
    }
    if meant.is_empty() || wild(source.region) {
        regions.all()?;
    }
    // No two APIs of a region share an id.
    if named.is_empty() || wild(id(source.resource)) {
        for region in meant {
            region.rest_apis.all()?;
            region.apis.all()?;
        }
    }
    named.iter().try_for_each(|it| it.listed(source.resource))?;
    Ok(Some(match named.as_slice() {
        [] => absent(format!("no API {} exists in {}", id(source.resource), source.region)),
        [one] => one.lacks(source.resource),
        several => absent(format!("none of the {} APIs that it matches has such a part", several.len())),
    }))
}

fn absent(what: String) -> Missing {
    Missing { what, perhaps_deployed: false }
}

fn wild(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// The API that a source's resource begins with.
fn id(resource: &str) -> &str {
    resource.split('/').next().unwrap_or_default()
}

/// An API, as far as it calls functions.
struct Caller<'a> {
    id: &'a str,
    label: String,
    stages: Vec<&'a str>,
    /// What follows the stage: `GET/orders/{`, `$connect`.
    routes: Vec<String>,
    authorizers: Vec<&'a str>,
    /// What keeps the stages and routes from being all there.
    unlisted: Option<&'a Gap>,
    unlisted_authorizers: Option<&'a Gap>,
}

/// The stage that the console's and the API's test invocations of a REST method come from.
const TEST_STAGE: &str = "test-invoke-stage";

fn callers(region: &Region) -> impl Iterator<Item = Caller<'_>> {
    region.rest_apis.iter().map(rest_api).chain(region.apis.iter().map(api))
}

fn rest_api(api: &RestApi) -> Caller<'_> {
    Caller {
        id: &api.id,
        label: format!("REST API {}", api.name),
        stages: api.stages.iter().map(|it| it.name.as_str()).chain([TEST_STAGE]).collect(),
        routes: api.methods.iter().map(|it| exposure::requests(&it.verb, &it.path)).collect(),
        authorizers: api.authorizers.iter().map(|it| it.id.as_str()).collect(),
        unlisted: first_gap(&api.stages, &api.methods),
        unlisted_authorizers: api.authorizers.gap.as_ref(),
    }
}

fn api(api: &Api) -> Caller<'_> {
    let route = |key: &str| match key.split_once(' ') {
        Some((verb, path)) => exposure::requests(verb, path),
        None => key.to_owned(),
    };
    let kind = match api.protocol.known() {
        Some(Protocol::Http) => "HTTP API",
        Some(Protocol::WebSocket) => "WebSocket API",
        None => "API",
    };
    Caller {
        id: &api.id,
        label: format!("{kind} {}", api.name),
        stages: api.stages.iter().map(|it| it.name.as_str()).collect(),
        routes: api.routes.iter().map(|it| route(&it.key)).collect(),
        authorizers: api.authorizers.iter().map(|it| it.id.as_str()).collect(),
        unlisted: first_gap(&api.stages, &api.routes),
        unlisted_authorizers: api.authorizers.gap.as_ref(),
    }
}

fn first_gap<'a, A, B>(one: &'a Listing<A>, other: &'a Listing<B>) -> Option<&'a Gap> {
    one.gap.as_ref().or(other.gap.as_ref())
}

impl Caller<'_> {
    fn is_named_by(&self, resource: &str) -> bool {
        meets(id(resource), self.id) || meets(resource, &format!("{}/*", self.id))
    }

    fn calls_under(&self, resource: &str) -> bool {
        let meets = |rest: &str| meets(resource, &format!("{}/{rest}", self.id));
        self.authorizers.iter().any(|it| meets(&format!("authorizers/{it}")))
            || self.stages.iter().any(|stage| {
                meets(&format!("{stage}/*"))
                    && self.routes.iter().any(|route| meets(&format!("{stage}/{route}")))
            })
    }

    /// Whether everything is listed that could call under the resource.
    fn listed(&self, resource: &str) -> Result<(), Gap> {
        let asks = meets(resource, &format!("{}/authorizers/*", self.id));
        let gap = self.unlisted.or(self.unlisted_authorizers.filter(|_| asks));
        gap.map_or(Ok(()), |gap| Err(gap.clone()))
    }

    /// The part of the API that the resource names in vain.
    fn lacks(&self, resource: &str) -> Missing {
        let rest = resource.split_once('/').map_or("", |(_, rest)| rest);
        let (stage, route) = rest.split_once('/').unwrap_or((rest, rest));
        let deployed = self.stages.iter().any(|it| meets(resource, &format!("{}/{it}/*", self.id)));
        if stage == "authorizers" {
            absent(format!("{} has no authorizer {route}", self.label))
        } else if deployed {
            let what = format!("{} has no method or route {route}", self.label);
            Missing { what, perhaps_deployed: true }
        } else {
            absent(format!("{} has no stage {stage}", self.label))
        }
    }
}
