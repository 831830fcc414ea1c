//! Audits by users who may do what `lambastion permissions` prints, and a little less.

use crate::audit::{audited, said};
use crate::compare::{findings, lies, needs};
use crate::emulator::{Emulator, Variables};
use crate::permission::{Permission, Policy, granted};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

/// Whoever may sign a request may ask who he is.
const IDENTITY: &str = "sts:GetCallerIdentity";

/// What ministack cannot show the lack of; `tests/collect` takes these away from the stub.
const NOT_ENFORCED: [&str; 4] = [
    // ministack lets everybody ask.
    "account:ListRegions",
    "lambda:ListCodeSigningConfigs",
    // ministack asks for lambda:GetFunction instead.
    "lambda:ListFunctionUrlConfigs",
    // Never called: ministack holds no code-signing configuration.
    "lambda:ListFunctionsByCodeSigningConfig",
];

/// An audit waits for its own limits more than it works.
const AT_ONCE: usize = 4;

#[test]
fn each_permission_is_needed_and_its_lack_is_never_a_pass() {
    let ministack = Emulator::start("ministack", &["--auth"]);
    let printed = Policy::printed();
    let one_by_one: Vec<_> =
        granted().into_iter().filter(|it| !is_one_of(it, &NOT_ENFORCED) && !is_one_of(it, &[IDENTITY])).collect();
    assert!(one_by_one.len() > 20, "{one_by_one:?}");

    let mut policies = vec![printed.clone(), printed.only(&Permission::named(IDENTITY))];
    policies.extend(one_by_one.iter().map(|taken| printed.without(taken)));
    let mut users = ministack.users(&policies).into_iter();

    let (code, whole) = audited(&ministack, &Variables::new());
    assert_eq!((code, &whole["audit"]["complete"]), (Some(1), &true.into()));
    let (code, by_auditor) = audited(&ministack, &users.next().unwrap());
    assert_eq!(code, Some(1), "{:#}", by_auditor["gaps"]);
    assert_eq!(by_auditor["findings"], whole["findings"]);

    nothing_is_fine(&ministack, &users.next().unwrap());

    let needs = needs(&said(&["checks", "--format", "json"]));
    let queue = Mutex::new(one_by_one.iter().zip(users));
    let lies: Mutex<Vec<String>> = Mutex::default();
    let next = || queue.lock().unwrap().next();
    let work = || {
        while let Some((taken, keys)) = next() {
            let (code, partial) = audited(&ministack, &keys);
            let mut found = lies(&whole, &partial, &lost(taken), &needs);
            if (code, &partial["audit"]["complete"]) != (Some(3), &false.into()) {
                found.push(format!("exit {code:?}, complete {}", partial["audit"]["complete"]));
            }
            let found = found.into_iter().map(|lie| format!("without {taken}: {lie}"));
            told.lock().unwrap().extend(found);
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
}
