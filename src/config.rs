//! The configuration file: which accounts and regions, whom they trust, and how fast to read.

use crate::exit::Failure;
use crate::values::{AccountId, RegionName, RoleArn, Secret};
use crate::{files, words};
use report::{Anchor, Anchors};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The file that is read when no other is named.
const DEFAULT_FILE: &str = "lambastion.toml";

/// The configuration of Lambastion.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The regions to read; all that each account has enabled where left out.
    pub(crate) regions: Vec<RegionName>,
    /// Foreign accounts that may be granted access.
    pub(crate) trusted_accounts: Vec<AccountId>,
    /// How fast to read.
    pub(crate) collect: Limits,
    /// The accounts to read; the caller's own where left out.
    #[serde(rename = "account")]
    pub(crate) accounts: Vec<Account>,
}

/// How fast to read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Requests in flight at once, over all accounts, regions and services.
    #[serde(deserialize_with = "concurrency")]
    #[schemars(range(min = 1, max = 1024))]
    pub(crate) concurrency: usize,
    /// How long one attempt of a call may take.
    #[serde(deserialize_with = "seconds")]
    #[schemars(range(min = 1, max = 300))]
    pub(crate) attempt_timeout_seconds: u64,
    /// How often a call is tried before its gap is accepted.
    #[serde(deserialize_with = "attempts")]
    #[schemars(range(min = 1, max = 50))]
    pub(crate) attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrency: 64, attempt_timeout_seconds: 15, attempts: 8 }
    }
}

/// An account to read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// The account's id.
    #[schemars(with = "AccountId")]
    pub(crate) id: Spanned<AccountId>,
    /// The role to assume there; the caller's own credentials where left out.
    #[schemars(with = "Option<RoleArn>")]
    pub(crate) role_arn: Option<Spanned<RoleArn>>,
    /// The external id that the role's trust policy asks for.
    #[schemars(with = "Option<Secret>")]
    pub(crate) external_id: Option<Spanned<Secret>>,
}

fn concurrency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    within(deserializer, 1..=1024)
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    within(deserializer, 1..=300)
}

fn attempts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    within(deserializer, 1..=50)
}

fn within<'de, D: Deserializer<'de>, N: TryFrom<i64>>(
    deserializer: D,
    range: RangeInclusive<i64>,
) -> Result<N, D::Error> {
    let number = i64::deserialize(deserializer)?;
    let fits = Some(number).filter(|number| range.contains(number));
    fits.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
        let (least, most) = range.into_inner();
        D::Error::custom(format!("{number} is not a number from {least} to {most}"))
    })
}

/// A configuration and where its accounts are declared.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// The line that puts each account in scope, for reports that need a place in the repository.
    pub(crate) anchors: Anchors,
    /// The file, where there is one.
    pub(crate) path: Option<PathBuf>,
}

/// Reads the named file, or the default one where it exists.
pub(crate) fn find(named: Option<&Path>) -> Result<Loaded, Failure> {
    match named {
        Some(path) => load(path),
        None if Path::new(DEFAULT_FILE).is_file() => load(Path::new(DEFAULT_FILE)),
        None => Ok(Loaded::default()),
    }
}

/// Reads the named file and no other.
pub(crate) fn named(named: Option<&Path>) -> Result<Option<Loaded>, Failure> {
    named.map(load).transpose()
}

fn load(path: &Path) -> Result<Loaded, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        Failure::usage(format!("cannot read the configuration {path}: {}", files::why(&error)))
    })?;
    let config = parse(&text).map_err(|flaw| {
        let (line, column) = place(&text, flaw.at);
        let path = path.display();
        Failure::usage(format!("{path}:{line}:{column}: {}", flaw.message))
    })?;
    let anchors = anchors(&config, &text, inside_current_directory(path));
    Ok(Loaded { config, anchors, path: Some(path.to_path_buf()) })
}

/// What is wrong with a configuration, and at which byte.
#[derive(Debug)]
struct Flaw {
    at: usize,
    message: String,
}

impl Flaw {
    fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { at: span.start, message: message.into() }
    }
}

fn parse(text: &str) -> Result<Config, Flaw> {
    let config: Config = toml::from_str(text)
        .map_err(|error| flaw(text, error.span().unwrap_or_default(), error.message()))?;
    let mut seen = BTreeMap::new();
    for account in &config.accounts {
        let id = account.id.get_ref();
        if let Some(earlier) = seen.insert(id, account.id.span().start) {
            let (line, _) = place(text, earlier);
            let message = format!("account {id} stands on line {line} already; keep one of them");
            return Err(Flaw::at(account.id.span(), message));
        }
        if let Some(role) = &account.role_arn
            && role.get_ref().account() != id.as_str()
        {
            let other = role.get_ref().account();
            let message = format!("the role belongs to account {other}, not to {id}; mend the ARN or the id");
            return Err(Flaw::at(role.span(), message));
        }
        if let Some(external_id) = &account.external_id
            && account.role_arn.is_none()
        {
            let message = "an external id is for assuming a role; add `role_arn` or remove it";
            return Err(Flaw::at(external_id.span(), message));
        }
    }
    Ok(config)
}

fn flaw(text: &str, at: Range<usize>, message: &str) -> Flaw {
    let said = mend(message);
    let key = key(text, at.start);
    let said = match LISTS.iter().find(|(list, _)| *list == key && message.contains("expected a sequence")) {
        Some((_, example)) => format!("`{key}` is a list; write {example}"),
        None if said.contains(", expected ") && !key.is_empty() => format!("`{key}`: {said}"),
        None => said,
    };
    Flaw::at(at, said)
}

/// The lists, and how each is written.
const LISTS: [(&str, &str); 3] = [
    ("regions", "regions = [\"eu-west-1\"]"),
    ("trusted_accounts", "trusted_accounts = [\"111122223333\"]"),
    ("account", "[[account]], with two brackets"),
];

/// The key or table of the line that the byte is on.
fn key(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim();
    key.trim_matches(['[', ']', ' '])
}

/// The parser's message on one line, with the known key that an unknown one is closest to.
fn mend(message: &str) -> String {
    let message = message.trim().replace('\n', "; ");
    let Some(rest) = message.strip_prefix("unknown field ") else {
        return words::plain(&message);
    };
    let mut names = rest.split('`').skip(1).step_by(2);
    let wrong = names.next().unwrap_or_default();
    let known: Vec<_> = names.collect();
    let closest = known
        .iter()
        .map(|name| (distance(wrong, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3);
    match closest {
        Some((_, name)) => format!("unknown key `{wrong}`; did you mean `{name}`?"),
        None => format!("unknown key `{wrong}`; the keys here are {}", known.join(", ")),
    }
}

/// How many letters to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        let (first, rest) = row.split_at_mut(1);
        first.fill(left);
        for (y, cell) in b.chars().zip(rest) {
            left = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, left);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Line and column of a byte, both from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

fn anchors(config: &Config, text: &str, path: Option<PathBuf>) -> Anchors {
    // A place outside of the current directory is no place in the repository.
    let Some(path) = path else {
        return Anchors::default();
    };
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let path = parts.join("/");
    let anchor = |account: &Account| {
        let (line, _) = place(text, account.id.span().start);
        let line = u32::try_from(line).unwrap_or(1);
        let path = path.clone();
        (account.id.get_ref().to_string(), Anchor { path, line })
    };
    Anchors { accounts: config.accounts.iter().map(anchor).collect() }
}

fn inside_current_directory(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    path.strip_prefix(here).ok().map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(text: &str) -> String {
        let flaw = parse(text).unwrap_err();
        let (line, column) = place(text, flaw.at);
        format!("{line}:{column}: {}", flaw.message)
    }

    #[test]
    fn every_flaw_names_its_place_and_its_mend() {
        let role = "arn:aws:iam::444455556666:role/audit";
        let cases = [
            ("regoins = []", "1:1: unknown key `regoins`; did you mean `regions`?"),
            (
                "\n[collect]\nspeed = 1",
                "3:1: unknown key `speed`; the keys here are concurrency, attempt_timeout_seconds, attempts",
            ),
            ("regions = [\"eu-west-1\", \"mars\"]", "1:25: `mars` is not a region's name, such as eu-west-1"),
            (
                "[[account]]\nid = \"12\"",
                "2:6: `12` is not an account id: twelve digits in quotes, such as \"111122223333\"",
            ),
            (
                "[[account]]\nid = 111122223333",
                "2:6: `id`: invalid type: integer `111122223333`, expected a text in quotes",
            ),
            (
                "trusted_accounts = \"x\"",
                "1:20: `trusted_accounts` is a list; write trusted_accounts = [\"111122223333\"]",
            ),
            ("[account]\nid = \"1\"", "1:1: `account` is a list; write [[account]], with two brackets"),
            ("collect = 5", "1:11: `collect`: invalid type: integer `5`, expected an object"),
            (
                "[collect]\nattempts = \"x\"",
                "2:12: `attempts`: invalid type: string \"x\", expected a number",
            ),
            ("[[account]]\n", "1:1: missing field `id`"),
            ("[collect]\nconcurrency = 5000", "2:15: 5000 is not a number from 1 to 1024"),
            ("[collect]\nattempts = 0", "2:12: 0 is not a number from 1 to 50"),
            (
                "[[account]]\nid = \"111122223333\"\n[[account]]\nid = \"111122223333\"",
                "4:6: account 111122223333 stands on line 2 already; keep one of them",
            ),
            (
                &format!("[[account]]\nid = \"111122223333\"\nrole_arn = \"{role}\""),
                "3:12: the role belongs to account 444455556666, not to 111122223333; mend the ARN or the id",
            ),
            (
                "[[account]]\nid = \"111122223333\"\nexternal_id = \"hush\"",
                "3:15: an external id is for assuming a role; add `role_arn` or remove it",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(flaw(text), expected, "{text}");
        }
    }

    #[test]
    fn an_external_id_is_never_shown() {
        let head = "[[account]]\nid = \"111122223333\"\nrole_arn = \"arn:aws:iam::111122223333:role/r\"\n";
        for value in ["918273645", "\"918273645", "[\"918273645\"]", "918273645 x"] {
            let message = flaw(&format!("{head}external_id = {value}"));
            assert!(message.starts_with("4:"), "{message}");
            assert!(!message.contains("918273645"), "{message}");
        }
        let config = parse(&format!("{head}external_id = \"918273645\"")).unwrap();
        assert!(!format!("{config:?}").contains("918273645"));
    }

    #[test]
    fn an_anchor_is_the_line_of_the_id() {
        let text = "\n[[account]]\nid = \"111122223333\"\n\n[[account]]\nid = \"444455556666\"\n";
        let config = parse(text).unwrap();
        let anchors = anchors(&config, text, Some(PathBuf::from("infra/lambastion.toml")));
        let anchor = &anchors.accounts["444455556666"];
        assert_eq!((anchor.path.as_str(), anchor.line), ("infra/lambastion.toml", 6));
    }

    #[test]
    fn distances_are_known() {
        assert_eq!(distance("regoins", "regions"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
