//! Whatever fails costs its own facts, and the gap says how.

use crate::findings::{findings, lies};
use crate::run::{Ran, audit, audited, gaps, side_by_side};
use crate::stub::{Fault, Request, Stub, World};
use crate::worlds::{ACCOUNT, one_region};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Few attempts, so that waiting between them takes no time.
const QUICK: &str = "[collect]\nattempts = 3\n";

/// One listing of each service and protocol, and what to grant for it.
const LISTINGS: [(&str, &str); 6] = [
    ("ListEventSourceMappings", "lambda:ListEventSourceMappings"),
    ("GetUsagePlans", "apigateway:GET /usageplans"),
    ("GetApis", "apigateway:GET /apis"),
    ("ListApis", "appsync:ListApis"),
    ("ListWebACLs", "wafv2:ListWebACLs"),
    ("GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails"),
];

fn is_listed(request: &Request) -> bool {
    LISTINGS.iter().any(|(operation, _)| *operation == request.operation)
}

fn quick(stub: &Stub) -> Ran {
    audit(stub, ACCOUNT).config(QUICK).run()
}

fn whole() -> Value {
    audited(&Stub::of(one_region()), ACCOUNT).report()
}

/// Sees that the run is incomplete for those reasons alone, and that nothing is claimed in their place.
fn costs(ran: &Ran, whole: &Value, expected: &BTreeSet<(String, String)>, what: &str) {
    let report = ran.report();
    assert_eq!(ran.code, Some(3), "{what}: {}", ran.stderr);
    assert_eq!(&gaps(&report), expected, "{what}");
    let lies = lies(whole, &report);
    assert!(lies.is_empty(), "{what}:\n{}", lies.join("\n"));
}

#[test]
fn throttles_are_waited_out_and_counted() {
    let attempts: Mutex<BTreeMap<String, u32>> = Mutex::default();
    let stub = Stub::with(one_region(), move |it| {
        let mut attempts = attempts.lock().unwrap();
        let attempt = attempts.entry(it.operation.clone()).or_default();
        *attempt += 1;
        (is_listed(it) && *attempt <= 2).then_some(Fault::Throttle)
    });
    let ran = quick(&stub);
    let report = ran.report();
    assert_eq!(report["audit"]["complete"], true, "{:#}", report["gaps"]);
    assert_eq!(findings(&report), findings(&whole()));
    for (operation, _) in LISTINGS {
        let calls = report["calls"].as_array().unwrap().iter().filter(|it| it["operation"] == operation);
        let (mut count, mut throttled, mut failed) = (0, 0, 0);
        for call in calls {
            let number = |name: &str| call[name].as_u64().unwrap();
            (count, throttled, failed) =
                (count + number("count"), throttled + number("throttled"), failed + number("failed"));
        }
        let asked = stub.requests().iter().filter(|it| it.operation == operation).count();
        assert_eq!((count, throttled, failed), (asked as u64, 2, 0), "{operation}");
    }
}

#[test]
fn every_service_says_in_its_own_way_what_is_wrong() {
    let whole = whole();
    let cases = [
        (Fault::Throttle, "throttled"),
        (Fault::Deny, "denied"),
        (Fault::Hang, "timeout"),
        (Fault::Garbage, "malformed"),
        (Fault::HalfBody, "malformed"),
        (Fault::Hangup, "unavailable"),
        (Fault::Status(500), "unavailable"),
        (Fault::Status(503), "unavailable"),
        (Fault::Html404, "unavailable"),
    ];
    side_by_side(&cases, |(fault, reason)| {
        let fault = *fault;
        let stub = Stub::with(one_region(), move |it| is_listed(it).then_some(fault));
        let ran =
            audit(&stub, ACCOUNT).config("[collect]\nattempts = 3\nattempt_timeout_seconds = 1\n").run();
        let expected = LISTINGS.map(|(_, permission)| (permission.to_owned(), (*reason).to_owned()));
        costs(&ran, &whole, &expected.into(), &format!("{fault:?}"));
    });
}

#[test]
fn a_page_token_that_comes_twice_ends_the_listing() {
    let stub = Stub::with(one_region(), |it| is_listed(it).then_some(Fault::LoopToken));
    let ran = quick(&stub);
    let expected = LISTINGS.map(|(_, permission)| (permission.to_owned(), "malformed".to_owned()));
    costs(&ran, &whole(), &expected.into(), "loop");
}

#[test]
fn a_page_that_says_not_found_is_no_answer_about_one_object() {
    let stub = Stub::with(one_region(), |it| (it.operation == "GetPolicy").then_some(Fault::Html404));
    let ran = quick(&stub);
    let expected = BTreeSet::from([("lambda:GetPolicy".to_owned(), "unavailable".to_owned())]);
    costs(&ran, &whole(), &expected, "GetPolicy");
}

/// Whether IAM lists AWS's own policies that are nothing but boundaries, nobody says.
#[test]
fn a_boundary_that_is_not_in_the_answer_is_told_and_is_no_failure() {
    let mut world = one_region();
    let unlisted = json!("arn:aws:iam::aws:policy/PowerUserAccess");
    world.accounts[0].roles[0]["PermissionsBoundary"]["PermissionsBoundaryArn"] = unlisted.clone();
    let ran = quick(&Stub::of(world));
    let report = ran.report();
    assert_eq!((ran.code, &report["audit"]["complete"]), (Some(1), &json!(true)), "{}", ran.stderr);
    let gap = &report["gaps"][0];
    assert_eq!((&gap["resource"], &gap["only_restricts"]), (&unlisted, &json!(true)), "{gap}");
}

/// Changes one value of the world.
type Edit = fn(&mut crate::stub::Region);

#[test]
fn a_word_that_nobody_knows_costs_its_own_fact_alone() {
    let whole = whole();
    let edits: [(&str, &str, Edit); 7] = [
        ("URL auth", "lambda:ListFunctionUrlConfigs", |it| {
            it.functions[0].urls[0]["AuthType"] = "MAGIC".into();
        }),
        ("signing", "lambda:ListCodeSigningConfigs", |it| {
            it.signing[0].config["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"] = "Shrug".into();
        }),
        ("method", "apigateway:GET /restapis/rest1/resources", |it| {
            it.rest_apis[0].resources[1]["resourceMethods"]["GET"]["authorizationType"] = "NEW".into();
        }),
        ("route", "apigateway:GET /apis/http1/routes", |it| {
            it.apis[0].routes[0]["authorizationType"] = "NEW".into();
        }),
        ("GraphQL", "appsync:ListGraphqlApis", |it| it.graphql[1].api["authenticationType"] = "NEW".into()),
        ("events", "appsync:ListApis", |it| {
            it.events[1].api["eventConfig"]["authProviders"][0]["authType"] = "NEW".into();
        }),
        ("no event configuration", "appsync:ListApis", |it| it.events[1].api["eventConfig"] = Value::Null),
    ];
    side_by_side(&edits, |(what, permission, edit)| {
        let mut world: World = one_region();
        edit(world.accounts[0].regions.get_mut("eu-west-1").unwrap());
        let stub = Stub::of(world);
        let ran = quick(&stub);
        let expected = BTreeSet::from([((*permission).to_owned(), "malformed".to_owned())]);
        costs(&ran, &whole, &expected, what);
    });
}

#[test]
fn a_policy_that_is_none_costs_its_own_fact_alone() {
    let mut world = one_region();
    let region = world.accounts[0].regions.get_mut("eu-west-1").unwrap();
    region.functions[0].policies.insert(String::new(), "{\"Statement\": [".into());
    region.rest_apis[0].api["policy"] = json!("nonsense");
    // One that a role names, and that IAM's answer lacks.
    world.accounts[0].policies.pop();
    let stub = Stub::of(world);
    let ran = quick(&stub);
    let expected = ["lambda:GetPolicy", "apigateway:GET /restapis", "iam:GetAccountAuthorizationDetails"];
    let expected = expected.map(|it| (it.to_owned(), "malformed".to_owned()));
    costs(&ran, &whole(), &expected.into(), "policies");
}
