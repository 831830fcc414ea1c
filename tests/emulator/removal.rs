//! Audits by users who may do what `lambastion permissions` prints, and a little less.

use crate::compare::{findings, lies, needs};
use crate::emulator::{Emulator, Variables};
use crate::permission::{Permission, Policy, granted};
use crate::run::{audited, said};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

/// What ministack cannot show the lack of; `tests/collect` takes these away from the stub.
const NOT_ENFORCED: [&str; 7] = [
    // ministack lets everybody ask.
    "account:ListRegions",
    "lambda:ListCodeSigningConfigs",
    // ministack asks for lambda:GetFunction instead.
    "lambda:ListFunctionUrlConfigs",
    // Never called: ministack holds no code-signing configuration.
    "lambda:ListFunctionsByCodeSigningConfig",
    // Never called: every account of ministack manages its own organization.
    "organizations:DescribePolicy",
    "organizations:ListParents",
    "organizations:ListPoliciesForTarget",
];

/// An audit waits for its own limits more than it works.
const AT_ONCE: usize = 4;

#[test]
fn each_permission_is_needed_and_its_lack_is_never_a_pass() {
    let ministack = Emulator::start("ministack", &["--auth"]);
    let printed = Policy::printed();
    let mut one_by_one = granted();
    one_by_one.retain(|it| !NOT_ENFORCED.map(Permission::named).contains(it) && *it != identity());
    let without = one_by_one.iter().map(|taken| printed.without(taken));
    let mut users =
        ministack.users(&without.chain([printed.clone(), printed.only(&identity())]).collect::<Vec<_>>());
    let (stranger, auditor) = (users.pop().unwrap(), users.pop().unwrap());

    let (code, whole) = audited(&ministack, &Variables::new());
    assert_eq!((code, &whole["audit"]["complete"]), (Some(1), &Value::Bool(true)));
    let (code, by_auditor) = audited(&ministack, &auditor);
    assert_eq!((code, &by_auditor["gaps"]), (Some(1), &whole["gaps"]));
    assert_eq!(by_auditor["findings"], whole["findings"]);
    assert_eq!(by_auditor["scores"], whole["scores"]);
    knows_nothing(&ministack, &stranger);

    let needs = needs(&said(&["checks", "--format", "json"]));
    let queue = Mutex::new(one_by_one.iter().zip(&users));
    let told = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((taken, keys)) = queue.lock().unwrap().next() else {
                break;
            };
            let (code, partial) = audited(&ministack, keys);
            let mut lies = lies(&whole, &partial, &lost_with(taken), &needs);
            // What could only forbid is no part of a complete audit.
            let needless = taken.is_needless();
            let expected = (Some(if needless { 1 } else { 3 }), &Value::Bool(needless));
            if (code, &partial["audit"]["complete"]) != expected {
                lies.push(format!("exit {code:?}, complete: {}", partial["audit"]["complete"]));
            }
            told.lock().unwrap().extend(lies.into_iter().map(|lie| format!("without {taken}: {lie}")));
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let told = told.into_inner().unwrap();
    assert!(told.is_empty(), "{} lies:\n{}", told.len(), told.join("\n"));
}

fn identity() -> Permission {
    Permission::named("sts:GetCallerIdentity")
}

/// What ministack refuses to who lacks a permission.
fn lost_with(taken: &Permission) -> Vec<Permission> {
    let function = Permission::named("lambda:GetFunction");
    let mut lost = vec![taken.clone()];
    if *taken == function {
        // ministack asks for it here, too.
        lost.push(Permission::named("lambda:ListFunctionUrlConfigs"));
    }
    lost
}

/// Who may only sign requests gets a report of what he lacks.
fn knows_nothing(ministack: &Emulator, keys: &Variables) {
    let (code, report) = audited(ministack, keys);
    assert_eq!(code, Some(3));
    let findings = findings(&report);
    assert!(findings.values().all(|it| it["outcome"] == "unknown"), "{findings:#?}");
    let judged: BTreeSet<_> = findings.values().map(|it| it["check"].as_str().unwrap()).collect();
    let catalogue = said(&["checks", "--format", "json"]);
    let checks = catalogue["checks"].as_array().unwrap().iter().filter(|it| it["default"] == true);
    assert_eq!(judged, checks.map(|it| it["code"].as_str().unwrap()).collect());

    let gaps = report["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["reason"] == "denied"), "{gaps:#?}");
    let missed: BTreeSet<_> = gaps.iter().map(Permission::missed).collect();
    let mut due = granted();
    due.retain(|it| !NOT_ENFORCED.map(Permission::named).contains(it) && *it != identity());
    // Without a list of the objects nothing is asked of each.
    due.retain(|it| !it.needs_an_object());
    assert_eq!(missed, due);
}
