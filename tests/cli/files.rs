//! What is read from files, what is written to them, and what is said when they are wrong.

use crate::support::{Place, Ran};
use crate::{CHECK, bad, good};
use inventory::SCHEMA;
use serde_json::Value;
use std::fs;

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
