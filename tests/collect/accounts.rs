//! Several accounts, roles, and credentials that do not do.

use crate::run::{Ran, lambastion};
use crate::stub::{Assumable, Fault, Stub, World};
use crate::worlds::{ACCOUNT, OTHER, account, empty};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const THIRD: &str = "777788889999";

fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/audit")
}

/// Two rich accounts that can be assumed into with an external id of their own.
fn world() -> World {
    let rich = |id| account(id, &["eu-west-1"], &|_| "hush".into());
    let assumable = |id: &str| Assumable {
        arn: role(id),
        external_id: Some(format!("external-{id}")),
        account: id.into(),
    };
    World {
        accounts: vec![empty(ACCOUNT, &["eu-west-1"]), rich(OTHER), rich(THIRD)],
        assumable: vec![assumable(OTHER), assumable(THIRD)],
        ..World::default()
    }
}

fn config(external_ids: [&str; 2]) -> String {
    let entry = |(id, external_id): (&str, &str)| {
        format!("[[account]]\nid = \"{id}\"\nrole_arn = \"{}\"\nexternal_id = \"{external_id}\"\n", role(id))
    };
    [OTHER, THIRD].into_iter().zip(external_ids).map(entry).collect()
}

fn run(stub: &Stub, config: &str) -> Ran {
    lambastion(&stub.url(), ACCOUNT)
        .args(["audit", "--strict", "--include-passed", "--format", "json"])
        .config(config)
        .run()
}

fn accounts_of(findings: &Value, outcome: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let chosen = findings.as_array().unwrap().iter().filter(|it| outcome(it["outcome"].as_str().unwrap()));
    chosen.map(|it| it["resource"]["account"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_account_of_the_configuration_is_in_one_report() {
    let (other, third) = (format!("external-{OTHER}"), format!("external-{THIRD}"));
    let stub = Stub::of(world());
    let ran = run(&stub, &config([&other, &third]));
    let report = ran.report();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(report["audit"]["accounts"], json!([OTHER, THIRD]));
    assert_eq!(report["audit"]["complete"], true, "{:#}", report["gaps"]);
    let both = BTreeSet::from([OTHER.to_owned(), THIRD.to_owned()]);
    assert_eq!(accounts_of(&report["findings"], |it| it == "fail"), both);
    let sent: BTreeSet<_> = stub
        .requests()
        .into_iter()
        .filter(|it| it.operation == "AssumeRole")
        .map(|it| (it.query["RoleArn"].clone(), it.query["ExternalId"].clone()))
        .collect();
    assert_eq!(sent, BTreeSet::from([(role(OTHER), other), (role(THIRD), third)]));
    // Nothing but the roles is asked for with our own credentials.
    let ours: BTreeSet<_> =
        stub.requests().into_iter().filter(|it| it.account == ACCOUNT).map(|it| it.operation).collect();
    assert_eq!(ours, BTreeSet::from(["AssumeRole".into()]));
    let counted: BTreeSet<_> =
        report["calls"].as_array().unwrap().iter().map(|it| it["account"].as_str().unwrap()).collect();
    assert!(counted.contains(OTHER) && counted.contains(THIRD) && !counted.contains(""), "{counted:?}");
}

#[test]
fn an_account_that_lets_nobody_in_is_a_gap_beside_the_others() {
    let stub = Stub::of(world());
    let ran = run(&stub, &config([&format!("external-{OTHER}"), "wrong-one"]));
    let report = ran.report();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(report["audit"]["accounts"], json!([OTHER, THIRD]));
    let gaps = report["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty());
    for gap in gaps {
        assert_eq!(
            (&gap["action"], &gap["account"], &gap["reason"]),
            (&"sts:AssumeRole".into(), &THIRD.into(), &"denied".into()),
            "{gap:#}"
        );
    }
    assert_eq!(accounts_of(&report["findings"], |it| it != "unknown"), BTreeSet::from([OTHER.into()]));
    assert!(!ran.stdout.contains("wrong-one") && !ran.stderr.contains("wrong-one"));
}

#[test]
fn credentials_of_another_account_are_not_used() {
    let mut world = world();
    world.assumable[0].account = THIRD.into();
    let stub = Stub::of(world);
    let ran = run(&stub, &config([&format!("external-{OTHER}"), &format!("external-{THIRD}")]));
    ends_with_one_line(&ran);
    assert!(ran.stderr.contains(OTHER) && ran.stderr.contains(THIRD), "{}", ran.stderr);
    let asked: BTreeSet<_> = stub.requests().into_iter().map(|it| it.service).collect();
    assert_eq!(asked, BTreeSet::from(["sts".into()]));
}

#[test]
fn nobody_in_particular_is_told_so_in_one_line() {
    let expired = Stub::with(world(), |it| (it.service == "sts").then_some(Fault::Expired));
    let ran = lambastion(&expired.url(), ACCOUNT).args(["audit"]).run();
    ends_with_one_line(&ran);
    assert!(ran.stderr.contains("expired"), "{}", ran.stderr);
    let stub = Stub::of(world());
    let ran = lambastion(&stub.url(), "000000000000").args(["audit"]).run();
    ends_with_one_line(&ran);
    assert!(ran.stderr.contains("invalid"), "{}", ran.stderr);
    let stub = Stub::of(world());
    let ran = lambastion(&stub.url(), ACCOUNT)
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .args(["audit"])
        .run();
    ends_with_one_line(&ran);
    assert!(stub.requests().is_empty());
}

/// It also names a role of another account, which needs a region to be assumed in.
#[test]
fn a_named_profile_beats_credentials_in_the_environment() {
    let stub = Stub::of(world());
    let profiles = format!(
        "[profile base]\naws_access_key_id = AKIA{THIRD}\naws_secret_access_key = secret\n\
         [profile audit]\nsource_profile = base\nrole_arn = {}\nexternal_id = external-{OTHER}\n",
        role(OTHER)
    );
    let audit = |profile| {
        let run = lambastion(&stub.url(), ACCOUNT).profiles(&profiles);
        run.args(["audit", "--format", "json", "--check", "SRC-106", "--profile", profile]).run()
    };
    for (profile, account) in [("base", THIRD), ("audit", OTHER)] {
        let ran = audit(profile);
        assert_eq!(ran.report()["audit"]["accounts"], json!([account]), "{profile}: {}", ran.stderr);
    }
    let ran = audit("nobody");
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains("profile `nobody`"), "{}", ran.stderr);
}

#[test]
fn an_endpoint_where_nobody_answers_is_told_in_one_line() {
    // Reserved, and nobody listens there.
    let ran = lambastion("http://127.0.0.1:1", ACCOUNT).args(["audit"]).run();
    ends_with_one_line(&ran);
}

fn ends_with_one_line(ran: &Ran) {
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    let errors = ran.stderr.lines().filter(|it| {
        ["no usable", "the credentials", "AWS does not answer"]
            .iter()
            .any(|why| it.starts_with(&format!("error: {why}")))
    });
    assert_eq!((errors.count(), ran.stderr.lines().count()), (1, 1), "{}", ran.stderr);
}
