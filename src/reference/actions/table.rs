//! The embedded database. `data/actions/refresh.mjs` describes its lines.

use super::Access;
use super::pattern::folded;
use super::resource::ResourceType;
use std::cmp::Ordering;
use std::sync::LazyLock;

/// Read at first use, which takes a few milliseconds.
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::parse(include_str!("../../../data/actions/actions.tsv")));

#[derive(Default)]
pub(super) struct Table {
    pub(super) global: &'static str,
    /// By prefix.
    pub(super) services: Vec<Service>,
}

pub(super) struct Service {
    pub(super) prefix: &'static str,
    pub(super) rcp: bool,
    pub(super) types: Vec<ResourceType>,
    /// By folded name.
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) access: Access,
    pub(super) types: &'static str,
    pub(super) keys: &'static str,
}

impl Table {
    fn parse(text: &'static str) -> Self {
        let mut table = Self::default();
        let (mut types, mut keys) = ("", "");
        for line in text.lines() {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            match (next(), table.services.last_mut()) {
                // The day of the data, for whoever reads it.
                ("as-of", _) => {}
                ("global", _) => table.global = next(),
                ("service", _) => {
                    let (prefix, rcp) = (next(), next() == "rcp");
                    table.services.push(Service { prefix, rcp, types: Vec::new(), rows: Vec::new() });
                }
                ("type", Some(service)) => {
                    service.types.push(ResourceType::new(service.prefix, [next(), next(), next()]));
                }
                ("on", _) => (types, keys) = (next(), next()),
                (letter, Some(service)) => {
                    let row = |access| Row { name: next(), access, types, keys };
                    service.rows.extend(access(letter).map(row));
                }
                (_, None) => {}
            }
        }
        for service in &mut table.services {
            service.rows.sort_by(|a, b| folded(a.name).cmp(folded(b.name)));
        }
        table
    }
}

fn access(letter: &str) -> Option<Access> {
    Some(match letter {
        "L" => Access::List,
        "R" => Access::Read,
        "W" => Access::Write,
        "P" => Access::PermissionsManagement,
        "T" => Access::Tagging,
        _ => return None,
    })
}

/// The items of a list.
pub(super) fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(',').filter(|item| !item.is_empty())
}

/// The service of this prefix, in any case.
pub(super) fn service(prefix: &str) -> Option<&'static Service> {
    let services = &TABLE.services;
    let index = services.binary_search_by(|service| folded(service.prefix).cmp(folded(prefix))).ok()?;
    services.get(index)
}

/// The rows whose names begin with this, in any case; the shortest name first.
pub(super) fn rows_with_head<'a>(rows: &'a [Row], head: &str) -> &'a [Row] {
    let compare = |row: &Row| folded(row.name).take(head.len()).cmp(folded(head));
    let start = rows.partition_point(|row| compare(row) == Ordering::Less);
    let end = rows.partition_point(|row| compare(row) != Ordering::Greater);
    rows.get(start..end).unwrap_or_default()
}
