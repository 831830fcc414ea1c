//! Plausible bugs, put into the policy engine one at a time: do its tests notice?

use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// The folder of the engine within a checkout.
pub const ENGINE: &str = "src/policy";

/// One bug.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// What it is called.
    pub name: String,
    /// Why somebody could make this mistake.
    pub why: String,
    /// The file it is in, within the engine's folder.
    file: String,
    /// What stands there, exactly once.
    old: String,
    /// What the bug puts there.
    new: String,
    /// What must change besides, so that it compiles: file, old text, new text.
    #[serde(default)]
    also: Vec<(String, String, String)>,
}

/// The list, in the order of the file.
///
/// # Errors
/// A list that is not TOML of this form.
pub fn all() -> Result<Vec<Mutant>, toml::de::Error> {
    #[derive(Deserialize)]
    struct List {
        mutant: Vec<Mutant>,
    }
    Ok(toml::from_str::<List>(include_str!("mutants.toml"))?.mutant)
}

impl Mutant {
    /// Puts the bug into the checkout at `root`; gives the files as they were, to be written back.
    ///
    /// # Errors
    /// A file that cannot be read or written, or in which the old text does not stand exactly once.
    pub fn apply(&self, root: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
        let mut before = Vec::new();
        for (file, old, new) in self.edits() {
            let path = root.join(ENGINE).join(file);
            let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
            fs::write(&path, self.replace(file, &text, old, new)?)?;
            before.push((file.to_owned(), text));
        }
        before.reverse();
        Ok(before)
    }

    /// What it changes: files with their old and new texts.
    fn edits(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let also = self.also.iter().map(|(file, old, new)| (file.as_str(), old.as_str(), new.as_str()));
        std::iter::once((self.file.as_str(), self.old.as_str(), self.new.as_str())).chain(also)
    }

    fn replace(&self, file: &str, text: &str, old: &str, new: &str) -> Result<String, String> {
        match text.matches(old).count() {
            1 if old != new => Ok(text.replacen(old, new, 1)),
            1 => Err(format!("{}: changes nothing in {file}", self.name)),
            count => Err(format!("{}: {file} has its old text {count} times, not once", self.name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_mutant_still_applies() {
        let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(ENGINE);
        let mutants = all().unwrap();
        let stale: Vec<_> = mutants
            .iter()
            .flat_map(|mutant| {
                mutant.edits().filter_map(|(file, old, new)| {
                    let text = fs::read_to_string(engine.join(file)).unwrap();
                    mutant.replace(file, &text, old, new).err()
                })
            })
            .collect();
        assert!(stale.is_empty(), "{stale:#?}");
        let names: BTreeSet<_> = mutants.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), mutants.len(), "a name stands twice");
        assert!(mutants.len() >= 20, "{} are too few", mutants.len());
    }

    #[test]
    fn what_does_not_stand_there_once_is_refused() {
        let mutant = all().unwrap().remove(0);
        assert_eq!(mutant.replace("f", "a b", "a", "c").unwrap(), "c b");
        for (text, old, new) in [("b", "a", "c"), ("a a", "a", "c"), ("a", "a", "a")] {
            mutant.replace("f", text, old, new).unwrap_err();
        }
    }
}
