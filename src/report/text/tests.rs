//! What the text must say, and must not.

use crate::golden::{inventories, plain, report};
use crate::{Anchors, Format, Options};
use audit::Severity;

fn text(inventory: &inventory::Inventory) -> String {
    plain(inventory, Format::Text)
}

#[test]
fn what_is_missing_comes_first() {
    let text = text(&inventories::partial());
    assert!(text.starts_with("INCOMPLETE: 4 outcomes are unknown"), "{text}");
    let banner = text.split("\n\n").next().unwrap();
    for permission in ["lambda:GetPolicy", "apigateway:GET /restapis/shop/stages"] {
        assert!(banner.contains(permission), "{banner}");
    }
    assert!(!banner.contains("iam:GetAccountAuthorizationDetails"), "no grant lifts a throttle");
}

#[test]
fn nothing_found_is_said_plainly() {
    assert!(text(&inventories::clean()).contains("Nothing found: every selected check passes"));
    let mut blind = inventories::clean();
    let gap = inventories::gap("lambda:ListFunctions", inventory::Reason::Denied, "no");
    blind.accounts[0].regions.items[0].functions = inventory::Listing::cut(vec![], gap);
    assert!(text(&blind).contains("Nothing found in what could be read; the audit is incomplete."));
}

#[test]
fn a_fleet_stays_readable() {
    let text = text(&inventories::fleet(600));
    assert_eq!(text.matches("medium[EDGE-901]").count(), 1, "shown once, under the API");
    assert!(text.contains("600 functions: worker-0000 (85 B)"), "{text}");
    assert!(text.contains("and 594 more"), "{text}");
    let idle = self::text(&inventories::idle(600));
    assert!(idle.contains("600 functions that nothing counts against: 100 (A)"), "{idle}");
    assert!(idle.lines().count() < 30, "{idle}");
}

#[test]
fn nothing_steers_the_terminal() {
    let text = text(&inventories::hostile());
    let steers = |c: char| c != '\n' && c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(steers), "{text}");
    let commands = |line: &str| line.trim_start().starts_with("::");
    assert!(!text.lines().any(commands), "{text}");
    assert!(text.contains(r"\u{1b}[31mred"), "{text}");
}

#[test]
fn only_words_that_cannot_be_broken_pass_the_width() {
    let options = Options { width: 60, ..Options::default() };
    let text = report(&inventories::shop(), options, &Anchors::default(), Format::Text);
    for line in text.lines().filter(|line| line.chars().count() > 60) {
        assert!(line.contains("arn:aws:"), "{line}");
    }
}

#[test]
fn colour_changes_no_word() {
    let options = Options { color: true, ..Options::default() };
    let shop = inventories::shop();
    let painted = report(&shop, options, &Anchors::default(), Format::Text);
    let mut bare = String::new();
    for (number, part) in painted.split('\u{1b}').enumerate() {
        bare.push_str(if number == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_ne!(painted, bare);
    assert_eq!(bare, text(&shop));
}

#[test]
fn what_is_below_the_least_severity_is_counted() {
    let options = Options { min_severity: Some(Severity::High), ..Options::default() };
    let text = report(&inventories::partial(), options, &Anchors::default(), Format::Text);
    assert!(!text.contains("low[DOWN-901]"), "{text}");
    assert!(text.contains("2 findings below high not shown."), "{text}");
    assert!(text.starts_with("INCOMPLETE"), "unknown outcomes have no least severity");
}
