//! What the audit looked at.

use super::page::{PLAIN, Page, count};
use crate::view::View;
use inventory::{Inventory, Listing};
use std::collections::BTreeSet;

pub(super) fn block(page: &mut Page, view: &View) {
    let inventory = view.report.inventory;
    page.title("== Coverage");
    let accounts = inventory.accounts.iter().map(|it| it.id.as_str());
    page.item("  accounts  ", PLAIN, &list(accounts));
    let regions = inventory.accounts.iter().flat_map(|it| &it.regions);
    page.item("  regions   ", PLAIN, &list(regions.map(|it| it.name.as_str())));
    page.item("  read      ", PLAIN, &read(inventory));
    page.item("  checks    ", PLAIN, &view.report.checks.len().to_string());
    page.item("  calls     ", PLAIN, &calls(inventory));
    let (from, to) = (inventory.started, inventory.taken_at);
    let format = "%Y-%m-%d %H:%M:%S";
    let time = format!("{} to {} UTC", from.strftime(format), to.strftime(format));
    page.item("  time      ", PLAIN, &time);
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: BTreeSet<_> = words.collect();
    if words.is_empty() {
        return "none".into();
    }
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// What was read. A kind of object that nobody asked for is left out.
fn read(inventory: &Inventory) -> String {
    let accounts = &inventory.accounts;
    let regions: Vec<_> = accounts.iter().flat_map(|it| &it.regions).collect();
    let kinds = [
        total("function", &regions, |it| &it.functions),
        total("REST API", &regions, |it| &it.rest_apis),
        total("HTTP or WebSocket API", &regions, |it| &it.apis),
        total("GraphQL API", &regions, |it| &it.graphql_apis),
        total("event API", &regions, |it| &it.event_apis),
        total("web ACL", &regions, |it| &it.web_acls),
        total("role", &accounts.iter().collect::<Vec<_>>(), |it| &it.roles),
    ];
    let kinds: Vec<_> = kinds.into_iter().flatten().collect();
    if kinds.is_empty() { "nothing".into() } else { kinds.join(", ") }
}

/// How many objects arrived, `at least` where a listing did not arrive whole.
fn total<P, T>(noun: &str, places: &[&P], of: fn(&P) -> &Listing<T>) -> Option<String> {
    let listings = || places.iter().map(|place| of(place));
    let gaps = || listings().filter_map(|listing| listing.gap.as_ref());
    let number: usize = listings().map(|listing| listing.items.len()).sum();
    let words = count(number, noun);
    match gaps().any(|gap| !gap.not_asked) {
        true => Some(format!("at least {words}")),
        false if number == 0 && gaps().count() == places.len() => None,
        false => Some(words),
    }
}

fn calls(inventory: &Inventory) -> String {
    let sum = |part: fn(&inventory::CallCount) -> u64| inventory.calls.iter().map(part).sum::<u64>();
    format!("{}, {} throttled, {} failed", sum(|it| it.count), sum(|it| it.throttled), sum(|it| it.failed))
}
