use crate::ALL;
use crate::examples::{method, policy, rest_api, stage, with_rest_api};
use crate::laws::{findings, outcomes};
use audit::{Confidence, Kind};
use inventory::{
    BasePathMapping, DomainName, Fact, Gap, Listing, Method, MethodAuthorization, RestApi, Stage,
};
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
fn what_only_services_or_signers_carry_lets_in_nobody_else() {
    let everyone = on("Allow", "Resource", "execute-api:/*");
    let only_if = |condition: Value| {
        let mut statement = everyone.clone();
        statement["Condition"] = condition;
        at_prod(&json!([statement]))
    };
    for condition in [
        json!({ "Bool": { "aws:PrincipalIsAWSService": "true" } }),
        json!({ "StringEquals": { "aws:PrincipalServiceName": "s3.amazonaws.com" } }),
        json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" } }),
        json!({ "StringLike": { "aws:PrincipalAccount": "*" } }),
        json!({ "StringLike": { "aws:userid": "*" } }),
    ] {
        assert_eq!(only_if(condition.clone()), Kind::Pass, "{condition}");
    }
    let mut deny = on("Deny", "Resource", "execute-api:/*");
    deny["Condition"] = json!({ "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } });
    assert_eq!(at_prod(&json!([everyone, deny])), Kind::Pass);
}

#[test]
fn an_api_that_no_name_leads_to_is_not_reached() {
    let mapped = |apis: &[&str]| {
        let mapping = |id: &&str| BasePathMapping { api: (*id).into(), ..BasePathMapping::default() };
        let mappings = Listing::complete(apis.iter().map(mapping).collect());
        DomainName { name: "shop.example".into(), mappings, ..DomainName::default() }
    };
    let unread = || DomainName { mappings: Listing::default(), ..mapped(&[]) };
    for (names, kind, confidence) in [
        (Listing::complete(Vec::new()), Kind::NotApplicable, None),
        (Listing::complete(vec![mapped(&["elsewhere"])]), Kind::NotApplicable, None),
        (Listing::complete(vec![mapped(&["elsewhere", "API"])]), Kind::Fail, Some(Confidence::High)),
        (Listing::cut(vec![mapped(&["API"])], Gap::default()), Kind::Fail, Some(Confidence::High)),
        (Listing::default(), Kind::Fail, Some(Confidence::Medium)),
        (Listing::complete(vec![unread()]), Kind::Fail, Some(Confidence::Medium)),
        (Listing::complete(vec![mapped(&[])]), Kind::Fail, Some(Confidence::Medium)),
    ] {
        for code in ["SRC-101", "SRC-102", "SRC-104", "SRC-201"] {
            let check = ALL.iter().find(|it| it.code == code).unwrap();
            let mut account = (check.bad)();
            let region = &mut account.regions.items[0];
            region.domain_names = names.clone();
            let mut id = String::new();
            for api in &mut region.rest_apis.items {
                api.default_endpoint_disabled = true;
                id.clone_from(&api.id);
            }
            for api in &mut region.apis.items {
                api.default_endpoint_disabled = true;
                id.clone_from(&api.id);
            }
            let mappings = region.domain_names.items.iter_mut().flat_map(|it| &mut it.mappings.items);
            mappings.filter(|it| it.api == "API").for_each(|it| it.api.clone_from(&id));
            let found = findings(check, account);
            assert_eq!(found[0].outcome, kind, "{code} {names:?}");
            if let Some(confidence) = confidence {
                assert_eq!(found[0].confidence, confidence, "{code} {names:?}");
            }
        }
    }
}

#[test]
fn what_is_not_known_to_limit_callers_lowers_the_confidence() {
    let mut statement = on("Allow", "Resource", "execute-api:/*");
    statement["Condition"] = json!({ "StringEquals": { "example:Unknown": "x" } });
    let check = ALL.iter().find(|it| it.code == "SRC-201").unwrap();
    let policy = policy(json!({ "Statement": [statement] }));
    let found = findings(check, with_rest_api(RestApi { policy, ..rest_api() }));
    assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::Medium));
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
