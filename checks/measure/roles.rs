//! How long it takes to judge the roles of an account: `cargo run --release -p checks --example roles`.
//!
//! A thousand roles with three of AWS's managed policies each, searched for administrators and for paths
//! of escalation, on one core.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example for the terminal")]

#[path = "../tests/managed/mod.rs"]
mod managed;

use audit::{Kind, evaluate};
use inventory::Inventory;
use std::time::Instant;

const ROLES: usize = 1_000;
const EACH: usize = 3;

fn main() {
    let all = managed::policies();
    let picked = |role: usize| (0..EACH).map(move |place| (role * EACH + place) * 7);
    let roles = (0..ROLES).map(|role| {
        let policies = picked(role).filter_map(|place| all.values().nth(place % all.len()));
        managed::role(&format!("role-{role:04}"), policies.cloned().collect())
    });
    let inventory = Inventory { accounts: vec![managed::account(roles.collect())], ..Inventory::default() };
    for selected in [&[][..], &["DOWN-001"], &["DOWN-001", "DOWN-002"]] {
        let checks: Vec<_> = checks::ALL.iter().filter(|it| selected.contains(&it.code)).copied().collect();
        let start = Instant::now();
        let findings = evaluate(&inventory, &checks);
        let failed = findings.iter().filter(|it| it.outcome == Kind::Fail).count();
        println!("{ROLES} roles, {selected:?}: {:.2?}, {failed} findings", start.elapsed());
    }
}
