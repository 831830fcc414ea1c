use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn steps(path: &Path) -> impl Iterator<Item = &Step> {
    path.steps.iter().chain(&path.roles_also)
}

/// What the file says, and what is left of it after reading.
fn written_and_read(text: &str) -> (Vec<Value>, Vec<Value>) {
    let file: Value = serde_json::from_str(text).unwrap();
    let read: File = serde_json::from_str(text).unwrap();
    let read = read.paths.iter().map(|path| serde_json::to_value(path).unwrap()).collect();
    (file["paths"].as_array().unwrap().clone(), read)
}

#[test]
fn the_data_parses_and_nothing_in_it_is_overlooked() {
    for text in [PATHFINDING, ADDITIONS] {
        let (written, read) = written_and_read(text);
        assert_eq!(written, read);
    }
    let kinds: BTreeMap<String, Resource> = serde_json::from_str(KINDS).unwrap();
    assert_eq!(kinds, *RESOURCES);
    let count = |text| written_and_read(text).0.len();
    assert_eq!((count(PATHFINDING), PATHS.len()), (65, count(PATHFINDING) + count(ADDITIONS)));
}

#[test]
fn ids_are_unique_and_variants_vary_what_exists() {
    let ids: BTreeSet<_> = PATHS.iter().map(|path| &path.id).collect();
    assert_eq!(ids.len(), PATHS.len());
    for path in PATHS.iter() {
        assert!(path.variant_of.iter().all(|of| *of != path.id && ids.contains(of)), "{}", path.id);
        assert!(path.reference.starts_with("https://") && !path.steps.is_empty(), "{}", path.id);
    }
}

#[test]
fn names_list_the_actions_of_the_steps() {
    let mut unnamed = Vec::new();
    for path in PATHS.iter() {
        let named: BTreeSet<_> = path.name.split(" + ").flat_map(|it| it.split(" or ")).collect();
        let listed: BTreeSet<_> =
            path.steps.iter().flat_map(|step| step.actions.list()).map(String::as_str).collect();
        assert!(named.is_subset(&listed), "{}", path.id);
        assert!(listed.iter().all(|it| it.split(':').count() == 2), "{}", path.id);
        unnamed.extend(listed.difference(&named).map(|action| (path.id.as_str(), *action)));
    }
    // pathfinding.cloud requires it and does not name it.
    assert_eq!(unnamed, [("ec2instanceconnect-003", "ec2:DescribeInstances")]);
}

#[test]
fn every_kind_is_known_and_every_known_kind_is_used() {
    let kind = |step: &Step| match &step.target {
        Target::Existing(kind) | Target::New(kind) | Target::Some(kind) => Some(kind.clone()),
        _ => None,
    };
    let used: BTreeSet<_> = PATHS.iter().flat_map(steps).filter_map(kind).collect();
    assert_eq!(used, RESOURCES.keys().cloned().collect());
    for resource in RESOURCES.values() {
        assert!(resource.arn.starts_with("arn:{partition}:"), "{}", resource.arn);
        assert!(resource.what.starts_with('a') || resource.what.starts_with("the "), "{}", resource.what);
    }
}

#[test]
fn what_a_path_gives_has_a_step_to_give_it() {
    let roles = |step: &Step| match &step.target {
        Target::AnotherRole | Target::AssumableRole | Target::PassedRole(_) | Target::Function(_) => true,
        target @ Target::Existing(_) => !target.resource().unwrap().role_trusts.is_empty(),
        _ => false,
    };
    let passes = |step: &Step| matches!(step.target, Target::PassedRole(_));
    for path in PATHS.iter() {
        match path.gives {
            Gives::Role => assert!(path.steps.iter().any(roles), "{}", path.id),
            Gives::RoleBehind => assert!(path.steps.iter().any(passes), "{}", path.id),
            Gives::Chosen | Gives::Unseen => assert!(!path.steps.iter().any(passes), "{}", path.id),
        }
    }
}

#[test]
fn whoever_passes_a_role_tells_the_service() {
    for step in PATHS.iter().flat_map(steps) {
        let passes = step.actions.list().iter().any(|action| action == "iam:PassRole");
        let Target::PassedRole(services) = &step.target else {
            assert!(!passes);
            continue;
        };
        let told: Vec<_> = step.context["iam:PassedToService"].iter().flatten().collect();
        assert!(passes && services.iter().all(|it| told.contains(&it)), "{services:?} {told:?}");
    }
}

#[test]
fn placeholders_are_those_that_are_documented() {
    let known = ["partition", "account", "stranger", "subject", "role", "function"];
    let values = PATHS.iter().flat_map(steps).flat_map(|step| step.context.values().flatten().flatten());
    for text in values.chain(RESOURCES.values().map(|it| &it.arn)) {
        for part in text.split('{').skip(1) {
            let (name, _) = part.split_once('}').unwrap();
            assert!(known.contains(&name), "{text}");
        }
    }
}

#[test]
fn the_readme_lists_every_path() {
    let readme = include_str!("../../../data/escalation/README.md");
    for path in PATHS.iter() {
        let row = format!("| {} | {} |", path.id, path.name.replace(" + ", ", "));
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn variants_have_one_family() {
    for (id, family) in [("lambda-103", "lambda-006"), ("lambda-006", "lambda-006"), ("iam-014", "iam-009")] {
        assert_eq!(path(id).unwrap().family().id, family);
    }
    assert!(PATHS.iter().all(|path| path.family().variant_of.is_none()));
}
