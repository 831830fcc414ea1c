//! What holds for every path.

use super::account::*;
use crate::escalation::walk::{Group, group};
use crate::escalation::{Gain, Judgement};
use inventory::{Account, Alias, Function, Listing};
use reference::escalation::{Actions, Gives, PATHS, Path, Step, Target};
use serde_json::json;
use std::collections::BTreeSet;

fn steps(path: &Path) -> impl Iterator<Item = &Step> {
    path.steps.iter().chain(&path.roles_also)
}

/// An account in which every path finds its target: an administrator that every service and the account
/// may assume, and functions of it and of the judged role, which has these permissions.
fn rich(actions: &BTreeSet<&str>) -> Account {
    let services = PATHS.iter().flat_map(steps).filter_map(|step| match &step.target {
        Target::PassedRole(services) => Some(services),
        target => target.resource().map(|it| &it.role_trusts),
    });
    let services: BTreeSet<_> = services.flatten().collect();
    let trust = trusting(&json!({ "Service": services, "AWS": ACCOUNT }));
    let mut app = role("app", &service("lambda.amazonaws.com"), &json!([]));
    let mut boss = administrator("boss", &trust);
    app.attached.items.push(attached("app", &allow(&json!(actions), &json!("*"))));
    boss.attached.items.push(attached("boss", &json!([])));
    let alias = Alias { name: "live".into(), ..Alias::default() };
    let aliases = Listing::complete(vec![alias]);
    let theirs = Function { aliases, ..function("theirs", "boss") };
    account(vec![app, boss], vec![theirs, function("own", "app")])
}

fn judged_with(actions: &BTreeSet<&str>) -> Judgement {
    judged(&rich(actions))
}

fn actions_of(path: &Path) -> BTreeSet<&str> {
    steps(path).flat_map(|step| step.actions.list()).map(String::as_str).collect()
}

#[test]
fn every_path_works_with_its_permissions_and_with_none_of_them_missing() {
    for path in PATHS.iter() {
        let all = actions_of(path);
        let judgement = judged_with(&all);
        let found = works(&judgement, &path.id);
        let found = found.unwrap_or_else(|| panic!("{} works", path.id));
        assert!(judgement.unknown.is_empty(), "{}", path.id);
        let gain = if path.gives == Gives::Unseen { Gain::Lateral } else { Gain::Administrator };
        assert_eq!(found.gain, gain, "{}", path.id);
        let used: BTreeSet<_> = found.steps.iter().map(|step| step.action.as_str()).collect();
        assert!(used.is_subset(&all), "{}", path.id);

        for step in steps(path) {
            let needed: Vec<_> = match &step.actions {
                Actions::All(list) => list.iter().map(|action| vec![action.as_str()]).collect(),
                Actions::Any(list) => vec![list.iter().map(String::as_str).collect()],
            };
            // One permission that serves two steps is missing from both.
            for missing in needed {
                let rest = all.iter().copied().filter(|it| !missing.contains(it)).collect();
                assert!(works(&judged_with(&rest), &path.id).is_none(), "{} without {missing:?}", path.id);
            }
        }
    }
}

#[test]
fn a_variant_needs_no_less_or_something_else() {
    for path in PATHS.iter().filter(|path| path.variant_of.is_some()) {
        let of = path.variant_of.as_deref().and_then(reference::escalation::path).unwrap();
        assert_ne!(steps(path).collect::<Vec<_>>(), steps(of).collect::<Vec<_>>(), "{}", path.id);
    }
}

#[test]
fn no_permission_is_no_path() {
    let judgement = judged_with(&BTreeSet::new());
    assert_eq!(judgement, Judgement::default());
}

#[test]
fn each_kind_is_settled_within_one_group() {
    for path in PATHS.iter() {
        let mut of: Vec<(&str, Group)> = Vec::new();
        for step in steps(path) {
            if let Target::Existing(kind) | Target::New(kind) = &step.target {
                let own = group(step);
                assert!(of.iter().all(|(known, group)| known != kind || *group == own), "{}", path.id);
                of.push((kind.as_str(), own));
            }
        }
    }
}

#[test]
fn order_changes_nothing() {
    let all = PATHS.iter().flat_map(actions_of).collect();
    let account = rich(&all);
    let found = judged(&account);
    let mut turned = account.clone();
    turned.roles.items.push(administrator("second", &service("lambda.amazonaws.com")));
    let before = judged(&turned);
    turned.roles.items[1..].reverse();
    turned.regions.items[0].functions.items.reverse();
    assert_eq!(judged(&turned), before);
    assert_eq!(ids(&before), ids(&found));
}

#[test]
fn what_hides_behind_a_gap_is_unknown_and_never_less() {
    for path in PATHS.iter() {
        let account = rich(&actions_of(path));
        let mut cuts = vec![account.clone(); 5];
        cuts[0].roles.gap = Some(gap("iam:GetAccountAuthorizationDetails"));
        cuts[0].roles.items.truncate(1);
        cuts[1].regions.items[0].functions = Listing::cut(Vec::new(), gap("lambda:ListFunctions"));
        cuts[2].regions = Listing::cut(Vec::new(), gap("account:ListRegions"));
        cuts[3].roles.items[0].attached = Listing::cut(Vec::new(), gap("iam:GetAccountAuthorizationDetails"));
        cuts[4].roles.items[1].trust = inventory::Fact::Unread(gap("iam:GetRole"));
        for (index, cut) in cuts.iter().enumerate() {
            let judgement = judged(cut);
            let unknown = judgement.unknown.iter().any(|it| it.path.id == path.id);
            assert!(works(&judgement, &path.id).is_some() != unknown, "{} {index}", path.id);
        }
    }
}
