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
fn what_nobody_asked_for_is_no_failed_read() {
    let mut inventory = inventories::partial();
    let outside = inventory::Gap {
        not_asked: true,
        ..inventories::gap("lambda:ListFunctions", inventory::Reason::Denied, "outside the scope: us-east-1")
    };
    let region = &mut inventory.accounts[0].regions.items[0];
    region.functions.items[1].policy = inventory::Fact::Unread(outside);
    let text = text(&inventory);
    let banner = text.split("\n\n").next().unwrap();
    assert!(banner.starts_with("INCOMPLETE: 4 outcomes are unknown, 4 reads failed."), "{banner}");
    assert!(!text.contains("lambda:ListFunctions"), "nothing to grant: {text}");
    let block = "not asked: outside the scope: us-east-1\n   = 1 outcome unknown: SVC-901 of carts\n";
    assert!(text.contains(block), "{text}");
}

#[test]
fn what_could_only_restrict_is_no_failed_read() {
    let unread = |mut inventory: inventory::Inventory| {
        let gap = inventories::gap("organizations:ListParents", inventory::Reason::Denied, "no");
        let gap = inventory::Gap { only_restricts: true, ..gap };
        inventory.accounts[0].service_control_policies = inventory::Fact::Unread(gap);
        text(&inventory)
    };
    let partial = unread(inventories::partial());
    let banner = partial.split("\n\n").next().unwrap();
    assert!(banner.starts_with("INCOMPLETE: 4 outcomes are unknown, 5 reads failed."), "{banner}");
    assert!(!banner.contains("organizations"), "most accounts cannot be granted it: {banner}");
    let clean = unread(inventories::clean());
    assert!(!clean.contains("INCOMPLETE"), "{clean}");
    let block = "\
unknown organizations:ListParents denied
  --> 111122223333, eu-west-1, 1 read
   = no
   = no outcome depends on it: it could only forbid what is allowed otherwise
";
    assert!(clean.contains(block), "{clean}");
}

#[test]
fn the_top_says_what_was_audited_and_how_it_stands() {
    let text = text(&inventories::shop());
    let header = text.split("\n\n").next().unwrap();
    let expected = "\
accounts  111122223333
regions   eu-west-1
taken     2026-01-02 03:04:35 UTC
findings  2 critical, 1 high, 1 medium, 2 low, 1 info
score     40 of 100, grade D";
    assert_eq!(header, expected);
}

#[test]
fn hygiene_is_one_block_for_each_check() {
    let text = text(&inventories::untraced(45));
    let block = "info[FN-901] Function is not traced (45 times)\n  --> 111122223333, eu-west-1: worker-0000,";
    assert!(text.contains(block), "{text}");
    assert!(text.contains("worker-0044"), "{text}");
    assert!(!text.contains("== function worker"), "{text}");
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn commands_are_never_broken_and_many_become_one() {
    let options = Options { width: 40, ..Options::default() };
    let text = report(&inventories::shop(), options, &Anchors::default(), Format::Text);
    let command = "   = run: aws lambda remove-permission --function-name orders --statement-id open --region eu-west-1\n";
    assert!(text.contains(command), "{text}");
    let text = plain(&inventories::hostile(), Format::Text);
    let commands = text.lines().filter(|line| line.starts_with("   = run: aws wafv2"));
    let commands: Vec<_> = commands.collect();
    assert!(!commands.is_empty(), "{text}");
}

#[test]
fn what_was_not_judged_does_not_pass() {
    let mut nobody = inventories::clean();
    nobody.accounts.clear();
    let mut empty = inventories::clean();
    empty.accounts[0].regions.items[0].functions = inventory::Listing::complete(vec![]);
    empty.accounts[0].roles = inventory::Listing::complete(vec![]);
    for inventory in [nobody, empty] {
        let text = text(&inventory);
        assert!(text.contains("Nothing to judge: "), "{text}");
        assert!(text.contains("score     none, nothing to judge\n"), "{text}");
        assert!(text.contains("No score. 0 outcomes unknown, 0 passed."), "{text}");
        assert!(!text.contains("every selected check passes"), "{text}");
    }
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
        assert!(line.contains("arn:aws:") || line.starts_with("   = run: aws "), "{line}");
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
