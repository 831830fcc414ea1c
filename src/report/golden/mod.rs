//! Whole reports, compared byte by byte with the files beside this one. `UPDATE=1 cargo test -p report`
//! rewrites the files; review what changed.

mod checks;
pub(crate) mod inventories;

use crate::{Anchors, Format, Options, Report, write};
use audit::{Check, evaluate, score};
use inventory::Inventory;
use std::{env, fs, path::Path};

pub(crate) use checks::ALL;

/// A report on the inventory, by the toy checks.
pub(crate) fn report(inventory: &Inventory, options: Options, anchors: &Anchors, format: Format) -> String {
    report_by(ALL, inventory, options, anchors, format)
}

/// A report on the inventory by some of the checks.
pub(crate) fn report_by(
    checks: &[Check],
    inventory: &Inventory,
    options: Options,
    anchors: &Anchors,
    format: Format,
) -> String {
    let findings = evaluate(inventory, checks);
    let scorecard = score(inventory, &findings);
    let report = Report { inventory, findings: &findings, scorecard: &scorecard, checks, options, anchors };
    let mut out = Vec::new();
    write(&report, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A report with the defaults.
pub(crate) fn plain(inventory: &Inventory, format: Format) -> String {
    report(inventory, Options::default(), &Anchors::default(), format)
}

fn compare(name: &str, format: Format, actual: &str) {
    let extension = match format {
        Format::Text => "txt",
        Format::Json => "json",
        Format::Sarif => "sarif",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let path = folder.join(format!("{name}.{extension}"));
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{} differs", path.display());
}

#[test]
fn every_inventory_is_reported_as_recorded() {
    for (name, inventory) in inventories::all() {
        for format in Format::ALL {
            compare(name, format, &plain(&inventory, format));
        }
    }
}

#[test]
fn what_passed_is_listed_where_it_is_asked_for() {
    let options = Options { include_passed: true, width: 80, ..Options::default() };
    let shop = inventories::shop();
    let text = report(&shop, options, &Anchors::default(), Format::Text);
    compare("shop-passed", Format::Text, &text);
}

#[test]
fn the_same_inventory_gives_the_same_bytes() {
    for (_, inventory) in inventories::all() {
        let text = serde_json::to_string(&inventory).unwrap();
        let replayed: Inventory = serde_json::from_str(&text).unwrap();
        for format in Format::ALL {
            assert_eq!(plain(&inventory, format), plain(&replayed, format));
        }
    }
}
