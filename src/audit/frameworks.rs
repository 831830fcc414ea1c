//! Which controls of published frameworks each check speaks to, from `data/frameworks.json`.
//!
//! `data/frameworks.md` says where each mapping was read. Nothing here knows more than was published: a
//! check without a published counterpart is mapped by us, and says so, only where the text of a weakness
//! or a question plainly names it.
//!
//! ```
//! use audit::frameworks::{self, By};
//!
//! let fsbp = frameworks::framework("fsbp").unwrap();
//! let (_, mapping) = frameworks::of_check("SVC-001").find(|(it, _)| it.id == fsbp.id).unwrap();
//! assert_eq!((mapping.controls.as_slice(), mapping.by), (["Lambda.1".to_owned()].as_slice(), By::Published));
//! ```

mod assess;
#[cfg(test)]
mod tests;

pub use assess::{ControlResult, Counts, Status, assess};

use crate::Severity;
use serde::Deserialize;
use std::sync::LazyLock;

/// A framework, as far as it touches what is audited.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// What `--framework` takes, such as `fsbp` or `nist-800-53`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its version or edition.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// What is listed of it, or why nothing is.
    #[serde(default)]
    pub note: Option<String>,
    /// Its controls, whether or not a check speaks to them.
    pub controls: Vec<Control>,
    /// Which check speaks to which of them.
    pub mappings: Vec<Mapping>,
}

/// A control, requirement, risk, weakness or question of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its id in the framework, such as `Lambda.1` or `AC-3(7)`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How bad its failure is, where the framework says so.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Its own page, if it has one.
    #[serde(default)]
    pub source: Option<String>,
}

/// That a check speaks to controls of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The check's code.
    pub check: String,
    /// The ids of the controls.
    pub controls: Vec<String>,
    /// Who says so.
    pub by: By,
    /// The page that says so; or, if we do, that describes the control.
    pub source: String,
    /// The control of AWS Security Hub or the rule of AWS Config that both have in common.
    #[serde(default)]
    pub via: Option<String>,
    /// How the check compares with what it was mapped through.
    #[serde(default)]
    pub fit: Fit,
    /// The types of resources on which it does; all if there are none.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Where the two differ.
    #[serde(default)]
    pub note: Option<String>,
}

/// Who says that a check speaks to a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// AWS, for a control or rule of the same content.
    Published,
    /// We do, by the control's own text.
    Lambastion,
}

/// How a check compares with the control or rule through which it was mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Both look for the same.
    #[default]
    Same,
    /// The check asks for more: if it fails, the control may still stand.
    Wider,
    /// The check asks for less: if it passes, the control may still fail.
    Narrower,
}

/// A check that no framework asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmapped {
    /// The check's code.
    pub check: String,
    /// Why there is nothing to map it to.
    pub why: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    compared: String,
    frameworks: Vec<Framework>,
    unmapped: Vec<Unmapped>,
}

/// The shipped data. If it did not parse there would be no frameworks; a test sees to it that it does.
static DATA: LazyLock<Data> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../data/frameworks.json");

/// Every framework, in the order of the data.
pub fn all() -> &'static [Framework] {
    &DATA.frameworks
}

/// The day on which the data was last compared with its sources: `2026-11-23`.
pub fn compared() -> &'static str {
    &DATA.compared
}

/// The checks that no framework asks for.
pub fn unmapped() -> &'static [Unmapped] {
    &DATA.unmapped
}

/// The framework of that id.
pub fn framework(id: &str) -> Option<&'static Framework> {
    all().iter().find(|it| it.id == id)
}

/// What a check speaks to, framework by framework.
pub fn of_check(code: &str) -> impl Iterator<Item = (&'static Framework, &'static Mapping)> {
    let mappings = all().iter().flat_map(|it| it.mappings.iter().map(move |mapping| (it, mapping)));
    mappings.filter(move |(_, mapping)| mapping.check == code)
}

impl Framework {
    /// The control of that id.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls.iter().find(|it| it.id == id)
    }
}
