//! Actions that touch the data of an account, as opposed to its configuration: reading and writing it,
//! secrets, and keys.
//!
//! The table is our own, `data/data-classes.txt`, over the services that serverless code meets. It names
//! what is certain: **an action that is not in it is not thereby harmless**. Rules it follows:
//!
//! * Names of S3 objects are data (they name customers and files), apart from the objects themselves.
//!   Metadata, tags and schemas are not.
//! * Whoever may hand data to another account or copy it elsewhere reads it. So does whoever may sign in
//!   to the database that holds it.
//! * Deleting what holds data writes it. Policies on it are not in the table: who may change those
//!   escalates.

#[cfg(test)]
mod tests;

use crate::actions::{Action, ResourceType, find};
use std::fmt;
use std::sync::LazyLock;

/// What an action does with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataClass {
    /// Hands out data, or a copy of it, or the right to fetch it.
    Read,
    /// Adds, changes or deletes data, or sends something in the account's name.
    Write,
    /// Hands out what is kept secret, or credentials.
    Secrets,
    /// Uses, gives away or destroys keys that protect data.
    Keys,
}

impl DataClass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Secrets, Self::Keys];

    /// Its word: `read`, `write`, `secrets`, `keys`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Secrets => "secrets",
            Self::Keys => "keys",
        }
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One action, and what it does with which data.
#[derive(Clone, Copy, Debug)]
pub struct DataAccess {
    /// The action.
    pub action: Action,
    /// What it does.
    pub class: DataClass,
    /// With what: `S3 objects`, `SQS messages`.
    pub data: &'static str,
    /// Of which types of resource, by name; empty for all that the action names.
    only: &'static str,
}

impl DataAccess {
    /// The types of resource that hold the data. None for an action without resource-level permissions.
    pub fn resources(&self) -> impl Iterator<Item = &'static ResourceType> + use<> {
        let only = self.only;
        let holds = move |name| only.is_empty() || only.split(',').any(|it| it == name);
        self.action.resources().map(|it| it.resource_type).filter(move |it| holds(it.name()))
    }
}

/// Every entry of the table, by action. An action that both reads and writes has two.
pub fn all() -> &'static [DataAccess] {
    &TABLE
}

/// What an action does with data. Empty where the table does not name it.
pub fn of(action: Action) -> &'static [DataAccess] {
    let start = TABLE.partition_point(|it| it.action < action);
    let end = TABLE.partition_point(|it| it.action <= action);
    TABLE.get(start..end).unwrap_or_default()
}

static TABLE: LazyLock<Vec<DataAccess>> = LazyLock::new(|| {
    let mut table: Vec<_> = entries(TEXT).filter_map(|entry| entry.access()).collect();
    table.sort_by_key(|it| (it.action, it.class));
    table
});

const TEXT: &str = include_str!("../../data/data-classes.txt");

/// One action as the table writes it.
struct Entry {
    class: &'static str,
    data: &'static str,
    action: &'static str,
    only: &'static str,
}

impl Entry {
    /// Nothing if the database of actions does not know it; the tests see to it that it does.
    fn access(&self) -> Option<DataAccess> {
        let class = DataClass::ALL.into_iter().find(|it| it.word() == self.class)?;
        Some(DataAccess { action: find(self.action)?, class, data: self.data, only: self.only })
    }
}

fn entries(text: &'static str) -> impl Iterator<Item = Entry> {
    let mut head = ("", "");
    let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(line, _)| line));
    lines.flat_map(move |line| {
        let named = line.starts_with(' ');
        if !named {
            head = line.split_once(' ').unwrap_or_default();
        }
        let (class, data) = head;
        line.split_whitespace().filter(move |_| named).map(move |word| {
            let (action, only) = word.split_once('@').unwrap_or((word, ""));
            Entry { class, data, action, only }
        })
    })
}
