//! The binary from outside: what it prints, how it ends, and what it says when something is wrong.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod access;
mod files;
mod reading;
mod simulate;
#[path = "../support/mod.rs"]
mod support;

use audit::Check;
use inventory::{Account, Fact, Gap, Listing, Reason};
use serde_json::Value;
use support::{Place, Ran};

/// A check with a critical or high example.
const CHECK: &str = "SRC-106";

fn check() -> Check {
    let mut all = checks::ALL.iter().copied();
    all.find(|check| check.code == CHECK).unwrap()
}

fn bad() -> Account {
    (check().bad)()
}

fn good() -> Account {
    (check().good)()
}

/// The bad example, of which one function's policy could not be read.
fn half_read() -> Account {
    let mut account = bad();
    let region = &mut account.regions.items[0];
    let mut other = region.functions.items[0].clone();
    other.arn.push_str("-unread");
    other.urls.items[0].arn.clone_from(&other.arn);
    other.policy = Fact::default();
    region.functions.items.push(other);
    account
}

/// An account that let us read nothing.
fn closed() -> Account {
    let gap = Gap { action: "account:ListRegions".into(), reason: Reason::Denied, ..Gap::default() };
    Account { regions: Listing::cut(Vec::new(), gap), ..Account::default() }
}

fn evaluate(account: Account, flags: &[&str]) -> Ran {
    let place = Place::new();
    place.inventory(account);
    place.run(["evaluate", "inventory.json", "--check", CHECK].iter().chain(flags))
}

#[test]
fn help_and_version_are_results() {
    let place = Place::new();
    let help = place.run(["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in ["audit", "collect", "evaluate", "simulate", "explain", "checks", "permissions", "schema"]
    {
        assert!(help.stdout.contains(&format!("  {command} ")), "{command}");
        let help = place.run([command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.stdout.contains("Usage: lambastion"), "{}", help.stdout);
    }
    let version = place.run(["--version"]).stdout;
    assert_eq!(version, format!("lambastion {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn bad_flags_are_usage_errors() {
    let place = Place::new();
    for (args, word) in [
        (&["audit", "--regoin", "eu-west-1"][..], "--region"),
        (&["audit", "--external-id", "hush"], "--role-arn"),
        (&["audit", "--format", "pdf"], "text, json, sarif"),
        (&["audit", "--min-severity", "awful"], "critical, high, medium, low, info"),
        (&["audit", "--as-of", "tomorrow"], "YYYY-MM-DD"),
        (&["audit", "--output", "sarif"], "FORMAT=PATH"),
        (&["audit", "--quiet", "-v"], "--verbose"),
        (&["evaluate"], "INVENTORY"),
        (&["simulate"], "CASES.jsonl"),
        (&["schema", "everything"], "report, inventory, config"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(ran.stderr.contains(word), "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
    }
}

#[test]
fn an_unknown_check_gets_a_suggestion() {
    let place = Place::new();
    let typo = format!("{}x", check().name);
    for args in
        [&["explain", typo.as_str()][..], &["audit", "--check", &typo], &["permissions", "--check", &typo]]
    {
        place.run(args).failed(2, &[&typo, "did you mean", check().name]);
    }
    place.run(["explain", "zzz"]).failed(2, &["`zzz`", "`lambastion checks` lists them"]);
}

#[test]
fn explain_answers_to_code_and_name() {
    let place = Place::new();
    let by_code = place.run(["explain", &CHECK.to_lowercase()]);
    let by_name = place.run(["explain", check().name]);
    assert_eq!(by_code.code, 0);
    assert_eq!(by_code.stdout, by_name.stdout);
    let page = by_code.stdout;
    for part in [
        CHECK,
        check().name,
        "## Why it matters",
        "## Fix",
        "## What it reads",
        "lambda:GetPolicy",
        "## A finding",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn every_check_is_explained_with_a_finding_of_its_own() {
    let place = Place::new();
    for check in checks::ALL {
        let page = place.run(["explain", check.code]).stdout;
        assert!(page.contains("\n## A finding\n"), "{}: {page}", check.code);
    }
}

#[test]
fn checks_are_listed_in_three_forms() {
    let place = Place::new();
    let json = place.run(["checks", "--format", "json"]).json();
    let listed = json["checks"].as_array().unwrap();
    assert_eq!(listed.len(), checks::ALL.len());
    for check in listed {
        for key in ["code", "name", "title", "layer", "severity", "confidence", "docs"] {
            assert!(check[key].is_string(), "{key}: {check}");
        }
        for key in ["controls", "references", "actions"] {
            assert!(check[key].as_array().is_some_and(|it| !it.is_empty()), "{key}: {check}");
        }
        assert!(check["default"].is_boolean(), "{check}");
    }
    for format in ["text", "markdown"] {
        let list = place.run(["checks", "--format", format]).stdout;
        assert!(checks::ALL.iter().all(|check| list.contains(check.name)), "{list}");
    }
}

#[test]
fn findings_decide_the_exit_code() {
    for (account, flags, code) in [
        (bad(), &[][..], 1),
        (good(), &[], 0),
        (bad(), &["--fail-on", "never"], 0),
        (bad(), &["--fail-on", "info"], 1),
        (bad(), &["--min-severity", "critical", "--fail-on", "low"], 1),
        (good(), &["--fail-on", "info"], 0),
        (bad(), &["--format", "sarif"], 0),
        (bad(), &["--format", "sarif", "--fail-on", "low"], 1),
        (bad(), &["--format", "json"], 1),
    ] {
        let ran = evaluate(account, flags);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""), "{flags:?}: {}", ran.stdout);
        assert!(!ran.stdout.is_empty());
    }
}

#[test]
fn incomplete_outweighs_findings_and_wrong_flags_outweigh_both() {
    assert_eq!(evaluate(half_read(), &[]).code, 3);
    assert_eq!(evaluate(half_read(), &["--format", "sarif"]).code, 3);
    assert_eq!(evaluate(half_read(), &["--allow-partial"]).code, 1);
    assert_eq!(evaluate(half_read(), &["--allow-partial", "--fail-on", "never"]).code, 0);
    evaluate(half_read(), &["--output", "json=missing/report.json"])
        .failed(2, &["missing", "create it first"]);
    assert_eq!(evaluate(closed(), &["--allow-partial"]).code, 0);
    assert_eq!(evaluate(closed(), &[]).code, 3);
}

#[test]
fn nothing_is_judged_where_nothing_is() {
    let place = Place::new();
    place.inventory(Account {
        regions: Listing::complete(vec![]),
        roles: Listing::complete(vec![]),
        ..bad()
    });
    let ran = place.run(["evaluate", "inventory.json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("Nothing to judge"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("check passes"), "{}", ran.stdout);
    assert_eq!(
        place.run(["evaluate", "inventory.json", "--format", "json"]).json()["scores"]["overall"],
        Value::Null
    );
}

#[test]
fn every_command_that_is_offered_is_for_its_object_and_on_one_line() {
    for check in checks::ALL {
        let place = Place::new();
        place.inventory((check.bad)());
        let text = place.run(["evaluate", "inventory.json", "--check", check.code]).stdout;
        for line in text.lines().filter_map(|line| line.trim_start().strip_prefix("= run: ")) {
            assert!(line.starts_with("aws "), "{}: {line}", check.code);
            for read in [" get-", " list-", " describe-", "FUNCTION", "secretsmanager"] {
                let of_a_new_role = check.code == "DOWN-004";
                assert!(of_a_new_role || !line.contains(read), "{}: {line}", check.code);
            }
            assert_eq!(line.matches('\'').count() % 2, 0, "{}: {line}", check.code);
        }
    }
}

#[test]
fn columns_are_kept_to() {
    let place = Place::new();
    place.inventory(bad());
    let mut command = place.command(["evaluate", "inventory.json", "--check", CHECK]);
    let ran = Ran::of(&command.env("COLUMNS", "40").output().unwrap());
    let wide =
        |line: &&str| line.chars().count() > 40 && !line.contains("arn:aws:") && !line.contains("= run: ");
    assert_eq!(ran.stdout.lines().filter(wide).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn permissions_follow_the_checks_and_the_configuration() {
    let place = Place::new();
    let role = "arn:aws:iam::111122223333:role/audit";
    place.file("a.toml", format!("[[account]]\nid = \"111122223333\"\nrole_arn = \"{role}\""));
    let all = place.run(["permissions"]).json();
    assert!(!all.to_string().contains("sts:AssumeRole"), "{all}");
    let one = place.run(["permissions", "--check", CHECK, "--config", "a.toml"]).json();
    let statements = one["Statement"].as_array().unwrap();
    assert_eq!(statements[1]["Action"][0], "sts:AssumeRole", "{one}");
    assert_eq!(statements[1]["Resource"][0], role, "{one}");
    let allowed = all["Statement"][0]["Action"].as_array().unwrap();
    let narrow = statements[0]["Action"].as_array().unwrap();
    assert!(narrow.iter().all(|action| allowed.contains(action)), "{one}");
    assert!(narrow.len() < allowed.len(), "{one}");
}

#[test]
fn completions_and_manual_pages_know_the_flags() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(["completions", shell]).stdout.contains("include-passed"), "{shell}");
    }
    assert!(place.run(["man"]).stdout.contains("evaluate"));
    let page = place.run(["man", "audit"]).stdout;
    assert!(page.contains("fail\\-on"));
    let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
    assert!(title.contains(concat!("lambastion ", env!("CARGO_PKG_VERSION"))), "{title}");
    place.run(["man", "x"]).failed(2, &["no command `x`"]);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let place = Place::new();
    place.inventory(bad());
    for (args, code) in [
        (&["schema", "inventory"][..], 0),
        (&["--help"], 0),
        (&["evaluate", "inventory.json", "--check", CHECK], 1),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = place.command(args).stdout(writer).output().unwrap();
        let ran = Ran::of(&output);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""), "{args:?}");
    }
}
