//! Listings that end early are not complete, whichever page is missing.

use crate::findings::{findings, lies};
use crate::run::{audited, gaps, names, side_by_side};
use crate::stub::{Fault, Request, Stub, World};
use crate::worlds::{ACCOUNT, empty, function, of, one_region};
use serde_json::json;
use std::collections::BTreeSet;

fn paged() -> World {
    World { page: Some(1), ..one_region() }
}

#[test]
fn pages_of_any_size_say_the_same() {
    let reports = [one_region(), paged()].map(|world| {
        let stub = Stub::of(world);
        let report = audited(&stub, ACCOUNT).report();
        let without_size: BTreeSet<_> = stub
            .requests()
            .iter()
            .filter(|it| it.token().is_some() && it.limit().is_none())
            .map(|it| it.operation.clone())
            .collect();
        assert!(without_size.is_empty(), "{without_size:?}");
        assert_eq!(report["audit"]["complete"], true);
        report
    });
    assert_eq!(findings(&reports[0]), findings(&reports[1]));
}

#[test]
fn a_listing_cut_at_its_second_page_concludes_nothing_from_absence() {
    let stub = Stub::of(paged());
    let whole = audited(&stub, ACCOUNT).report();
    let paged_calls: BTreeSet<_> = stub
        .requests()
        .into_iter()
        .filter(|it| it.token().is_some())
        .map(|it| (it.operation, it.permission))
        .collect();
    assert!(paged_calls.len() > 15, "{paged_calls:?}");
    let paged_calls: Vec<_> = paged_calls.into_iter().collect();
    side_by_side(&paged_calls, |(operation, permission)| {
        let wanted = operation.clone();
        let stub = Stub::with(paged(), move |it| {
            (it.operation == wanted && it.token().is_some()).then_some(Fault::Status(503))
        });
        let ran = audited(&stub, ACCOUNT);
        let report = ran.report();
        let needless = permission.starts_with("organizations:");
        assert_eq!(ran.code, Some(if needless { 1 } else { 3 }), "{operation}: {}", ran.stderr);
        assert_eq!(report["audit"]["complete"], needless);
        let lies = lies(&whole, &report);
        assert!(lies.is_empty(), "{operation} cut:\n{}", lies.join("\n"));
        let foreign: Vec<_> = gaps(&report).into_iter().filter(|(gap, _)| !names(gap, permission)).collect();
        assert!(foreign.is_empty() && !gaps(&report).is_empty(), "{operation} cut: {foreign:?}");
    });
}

#[test]
fn the_last_of_many_functions_matters() {
    let mut account = empty(ACCOUNT, &["eu-west-1"]);
    let region = account.regions.get_mut("eu-west-1").unwrap();
    for number in 0..60 {
        let name = format!("f{number:02}");
        let config = json!({
            "FunctionName": name, "FunctionArn": function(ACCOUNT, "eu-west-1", &name), "Version": "$LATEST",
            "Runtime": "python3.13", "Role": format!("arn:aws:iam::{ACCOUNT}:role/shared"),
        });
        region.functions.push(crate::stub::Function {
            config,
            details: json!({}),
            ..crate::stub::Function::default()
        });
    }
    let world = of(vec![account]);
    let stub = Stub::of(world.clone());
    let report = audited(&stub, ACCOUNT).report();
    assert_eq!(report["summary"]["functions"], 60);
    assert_eq!(report["audit"]["complete"], true, "{:#}", report["gaps"]);
    let lists: Vec<_> = stub.requests().into_iter().filter(|it| it.operation == "ListFunctions").collect();
    assert_eq!(lists.iter().map(Request::limit).collect::<Vec<_>>(), [Some(50), Some(50)]);
    let stub = Stub::with(world, |it| {
        (it.operation == "ListFunctions" && it.token().is_some()).then_some(Fault::Deny)
    });
    let ran = audited(&stub, ACCOUNT);
    assert_eq!(ran.code, Some(3));
    assert_eq!(ran.report()["summary"]["functions"], 50);
    assert_eq!(gaps(&ran.report()), BTreeSet::from([("lambda:ListFunctions".into(), "denied".into())]));
}
