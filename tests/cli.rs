//! The binary from outside: what it prints, how it ends, and what it says when something is wrong.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use audit::Check;
use inventory::{Account, Fact, Gap, Listing, Reason, SCHEMA};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use support::{Place, Ran, endpoint};

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
    for command in ["audit", "collect", "evaluate", "explain", "checks", "permissions", "schema"] {
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
fn reports_go_to_files_too() {
    let place = Place::new();
    place.inventory(bad());
    place.file("old.sarif", "old");
    let flags = ["--output", "json=report.json", "--output", "sarif=old.sarif"];
    let ran = place.run(["evaluate", "inventory.json"].iter().chain(&flags));
    assert!(ran.stdout.contains(CHECK), "{}", ran.stdout);
    let json: Value = serde_json::from_str(&place.read("report.json")).unwrap();
    assert_eq!(json["schema"], "lambastion/report/1");
    let sarif: Value = serde_json::from_str(&place.read("old.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(place.names(), ["inventory.json", "old.sarif", "report.json"]);
    let twice = ["--output", "json=a", "--output", "sarif=./a"];
    place.run(["evaluate", "inventory.json"].iter().chain(&twice)).failed(2, &["two outputs go to"]);
}

#[test]
fn what_is_read_is_never_overwritten() {
    let place = Place::new();
    let path = place.inventory(bad());
    place.file("lambastion.toml", "regions = [\"eu-west-1\"]\n");
    fs::create_dir(place.path().join("sub")).unwrap();
    let (inventory, config) = (place.read("inventory.json"), place.read("lambastion.toml"));
    std::os::unix::fs::symlink(&path, place.path().join("link.json")).unwrap();
    for spelling in ["inventory.json", "./sub/../inventory.json", "link.json", path.to_str().unwrap()] {
        let output = format!("json={spelling}");
        place.run(["evaluate", "inventory.json", "--output", &output]).failed(2, &[spelling, "is read"]);
        place.run(["evaluate", "link.json", "--output", &output]).failed(2, &[spelling, "is read"]);
    }
    for args in [
        &["evaluate", "inventory.json", "--config", "lambastion.toml", "--output", "json=./lambastion.toml"]
            [..],
        &["audit", "--output", "json=./lambastion.toml"],
        &["audit", "--save-inventory", "lambastion.toml"],
        &["collect", "--output", "sub/../lambastion.toml"],
    ] {
        place.run(args).failed(2, &["lambastion.toml is read"]);
    }
    place.run(["audit", "--output", "json=a", "--save-inventory", "./a"]).failed(2, &["two outputs go to"]);
    assert_eq!((place.read("inventory.json"), place.read("lambastion.toml")), (inventory, config));
    assert_eq!(place.run(["evaluate", "inventory.json", "--output", "json=other.json"]).code, 1);
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
fn an_inventory_comes_from_standard_input_too() {
    let place = Place::new();
    let path = place.inventory(bad());
    let from_file = place.run(["evaluate", "inventory.json", "--format", "json"]);
    let mut command = place.command(["evaluate", "-", "--format", "json"]);
    let output = command.stdin(fs::File::open(path).unwrap()).output().unwrap();
    assert_eq!(Ran::of(&output).stdout, from_file.stdout);
}

#[test]
fn broken_inventories_are_named_and_placed() {
    let place = Place::new();
    place.inventory(good());
    let whole = place.read("inventory.json");
    let renamed = whole.replace(SCHEMA, "lambastion/inventory/99");
    let unknown = whole.replacen('{', "{\"surprise\": 1, ", 1);
    let mistyped = whole.replace("\"accounts\":[", "\"accounts\":[7,");
    let taken = "\"taken_at\":\"1970-01-01T00:00:00Z\"";
    assert!(whole.contains(taken), "{whole}");
    let mistimed = whole.replace(taken, "\"taken_at\":\"yesterday\"");
    for (content, words) in [
        (&b""[..], &["empty", "lambastion collect"][..]),
        (b" \n", &["empty"]),
        (b"\xff\xfe{}", &["byte 0", "UTF-8"]),
        (b"schema: lambastion", &[":1:1:"]),
        (b"{}", &["not an inventory", SCHEMA]),
        (b"[1, 2]", &[":1:1:", "a list, not an inventory"]),
        (b"[\"lambastion/inventory/1\"]", &[":1:1:", "a list, not an inventory"]),
        (b"7", &[":1:1:", "expected an inventory"]),
        (b"{\"schema\": \"lambastion/report/1\"}", &["`lambastion/report/1`", "not an inventory"]),
        (&whole.as_bytes()[..whole.len() / 2], &[":1:", "cut short", "collect again"]),
        (renamed.as_bytes(), &["`lambastion/inventory/99`", SCHEMA, "collect again"]),
        (unknown.as_bytes(), &[":1:", "surprise"]),
        (mistyped.as_bytes(), &[":1:", "`accounts`: ", "7", "expected an object"]),
        (mistimed.as_bytes(), &[":1:", "`taken_at`: "]),
        (b"{\"schema\": \"\x1b[31m\nred\"}", &[]),
    ] {
        place.file("broken.json", content);
        let ran = place.run(["evaluate", "broken.json"]);
        ran.failed(2, &["broken.json"]);
        ran.failed(2, words);
        assert!(!ran.stderr.contains("struct "), "{}", ran.stderr);
    }
    place.run(["evaluate", "missing.json"]).failed(2, &["missing.json", "no such file"]);
    place.run(["evaluate", "."]).failed(2, &["directory"]);
}

#[test]
fn a_broken_configuration_is_placed_and_mended() {
    let place = Place::new();
    for (content, words) in [
        ("regoins = []", &["lambastion.toml:1:1:", "`regoins`", "did you mean `regions`?"][..]),
        ("regions = 5", &["lambastion.toml:1:11:", "`regions` is a list", "[\"eu-west-1\"]"]),
        ("\n[[account]]\nid = \"1234\"", &["lambastion.toml:3:6:", "`1234`", "twelve digits"]),
        ("[collect]\nconcurrency = 0", &["lambastion.toml:2:15:", "from 1 to 1024"]),
        ("regions = [", &["lambastion.toml:1:"]),
    ] {
        place.file("lambastion.toml", content);
        place.run(["audit"]).failed(2, words);
        place.run(["collect"]).failed(2, words);
    }
    place.run(["audit", "--config", "other.toml"]).failed(2, &["other.toml", "there is no such file"]);
    let mut command = place.command(["audit"]);
    let output = command.env("LAMBASTION_CONFIG", "elsewhere.toml").output().unwrap();
    Ran::of(&output).failed(2, &["elsewhere.toml"]);
}

#[test]
fn the_configuration_anchors_the_accounts_and_names_the_trusted() {
    let place = Place::new();
    place.inventory(bad());
    place.file("audit.toml", "trusted_accounts = [\"444455556666\"]\n\n[[account]]\nid = \"111122223333\"\n");
    let flags = ["evaluate", "inventory.json", "--format", "sarif", "--check", CHECK];
    let anchored = place.run(flags.iter().chain(&["--config", "audit.toml"])).json();
    let location = &anchored["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "audit.toml", "{location}");
    assert_eq!(location["region"]["startLine"], 4, "{location}");
}

#[test]
fn schemas_describe_what_is_written() {
    let place = Place::new();
    let path = place.inventory(bad());
    let schema = |of: &str| jsonschema::validator_for(&place.run(["schema", of]).json()).unwrap();
    let inventory = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(schema("inventory").is_valid(&inventory));
    let report = place.run(["evaluate", "inventory.json", "--format", "json"]).json();
    assert!(schema("report").is_valid(&report));
    let config = |text: &str| serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    let role = "arn:aws:iam::111122223333:role/audit";
    let good = format!(
        "regions = [\"eu-west-1\"]\n[collect]\nattempts = 3\n[[account]]\nid = \"111122223333\"\nrole_arn = \"{role}\"\nexternal_id = \"x1\""
    );
    assert!(schema("config").is_valid(&config(&good)));
    for bad in ["regoins = []", "regions = [\"mars\"]", "[collect]\nattempts = 0", "[[account]]\nid = \"1\""]
    {
        assert!(!schema("config").is_valid(&config(bad)), "{bad}");
    }
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

#[test]
fn without_credentials_there_is_one_line() {
    let place = Place::new();
    for args in [&["audit"][..], &["collect"], &["audit", "--format", "json"]] {
        place.run(args).failed(4, &["credentials"]);
    }
    place.run(["audit", "--profile", "nobody"]).failed(4, &["credentials", "nobody"]);
}

#[test]
fn an_endpoint_that_nothing_answers_at_is_said_soon() {
    let place = Place::new();
    let started = std::time::Instant::now();
    let mut command = place.against("http://127.0.0.1:1", &["audit", "--region", "eu-west-1"]);
    let ran = Ran::of(&command.output().unwrap());
    ran.failed(4, &["does not answer", "http://127.0.0.1:1", "AWS_ENDPOINT_URL"]);
    assert!(!ran.stderr.contains("hush-hush"));
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn an_endpoint_that_is_none_is_refused_before_anything_is_read() {
    let place = Place::new();
    for (name, value) in [
        ("AWS_ENDPOINT_URL", ""),
        ("AWS_ENDPOINT_URL", "hush-hush"),
        ("AWS_ENDPOINT_URL_LAMBDA", ""),
        ("AWS_ENDPOINT_URL_API_GATEWAY", "hush-hush:1"),
    ] {
        for args in [&["audit"][..], &["collect"]] {
            let ran = Ran::of(&place.against("http://127.0.0.1:1", args).env(name, value).output().unwrap());
            ran.failed(2, &[name, "http://127.0.0.1:4566"]);
            assert!(!ran.stderr.contains("hush-hush"), "{}", ran.stderr);
        }
    }
}

/// Everything but who we are and which regions there are stays unanswered, until the user gives up.
#[test]
fn an_interrupt_ends_the_reading_with_a_partial_report() {
    let place = Place::new();
    let flags = ["audit", "--region", "eu-west-1", "--format", "json", "--save-inventory", "i.json"];
    let mut command = place.against(&endpoint(), &flags);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    assert!(first.starts_with("reading account 111122223333 as arn:aws:iam:"), "{first}");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let second = said.next().unwrap().unwrap();
    assert!(second.starts_with("stopping"), "{second}");
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, 3);
    let report = ran.json();
    assert_eq!(report["audit"]["complete"], false);
    let gaps = report["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty());
    assert!(gaps.iter().all(|gap| gap["reason"] == "interrupted"), "{gaps:?}");
    assert_eq!(place.names(), ["i.json"]);
    assert_eq!(place.run(["evaluate", "i.json", "--format", "json"]).json()["gaps"], report["gaps"]);
}
