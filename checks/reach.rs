//! Who gets through the resource policy of a REST API without proving who they are.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>

use audit::{Confidence, Problem, Scope};
use inventory::{Api, Arn, EndpointType, Gap, Listing, Method, Region, RestApi};
use policy::{Audience, Document, Grant, Request, who_can};

/// How far callers come that prove nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No stage is deployed, or no name leads to the API: nobody calls anything.
    Nowhere,
    /// The resource policy stops them.
    Stopped,
    /// They come through.
    Through(Proof),
}

/// What shows that callers come through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Lines that say where and why.
    evidence: Vec<String>,
    /// Why they may not come through after all.
    doubt: Option<&'static str>,
}

/// Condition keys that no request to an API outside VPCs carries.
const NOT_IN_A_VPC: [(&str, Option<&str>); 3] =
    [("aws:SourceVpc", None), ("aws:SourceVpce", None), ("aws:VpcSourceIp", None)];

/// Condition keys that only signed requests carry.
const UNSIGNED: [(&str, Option<&str>); 7] = [
    ("aws:PrincipalAccount", None),
    ("aws:PrincipalArn", None),
    ("aws:PrincipalIsAWSService", None),
    ("aws:PrincipalOrgID", None),
    ("aws:PrincipalOrgPaths", None),
    ("aws:PrincipalServiceName", None),
    ("aws:userid", None),
];

/// How far unsigned callers of a method come that authorizes nobody itself.
///
/// # Errors
/// The gap of the policy, or of the stages where none that is known lets them through.
pub(crate) fn of_method(method: &Method, api: &RestApi, scope: &Scope) -> Result<Reach, Gap> {
    reach(&requests(method), &UNSIGNED, api, scope)
}

/// How far callers of any method come, as far as the resource policy is concerned.
///
/// # Errors
/// As for [`of_method`].
pub(crate) fn of_rest_api(api: &RestApi, scope: &Scope) -> Result<Reach, Gap> {
    reach("*", &[], api, scope)
}

/// How far callers of an HTTP or WebSocket API come, which has no resource policy.
///
/// # Errors
/// The gap of the stages, where none is known.
pub(crate) fn of_api(api: &Api, scope: &Scope) -> Result<Reach, Gap> {
    let named = Name::of(&api.arn, &api.id, api.default_endpoint_disabled, scope);
    Ok(if named == Name::None || !deployed(&api.stages)? {
        Reach::Nowhere
    } else {
        Reach::Through(Proof { evidence: Vec::new(), doubt: named.doubt() })
    })
}

impl Proof {
    /// The problem with this as evidence, and with less confidence where there is a doubt.
    pub(crate) fn of(self, mut problem: Problem) -> Problem {
        problem.evidence.extend(self.evidence);
        problem.evidence.extend(self.doubt.map(str::to_owned));
        problem.confidence = self.doubt.map(|_| Confidence::Medium);
        problem
    }
}

/// Whether some name leads to an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Some,
    Perhaps,
    None,
}

impl Name {
    fn of(arn: &str, id: &str, default_disabled: bool, scope: &Scope) -> Self {
        if !default_disabled {
            return Self::Some;
        }
        let Some(region) = region_of(arn, scope) else {
            return Self::Perhaps;
        };
        let names = &region.domain_names;
        if names.iter().flat_map(|it| &it.mappings).any(|it| it.api == id) {
            return Self::Some;
        }
        // A name without mappings may route by rules, which are not read.
        let elsewhere = |it: &inventory::DomainName| it.mappings.all().is_ok_and(|all| !all.is_empty());
        let read = names.all().is_ok_and(|all| all.iter().all(elsewhere));
        if read { Self::None } else { Self::Perhaps }
    }

    fn doubt(self) -> Option<&'static str> {
        (self == Self::Perhaps).then_some(
            "its default endpoint is switched off, and whether a custom domain name leads to it could not be read",
        )
    }
}

/// The region of an API, which may be another than that of the function that it calls.
fn region_of<'a>(arn: &str, scope: &Scope<'a>) -> Option<&'a Region> {
    let name = Arn::parse(arn)?.region;
    scope.account.regions.iter().find(|it| it.name == name)
}

/// Whether some stage is deployed.
fn deployed<T>(stages: &Listing<T>) -> Result<bool, Gap> {
    Ok(!stages.items.is_empty() || !stages.all()?.is_empty())
}

fn reach(
    requests: &str,
    context: &[(&str, Option<&str>)],
    api: &RestApi,
    scope: &Scope,
) -> Result<Reach, Gap> {
    let named = Name::of(&api.arn, &api.id, api.default_endpoint_disabled, scope);
    if named == Name::None || !deployed(&api.stages)? {
        return Ok(Reach::Nowhere);
    }
    let private = api.endpoint.read()? == Some(&EndpointType::Private);
    let Some(policy) = api.policy.read()? else {
        // A private API without a policy answers nobody.
        return Ok(if private {
            Reach::Stopped
        } else {
            let evidence = vec!["the API has no resource policy".into()];
            Reach::Through(Proof { evidence, doubt: named.doubt() })
        });
    };
    let mut context = context.to_vec();
    if !private {
        context.extend(NOT_IN_A_VPC);
    }
    let prefix = prefix(api, scope);
    let open = |stage: &str| {
        let request = Request {
            action: "execute-api:Invoke",
            resource: &format!("{prefix}/{stage}/{requests}"),
            owner: &scope.account.id,
            signed: false,
            context: &context,
        };
        open_grants(policy, &request)
    };
    let found: Vec<_> = api
        .stages
        .iter()
        .flat_map(|stage| open(&stage.name).into_iter().map(move |it| (stage, it)))
        .collect();
    if !found.is_empty() {
        let sure = found.iter().any(|(_, grant)| grant.exact);
        let line = |(stage, grant): &(&inventory::Stage, Grant)| {
            let (stage, Grant { label, reason, .. }) = (&stage.name, grant);
            format!("stage {stage}: statement {label} of the resource policy: {reason}")
        };
        let mut evidence: Vec<_> = found.iter().map(line).collect();
        evidence.sort();
        let guessed = (!sure).then_some("what one of its conditions or principals means is not certain");
        return Ok(Reach::Through(Proof { evidence, doubt: named.doubt().or(guessed) }));
    }
    // Stages that did not arrive may be open, unless the policy stops everybody at any stage.
    if !open("{").is_empty() {
        api.stages.all()?;
    }
    Ok(Reach::Stopped)
}

/// The grants that let in everyone, or any AWS principal, from anywhere.
fn open_grants(policy: &Document, request: &Request) -> Vec<Grant> {
    let mut grants = who_can(policy, request);
    grants.retain(|grant| grant.audience >= Audience::AnyAwsPrincipal && !grant.limited);
    grants
}

/// The ARN that requests to the API begin with.
fn prefix(api: &RestApi, scope: &Scope) -> String {
    let (partition, account) = (scope.account.partition, &scope.account.id);
    let region = Arn::parse(&api.arn).map_or(scope.region.name.as_str(), |arn| arn.region);
    format!("arn:{partition}:execute-api:{region}:{account}:{}", api.id)
}

/// The requests to a method: `GET/orders/{`, where `{` is any text without a slash and `*` any text.
fn requests(method: &Method) -> String {
    let verb = if method.verb == "ANY" { "{" } else { &method.verb };
    let segments = method.path.split('/').map(|segment| match segment {
        greedy if greedy.ends_with("+}") => "*",
        parameter if parameter.starts_with('{') => "{",
        fixed => fixed,
    });
    let segments: Vec<_> = segments.collect();
    format!("{verb}{}", segments.join("/"))
}

#[cfg(test)]
mod tests;
