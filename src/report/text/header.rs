//! The top of the text: what was audited, when, and how it stands.

use super::closing::{score, severities};
use super::page::{BOLD, PLAIN, Page};
use crate::view::View;
use std::collections::BTreeSet;

/// The accounts and regions named; all are under the coverage.
const NAMED: usize = 8;

pub(super) fn block(page: &mut Page, view: &View) {
    let inventory = view.report.inventory;
    let accounts = inventory.accounts.iter().map(|it| it.id.as_str());
    let regions = inventory.accounts.iter().flat_map(|it| &it.regions).map(|it| it.name.as_str());
    let taken = inventory.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    page.gap();
    page.item("accounts  ", PLAIN, &few(accounts));
    page.item("regions   ", PLAIN, &few(regions));
    page.item("taken     ", PLAIN, &taken);
    page.entry("findings  ", PLAIN, &severities(view), BOLD);
    page.entry("score     ", PLAIN, &score(view), BOLD);
}

fn few<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: BTreeSet<_> = words.collect();
    let rest = words.len().saturating_sub(NAMED);
    let named: Vec<_> = words.into_iter().take(NAMED).collect();
    match (named.as_slice(), rest) {
        ([], _) => "none".into(),
        (_, 0) => named.join(", "),
        _ => format!("{} and {rest} more", named.join(", ")),
    }
}
