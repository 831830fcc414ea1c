//! Low and info failures: a block for each check, so that hygiene does not drown what is urgent.

use super::finding::{alike, block, mend};
use super::page::{ARROW, BOLD, Page, style};
use super::sections::LEAST;
use crate::view::View;
use audit::Finding;
use std::collections::BTreeMap;

/// The objects named in one place; the others are counted.
const NAMED: usize = 50;

pub(super) fn findings(page: &mut Page, view: &View, title_of: impl Fn(&str) -> String) {
    let mut minor: Vec<_> = view.failures().filter(|finding| finding.severity < LEAST).collect();
    if minor.is_empty() {
        return;
    }
    minor.sort_by(|a, b| (b.severity, &a.check).cmp(&(a.severity, &b.check)));
    page.title("== Of low severity");
    for group in minor.chunk_by(|a, b| alike(a, b)) {
        page.gap();
        match group {
            [alone] => block(page, &[alone], &title_of),
            group => folded(page, group, &title_of),
        }
    }
}

fn folded(page: &mut Page, group: &[&Finding], title_of: impl Fn(&str) -> String) {
    let Some(first) = group.first() else {
        return;
    };
    let lead = format!("{}[{}] ", first.severity.word(), first.check);
    let said = format!("{} ({} times)", title_of(&first.check), group.len());
    page.entry(&lead, style(first.severity), &said, BOLD);
    let mut places: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for finding in group {
        let place = (finding.resource.account.as_str(), finding.resource.region.as_str());
        places.entry(place).or_default().push(name(finding));
    }
    for ((account, region), names) in places {
        let place = if region.is_empty() { account.to_owned() } else { format!("{account}, {region}") };
        let rest = names.len().saturating_sub(NAMED);
        let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
        let names = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
        page.item("  --> ", ARROW, &format!("{place}: {names}{more}"));
    }
    mend(page, group);
}

/// The object's name, and which part of it is concerned.
fn name(finding: &Finding) -> String {
    let resource = &finding.resource;
    let name = if resource.name.is_empty() { &resource.arn } else { &resource.name };
    match &resource.detail {
        Some(detail) => format!("{name} ({detail})"),
        None => name.clone(),
    }
}
