//! Who gets through the resource policy of a REST API without proving who they are.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>

use audit::Scope;
use inventory::{EndpointType, Gap, Listing, Method, RestApi};
use policy::{Audience, Document, Effect, Grant, Request, Resources, who_can};

/// How far callers come that prove nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No stage is deployed: nobody calls anything.
    Undeployed,
    /// The resource policy stops them.
    Stopped,
    /// They come through; the lines of evidence say where and why.
    Through(Vec<String>),
}

/// Condition keys that no request to an API outside VPCs carries.
const NOT_IN_A_VPC: [(&str, Option<&str>); 3] =
    [("aws:SourceVpc", None), ("aws:SourceVpce", None), ("aws:VpcSourceIp", None)];

/// Condition keys that only signed requests carry.
const UNSIGNED: [(&str, Option<&str>); 3] =
    [("aws:PrincipalArn", None), ("aws:PrincipalOrgID", None), ("aws:PrincipalOrgPaths", None)];

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
pub(crate) fn of_api(api: &RestApi, scope: &Scope) -> Result<Reach, Gap> {
    reach("*", &[], api, scope)
}

/// Whether some stage is deployed.
///
/// # Errors
/// The listing's gap, where no stage is known.
pub(crate) fn deployed<T>(stages: &Listing<T>) -> Result<bool, Gap> {
    Ok(!stages.items.is_empty() || !stages.all()?.is_empty())
}

fn reach(
    requests: &str,
    context: &[(&str, Option<&str>)],
    api: &RestApi,
    scope: &Scope,
) -> Result<Reach, Gap> {
    if !deployed(&api.stages)? {
        return Ok(Reach::Undeployed);
    }
    let private = api.endpoint.read()? == Some(&EndpointType::Private);
    let Some(policy) = api.policy.read()? else {
        // A private API without a policy answers nobody.
        return Ok(if private {
            Reach::Stopped
        } else {
            Reach::Through(vec!["the API has no resource policy".into()])
        });
    };
    let mut context = context.to_vec();
    if !private {
        context.extend(NOT_IN_A_VPC);
    }
    let prefix = prefix(api, scope);
    let open = |stage: &str| {
        let target = format!("{stage}/{requests}");
        let policy = aimed(policy, &prefix, &target);
        let request = Request {
            action: "execute-api:Invoke",
            resource: &format!("{prefix}/{}", target.replace('{', "*")),
            owner: &scope.account.id,
            signed: false,
            context: &context,
        };
        open_grants(&policy, &request)
    };
    let mut evidence: Vec<String> = Vec::new();
    for stage in &api.stages {
        evidence.extend(open(&stage.name).iter().map(|grant| {
            format!(
                "stage {}: statement {} of the resource policy: {}",
                stage.name, grant.label, grant.reason
            )
        }));
    }
    evidence.sort();
    if !evidence.is_empty() {
        return Ok(Reach::Through(evidence));
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
    grants.retain(|grant| {
        let limited = grant.restrictions.iter().any(|it| it.effective);
        grant.audience >= Audience::AnyAccountThroughAService && !limited
    });
    grants
}

/// The ARN that requests to the API begin with.
fn prefix(api: &RestApi, scope: &Scope) -> String {
    let (partition, region) = (scope.account.partition, &scope.region.name);
    let account = &scope.account.id;
    format!("arn:{partition}:execute-api:{region}:{account}:{}", api.id)
}

/// The policy with the resources of an Allow as they concern one target.
///
/// One on `…:API_ID/` is taken for one on the whole API: AWS's page on the authorization flow writes
/// it so. One that matches the target only if a path parameter held a slash is dropped.
fn aimed(policy: &Document, prefix: &str, target: &str) -> Document {
    let mut policy = policy.clone();
    for statement in policy.statements.iter_mut().filter(|it| it.effect == Effect::Allow) {
        if let Some(Resources::Only(patterns)) = &mut statement.resources {
            let bare = patterns.iter_mut().filter(|it| it.trim_end_matches('/') == prefix);
            bare.for_each(|it| *it = format!("{prefix}/*"));
            patterns.retain(|it| {
                let within = || it.strip_prefix(prefix)?.strip_prefix('/');
                let path = it.strip_prefix("execute-api:/").or_else(within);
                path.is_none_or(|path| path.contains("${") || overlap(path, target))
            });
        }
    }
    policy
}

/// Whether a pattern matches some request to the target, whose `{` is any text without a slash.
fn overlap(pattern: &str, target: &str) -> bool {
    let target: Vec<char> = target.chars().collect();
    // For each beginning of the target: whether it agrees with what was read of the pattern.
    let mut row = vec![true];
    for their in &target {
        row.push(row.last() == Some(&true) && matches!(their, '*' | '{'));
    }
    for own in pattern.chars() {
        let mut left = own == '*' && row.first() == Some(&true);
        let mut next = vec![left];
        for (their, both) in target.iter().zip(row.windows(2)) {
            let (diagonal, above) = (both.first() == Some(&true), both.last() == Some(&true));
            left = match (own, their) {
                ('/', '{') => left,
                ('*', _) | (_, '*' | '{') => above || left,
                _ => diagonal && (own == '?' || own == *their),
            };
            next.push(left);
        }
        row = next;
    }
    row.last() == Some(&true)
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
mod tests {
    use crate::ALL;
    use crate::examples::{method, policy, rest_api, stage, with_rest_api};
    use crate::laws::outcomes;
    use audit::Kind;
    use inventory::{Fact, Gap, Listing, Method, MethodAuthorization, RestApi, Stage};
    use serde_json::{Value, json};

    /// What SRC-101 says of an unsigned `GET /orders/{id}` under a policy with those statements.
    fn judged(stages: Listing<Stage>, statements: &Value) -> Kind {
        let method = Method {
            path: "/orders/{id}".into(),
            verb: "GET".into(),
            authorization: Fact::Known(MethodAuthorization::None),
            ..method()
        };
        let account = with_rest_api(RestApi {
            policy: policy(json!({ "Version": "2012-10-17", "Statement": statements })),
            methods: Listing::complete(vec![method]),
            stages,
            ..rest_api()
        });
        let check = ALL.iter().find(|it| it.code == "SRC-101").unwrap();
        outcomes(check, account)[0]
    }

    fn at_prod(statements: &Value) -> Kind {
        judged(Listing::complete(vec![stage()]), statements)
    }

    fn on(effect: &str, element: &str, resource: &str) -> Value {
        json!({
            "Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", element: resource,
        })
    }

    const API: &str = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5";

    #[test]
    fn an_allow_counts_where_it_concerns_some_request_to_a_deployed_stage() {
        for (resource, kind) in [
            ("*", Kind::Fail),
            ("execute-api:/*", Kind::Fail),
            ("execute-api:/prod/GET/orders/*", Kind::Fail),
            ("execute-api:/*/*/orders/7", Kind::Fail),
            (&format!("{API}/*/GET/*"), Kind::Fail),
            (&format!("{API}/"), Kind::Fail),
            (API, Kind::Fail),
            ("arn:aws:execute-api:*:*:a1b2c3d4e5/prod/*", Kind::Fail),
            ("execute-api:/test/*", Kind::Pass),
            ("execute-api:/prod/POST/*", Kind::Pass),
            ("execute-api:/prod/GET/users/*", Kind::Pass),
            ("execute-api:/*/POST/*", Kind::Pass),
            ("execute-api:/prod/GET/orders/*/items", Kind::Pass),
            ("arn:aws:execute-api:eu-west-1:111122223333:z9/*", Kind::Pass),
        ] {
            assert_eq!(at_prod(&on("Allow", "Resource", resource)), kind, "{resource}");
        }
    }

    #[test]
    fn a_deny_counts_only_where_it_concerns_every_request() {
        let allow = on("Allow", "Resource", "execute-api:/*");
        for (element, resource, kind) in [
            ("Resource", "execute-api:/*", Kind::Pass),
            ("Resource", "execute-api:/prod/GET/orders/*", Kind::Pass),
            ("Resource", "execute-api:/prod/GET/orders/7", Kind::Fail),
            ("Resource", "execute-api:/test/*", Kind::Fail),
            ("Resource", API, Kind::Fail),
            ("NotResource", "execute-api:/test/*", Kind::Pass),
            ("NotResource", "execute-api:/prod/GET/orders/7", Kind::Fail),
        ] {
            let statements = json!([allow, on("Deny", element, resource)]);
            assert_eq!(at_prod(&statements), kind, "{element} {resource}");
        }
    }

    #[test]
    fn conditions_count_if_callers_cannot_fulfil_them_at_will() {
        let only_if = |condition: Value| {
            let mut statement = on("Allow", "Resource", "execute-api:/*");
            statement["Condition"] = condition;
            at_prod(&json!([statement]))
        };
        for (condition, kind) in [
            (json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), Kind::Pass),
            (json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), Kind::Fail),
            (json!({ "StringEquals": { "aws:Referer": "shop.example" } }), Kind::Fail),
            (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }), Kind::Pass),
            // A public API never sees a VPC endpoint: nobody fulfils the first, all the second.
            (json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } }), Kind::Pass),
            (json!({ "StringEqualsIfExists": { "aws:SourceVpce": "vpce-1" } }), Kind::Fail),
        ] {
            assert_eq!(only_if(condition.clone()), kind, "{condition}");
        }
    }

    #[test]
    fn a_deny_of_all_other_networks_stops_callers() {
        let mut deny = on("Deny", "Resource", "execute-api:/*");
        deny["Condition"] = json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
        let allow = on("Allow", "Resource", "execute-api:/*");
        assert_eq!(at_prod(&json!([allow, deny])), Kind::Pass);
    }

    #[test]
    fn stages_that_did_not_arrive_may_be_open() {
        let cut = || Listing::cut(vec![stage()], Gap::default());
        for (resource, kind) in [
            ("execute-api:/test/*", Kind::Unknown),
            ("execute-api:/prod/*", Kind::Fail),
            ("execute-api:/*/POST/*", Kind::Pass),
        ] {
            let statements = json!([on("Allow", "Resource", resource)]);
            assert_eq!(judged(cut(), &statements), kind, "{resource}");
        }
    }
}
