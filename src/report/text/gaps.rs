//! What could not be told, and what would lift it.

use super::page::{ALARM, ARROW, BOLD, Page, count};
use crate::view::View;
use audit::{Finding, Kind};
use inventory::{Gap, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// The permissions named at the top; all are in the block on gaps.
const NAMED: usize = 8;

/// The objects named under a gap.
const OBJECTS: usize = 4;

/// Reads that failed alike in one region.
#[derive(Default)]
struct Group<'a> {
    paths: BTreeSet<&'a str>,
    messages: BTreeSet<&'a str>,
    reads: usize,
    objects: BTreeSet<&'a str>,
    checks: BTreeSet<&'a str>,
    outcomes: usize,
}

/// What makes gaps alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness<'a> {
    /// Reads that nobody asked for stand last.
    not_asked: bool,
    /// Before them, reads of what could only have restricted access.
    only_restricts: bool,
    action: &'a str,
    /// The kind of path.
    pattern: String,
    reason: Reason,
    account: &'a str,
    region: &'a str,
    /// Where no action says what is missing.
    message: &'a str,
}

impl Likeness<'_> {
    /// Whether the audit is incomplete for it.
    fn is_failure(&self) -> bool {
        !self.not_asked && !self.only_restricts
    }
}

/// The first lines of the report, where the audit is not complete.
pub(super) fn banner(page: &mut Page, view: &View) {
    if view.complete {
        return;
    }
    let unknown = view.summary.outcomes.unknown;
    let verb = if unknown == 1 { "is" } else { "are" };
    let failed = match view.gaps.keys().filter(|gap| gap.is_failure()).count() {
        0 => String::new(),
        reads => format!(", {} failed", count(reads, "read")),
    };
    let said = format!(
        "{} {verb} unknown{failed}. The scores take what is unknown for a failure.",
        count(unknown, "outcome")
    );
    page.item("INCOMPLETE: ", ALARM, &said);
    let groups = groups(view);
    let denied = groups.iter().filter(|(key, _)| key.reason == Reason::Denied && key.is_failure());
    let grants: BTreeSet<_> = denied.map(|(key, group)| permission(key, group)).collect();
    if !grants.is_empty() {
        let rest = grants.len().saturating_sub(NAMED);
        let named: Vec<_> = grants.into_iter().take(NAMED).collect();
        let more = if rest == 0 { String::new() } else { format!(" and {rest} more, listed below") };
        let grants = format!("{}{more}", named.join(", "));
        page.item("  grant these permissions: ", BOLD, &grants);
    }
    if view.gaps.keys().any(|gap| gap.is_failure() && passes(gap.reason)) {
        page.line("  some reads were throttled, timed out or broke off: run the audit again");
    }
}

/// Whether another run may well succeed.
fn passes(reason: Reason) -> bool {
    matches!(reason, Reason::Throttled | Reason::Timeout | Reason::Interrupted)
}

/// Every gap, those alike together.
pub(super) fn block(page: &mut Page, view: &View) {
    let groups = groups(view);
    if groups.is_empty() {
        return;
    }
    page.title("== Could not tell");
    for (key, group) in &groups {
        page.gap();
        if key.not_asked {
            page.entry("not asked: ", ALARM, key.message, BOLD);
        } else {
            failed(page, key, group);
        }
        page.item("   = ", ARROW, &costs(key, group));
    }
}

fn failed(page: &mut Page, key: &Likeness, group: &Group) {
    let said = match permission(key, group) {
        nothing if nothing.is_empty() => group.messages.iter().copied().collect::<String>(),
        permission => format!("{permission} {}", key.reason.word()),
    };
    page.entry("unknown ", ALARM, &said, BOLD);
    let place: Vec<_> = [key.account, key.region].into_iter().filter(|it| !it.is_empty()).collect();
    if !place.is_empty() {
        let reads = count(group.reads, "read");
        page.item("  --> ", ARROW, &format!("{}, {reads}", place.join(", ")));
    }
    if let Some(message) = group.messages.first().filter(|it| **it != said) {
        page.item("   = ", ARROW, message);
    }
}

fn costs(key: &Likeness, group: &Group) -> String {
    match (group.outcomes, key.only_restricts) {
        (0, true) => {
            return "no outcome depends on it: it could only forbid what is allowed otherwise".into();
        }
        (0, false) => return "no outcome depends on it".into(),
        _ => {}
    }
    let checks: Vec<_> = group.checks.iter().copied().collect();
    let names: Vec<_> = group.objects.iter().take(OBJECTS).copied().collect();
    let rest = group.objects.len().saturating_sub(OBJECTS);
    let more = if rest == 0 { String::new() } else { format!(" and {}", count(rest, "other object")) };
    format!(
        "{} unknown: {} of {}{more}",
        count(group.outcomes, "outcome"),
        checks.join(", "),
        names.join(", ")
    )
}

fn groups<'a>(view: &'a View) -> BTreeMap<Likeness<'a>, Group<'a>> {
    let mut groups: BTreeMap<_, Group> = BTreeMap::new();
    for gap in view.gaps.keys() {
        let group = groups.entry(likeness(gap)).or_default();
        group.paths.extend(gap.path.as_deref());
        group.messages.insert(&gap.message);
        group.reads += 1;
    }
    let unknown = |finding: &&&Finding| finding.outcome == Kind::Unknown;
    for finding in view.findings.iter().filter(unknown) {
        if let Some(gap) = &finding.gap {
            let group = groups.entry(likeness(gap)).or_default();
            group.outcomes += 1;
            group.objects.insert(object(finding));
            group.checks.insert(&finding.check);
        }
    }
    groups
}

/// The name; the ARN where it stands for all of a kind.
fn object(finding: &Finding) -> &str {
    match finding.resource.name.as_str() {
        "*" | "" => &finding.resource.arn,
        name => name,
    }
}

fn likeness(gap: &Gap) -> Likeness<'_> {
    // Of what nobody asked for, only the message says anything.
    if gap.not_asked {
        let (reason, message) = (Reason::default(), gap.message.as_str());
        return Likeness {
            not_asked: true,
            only_restricts: false,
            action: "",
            pattern: String::new(),
            reason,
            account: "",
            region: "",
            message,
        };
    }
    Likeness {
        not_asked: false,
        only_restricts: gap.only_restricts,
        action: &gap.action,
        pattern: gap.path.as_deref().map(pattern).unwrap_or_default(),
        reason: gap.reason,
        account: &gap.account,
        region: &gap.region,
        message: if gap.action.is_empty() { &gap.message } else { "" },
    }
}

/// API Gateway's paths name an object in every second place: `/restapis/*/stages`.
fn pattern(path: &str) -> String {
    let parts = path.split('/').enumerate();
    let parts = parts.map(|(place, part)| if place > 0 && place % 2 == 0 { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What to grant: the exact path where it is the only one of its kind.
fn permission(Likeness { action, pattern, .. }: &Likeness, group: &Group) -> String {
    let mut paths = group.paths.iter();
    match (paths.next(), paths.next()) {
        (Some(path), None) => format!("{action} {path}"),
        (Some(_), Some(_)) => format!("{action} {pattern}"),
        _ => (*action).to_owned(),
    }
}
