//! The lifecycle of Lambda runtimes, from `data/lambda-runtimes.json`.

use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// When a runtime's support ends; nothing where AWS has announced no date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lifecycle {
    /// No more patches from this day on.
    pub(crate) deprecated: Option<Date>,
    /// No new functions from this day on.
    pub(crate) block_create: Option<Date>,
    /// No changes to functions from this day on.
    pub(crate) block_update: Option<Date>,
}

/// Every runtime that was known on a day.
#[derive(Debug, Default)]
pub(crate) struct Runtimes {
    as_of: Date,
    lifecycles: BTreeMap<String, Lifecycle>,
}

/// The shipped table. If it did not parse it would be empty, and every runtime unknown.
pub(crate) static RUNTIMES: LazyLock<Runtimes> =
    LazyLock::new(|| Runtimes::parse(include_str!("../data/lambda-runtimes.json")).unwrap_or_default());

impl Runtimes {
    fn parse(text: &str) -> Option<Self> {
        let table: Value = serde_json::from_str(text).ok()?;
        let rows = table.get("runtimes")?.as_object()?;
        let row = |(id, dates): (&String, &Value)| Some((id.clone(), Lifecycle::parse(dates)?));
        Some(Self {
            as_of: date(table.get("as_of")?)?,
            lifecycles: rows.iter().map(row).collect::<Option<_>>()?,
        })
    }

    /// The day the table was compared with AWS's.
    pub(crate) fn as_of(&self) -> Date {
        self.as_of
    }

    /// The lifecycle of a runtime, if the table knows it.
    pub(crate) fn of(&self, runtime: &str) -> Option<&Lifecycle> {
        self.lifecycles.get(runtime)
    }
}

impl Lifecycle {
    /// The dates of a row; nothing if one of them is no date or has an unknown name.
    fn parse(row: &Value) -> Option<Self> {
        let mut dates = Self::default();
        for (name, value) in row.as_object()? {
            let place = match name.as_str() {
                "deprecated" => &mut dates.deprecated,
                "block_create" => &mut dates.block_create,
                "block_update" => &mut dates.block_update,
                _ => return None,
            };
            *place = Some(date(value)?);
        }
        Some(dates)
    }
}

fn date(value: &Value) -> Option<Date> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_parses_and_its_dates_are_in_order() {
        assert!(RUNTIMES.as_of() > Date::default());
        assert!(RUNTIMES.lifecycles.len() > 40, "{}", RUNTIMES.lifecycles.len());
        for (id, it) in &RUNTIMES.lifecycles {
            assert!(it.deprecated.is_some() || it.block_update.is_none(), "{id}");
            // An absent date passes: `None` is smaller than any.
            let ordered = it.block_update.is_none_or(|update| it.block_create <= Some(update));
            assert!(ordered, "{id}: {it:?}");
        }
    }

    #[test]
    fn what_is_no_table_of_dates_is_refused() {
        for text in [
            "",
            "{}",
            r#"{ "runtimes": [] }"#,
            r#"{ "as_of": "2026-11-22", "runtimes": { "x": { "deprecated": "soon" } } }"#,
            r#"{ "as_of": "2026-11-22", "runtimes": { "x": { "deprecated": null } } }"#,
            r#"{ "as_of": 1, "runtimes": {} }"#,
            r#"{ "as_of": "2026-11-22", "runtimes": { "x": { "depracated": "2026-11-22" } } }"#,
        ] {
            assert!(Runtimes::parse(text).is_none(), "{text}");
        }
    }
}
