//! Compares our expansion of action patterns with another's: for every AWS managed policy, the actions
//! that each pattern of it names according to <https://github.com/iann0036/iam-dataset>.
//!
//!     git clone --depth 1 https://github.com/iann0036/iam-dataset
//!     cargo run -p reference --example agreement -- iam-dataset/aws/managedpolicies
//!
//! Both follow AWS's Service Authorization Reference, on different days: an action that only one of the
//! two databases holds is no disagreement, one that both hold and only one finds is.

use reference::actions;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write as _;
use std::{env, fs, io};

type Names = BTreeSet<String>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("name the folder aws/managedpolicies of iam-dataset")?;
    let mut policies = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let policy: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        policies.insert(name, expansions(&policy));
    }
    let all = || policies.iter().flat_map(|(policy, found)| found.iter().map(move |it| (policy, it)));
    let theirs_ever: Names = all().flat_map(|(_, (_, names))| names.iter().cloned()).collect();

    let (mut rows, mut equal, mut newer, mut older) = (0, 0, Names::new(), Names::new());
    let mut disagreements = Names::new();
    for (policy, (pattern, theirs)) in all() {
        let ours: Names = actions::expand(pattern).map(|it| folded(&it.to_string())).collect();
        rows += theirs.len();
        equal += usize::from(ours == *theirs);
        for name in ours.difference(theirs) {
            if theirs_ever.contains(name) {
                disagreements.insert(format!("{policy}, {pattern}: only we find {name}"));
            } else {
                newer.insert(name.clone());
            }
        }
        for name in theirs.difference(&ours) {
            if actions::find(name).is_some() {
                disagreements.insert(format!("{policy}, {pattern}: only they find {name}"));
            } else {
                older.insert(name.clone());
            }
        }
    }
    let mut out = io::stdout().lock();
    let patterns = all().count();
    writeln!(out, "{} policies, {patterns} patterns, {rows} actions that they find", policies.len())?;
    writeln!(out, "{equal} patterns expand to the very same actions")?;
    writeln!(out, "{} actions that only our database holds", newer.len())?;
    writeln!(out, "{} actions that only theirs holds", older.len())?;
    writeln!(out, "{} disagreements", disagreements.len())?;
    for line in older.iter().map(|it| format!("only theirs holds {it}")).chain(disagreements) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// Names of actions ignore case, and the two write a few differently.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// What each pattern that the policy allows names, according to them. Patterns of which they find nothing
/// are left out.
fn expansions(policy: &Value) -> BTreeMap<String, Names> {
    let mut found: BTreeMap<_, Names> = BTreeMap::new();
    let rows = policy.get("effective_actions").and_then(Value::as_array);
    for row in rows.into_iter().flatten() {
        let text = |key| row.get(key).and_then(Value::as_str).unwrap_or_default();
        found.entry(text("action").to_owned()).or_default().insert(folded(text("effective_action")));
    }
    found
}
