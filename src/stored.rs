//! Reads an inventory that was written earlier.

use crate::exit::Failure;
use crate::{files, words};
use inventory::{Inventory, SCHEMA};
use serde::Deserialize;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// More than any organization's inventory; what is longer is something else.
const MOST: u64 = 2 << 30;

/// Reads an inventory from a file, or from standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Inventory, Failure> {
    let (name, bytes) = if path == Path::new("-") {
        ("standard input".to_owned(), bytes(io::stdin().lock(), MOST))
    } else {
        let opened = File::open(path).and_then(|file| {
            let directory = file.metadata()?.is_dir();
            let refused = directory.then_some(io::ErrorKind::IsADirectory.into());
            refused.map_or(Ok(file), Err)
        });
        (path.display().to_string(), opened.and_then(|file| bytes(file, MOST)))
    };
    let bytes = bytes.map_err(|error| {
        Failure::usage(format!("cannot read the inventory {name}: {}", files::why(&error)))
    })?;
    parse(&bytes).map_err(|why| Failure::usage(format!("{name}{why}")))
}

fn bytes(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other("it is too large to be an inventory"));
    }
    Ok(bytes)
}

#[derive(Deserialize)]
#[serde(expecting = "an inventory, which is a JSON object")]
struct Head {
    schema: Option<String>,
}

/// The inventory; or what is wrong, to stand behind the file's name.
fn parse(bytes: &[u8]) -> Result<Inventory, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        format!(": byte {at} is not UTF-8; an inventory is JSON that `lambastion collect` wrote")
    })?;
    if text.trim().is_empty() {
        return Err(": empty; `lambastion collect` writes an inventory".into());
    }
    // A list would be taken for the fields in their order.
    if text.trim_start().starts_with('[') {
        return Err(
            ":1:1: a list, not an inventory, which is a JSON object that `lambastion collect` wrote".into()
        );
    }
    let head: Head = serde_json::from_str(text).map_err(|error| flaw(text, &error))?;
    match head.schema.as_deref() {
        Some(SCHEMA) => serde_json::from_str(text).map_err(|error| flaw(text, &error)),
        Some(other) if other.starts_with("lambastion/inventory/") => Err(format!(
            ": this is `{other}`, and this version reads `{SCHEMA}`; evaluate it with the version that wrote it, or collect again"
        )),
        Some(other) => Err(format!(": this is `{other}`, not an inventory; `lambastion collect` writes one")),
        None => Err(format!(
            ": not an inventory, it has no `\"schema\": \"{SCHEMA}\"`; `lambastion collect` writes one"
        )),
    }
}

fn flaw(text: &str, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let what = whole.strip_suffix(&format!(" at line {line} column {column}"));
    let what = words::plain(what.unwrap_or(&whole));
    // Messages on fields name theirs.
    let field = field(text, line, column).filter(|_| error.is_data() && !what.contains(" field `"));
    let field = field.map(|field| format!("`{field}`: ")).unwrap_or_default();
    let mend = if error.is_eof() {
        "the file was cut short; collect again"
    } else {
        "not what `lambastion collect` writes"
    };
    format!(":{line}:{column}: {field}{what}; {mend}")
}

/// The key whose value ends or begins at that place: the last one before it.
fn field(text: &str, line: usize, column: usize) -> Option<&str> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let before = text.get(..start + column.min(text.len().saturating_sub(start)))?;
    let is_key = |(at, _): &(usize, &str)| {
        let quoted = before.get(..*at).is_some_and(|it| it.ends_with('\\'));
        let rest = before.get(at + 1..).unwrap_or_default();
        !quoted && rest.trim_start().starts_with(':')
    };
    let (end, _) = before.rmatch_indices('"').find(is_key)?;
    before.get(..end)?.rsplit('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_a_place_is_the_last_key_before_it() {
        let text = "{\n  \"a\": 1, \"b\" : \"x\\\": y\",\n  \"c\": [7]\n}";
        assert_eq!(field(text, 2, 8), Some("a"));
        assert_eq!(field(text, 2, 24), Some("b"));
        assert_eq!(field(text, 3, 9), Some("c"));
        assert_eq!(field(text, 1, 1), None);
        assert_eq!(field("{\"é\": 7}", 1, 8), Some("é"));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert!(bytes(&b"12345"[..], 4).is_err());
        assert_eq!(bytes(&b"1234"[..], 4).unwrap(), b"1234");
    }
}
