//! The generated parts of the documentation are in step with the program. `UPDATE=1` rewrites them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The file between its marks is what the command prints.
fn in_step(file: &str, args: &[&str]) {
    const BEGIN: &str = "<!-- generated: begin -->\n";
    const END: &str = "<!-- generated: end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    same(&path, &text, &format!("{head}{BEGIN}\n{}\n{END}{tail}", printed(args)));
}

fn printed(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambastion"));
    let output = command.args(args).env_clear().output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn same(path: &Path, text: &str, fresh: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, fresh).unwrap();
    } else {
        assert_eq!(text, fresh, "{} is out of step; UPDATE=1 cargo test --test docs", path.display());
    }
}

#[test]
fn the_list_of_checks_is_in_step() {
    in_step("checks.md", &["checks", "--format", "markdown"]);
}

#[test]
fn the_list_of_permissions_is_in_step() {
    in_step("permissions.md", &["permissions", "--strict", "--format", "markdown"]);
}

#[test]
fn the_published_schemas_are_in_step() {
    for of in ["report", "inventory", "config"] {
        let file = format!("docs/schema/{of}-1.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        same(&path, &text, &printed(&["schema", of]));
    }
}

/// What the README says to expect of `make demo`.
#[test]
fn the_readme_counts_what_the_demo_finds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let expected = fs::read_to_string(root.join("localstack/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let count = expected["findings"].as_array().unwrap().len();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(&format!("Expect {count} findings")), "{count}");
}
