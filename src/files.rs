//! Files that appear whole or not at all.

use crate::exit::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever the user's mask lets in.
    Shared,
    /// The user alone: an inventory describes an account's weaknesses.
    Private,
}

/// A place that a file can be written to.
#[derive(Debug)]
pub(crate) struct Destination {
    /// As the user wrote it.
    name: PathBuf,
    /// Where it really is: through a link the file behind it is meant.
    path: PathBuf,
    access: Access,
}

impl Destination {
    /// Tries the place now, so that nobody waits for results that then cannot be written.
    pub(crate) fn new(path: &Path, access: Access) -> Result<Self, Failure> {
        let destination = Self { name: path.to_path_buf(), path: real(path), access };
        let tried = match fs::metadata(&destination.path) {
            Ok(it) if it.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(it) if !it.is_file() => Ok(()),
            _ => destination.temporary().map(drop),
        };
        match tried {
            Ok(()) => Ok(destination),
            Err(error) => Err(Failure::usage(destination.refusal(&error))),
        }
    }

    /// Whether both mean the same file.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.path == other.path
    }

    /// Fails where writing would replace a file that is read.
    pub(crate) fn spare(&self, read: &Path) -> Result<(), Failure> {
        if read.is_file() && self.path == real(read) {
            let path = self.name.display();
            return Err(Failure::usage(format!("{path} is read; write to another file")));
        }
        Ok(())
    }

    /// The file's name as the user wrote it.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    /// Writes the file: under a temporary name, then renamed.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let written = if fs::metadata(&self.path).is_ok_and(|it| !it.is_file()) {
            // A device or pipe must not be replaced by a file.
            OpenOptions::new().write(true).open(&self.path).and_then(|file| fill(file, write))
        } else {
            self.replace(write)
        };
        written.map_err(|error| Failure::internal(self.refusal(&error)))
    }

    fn replace(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let (file, temporary) = self.temporary()?;
        fill(file, write)?;
        fs::rename(&temporary.0, &self.path)
    }

    fn temporary(&self) -> io::Result<(File, Temporary)> {
        let name = self.path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let path = self.path.with_file_name(hidden);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if self.access == Access::Private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        Ok((options.open(&path)?, Temporary(path)))
    }

    fn refusal(&self, error: &io::Error) -> String {
        let path = self.name.display();
        match error.kind() {
            io::ErrorKind::NotFound => {
                format!("cannot write {path}: its directory does not exist; create it first")
            }
            io::ErrorKind::IsADirectory => format!("cannot write {path}: it is a directory"),
            _ => format!("cannot write {path}: {error}"),
        }
    }
}

/// Why a file could not be read, in words.
pub(crate) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::IsADirectory => "it is a directory; name the file in it".to_owned(),
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    }
}

fn real(path: &Path) -> PathBuf {
    let beside = || {
        let directory = path.parent().filter(|it| !it.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(directory.join(path.file_name()?))
    };
    let whole = path.canonicalize().ok();
    whole.or_else(beside).unwrap_or_else(|| path.to_path_buf())
}

fn fill(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

/// A file that goes away unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Gone already where it was renamed.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        let destination = Destination::new(&path, Access::Shared).unwrap();
        destination.write(|out| out.write_all(b"old")).unwrap();
        let failed = destination.write(|out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().message.ends_with("disk full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_modes_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, "").unwrap();
        symlink(&real, &link).unwrap();
        let destination = Destination::new(&link, Access::Private).unwrap();
        destination.write(|out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_known_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing/report.json");
        for (path, why) in [(missing.as_path(), "does not exist"), (directory.path(), "is a directory")] {
            let failure = Destination::new(path, Access::Shared).unwrap_err();
            assert!(failure.message.contains(why), "{}", failure.message);
        }
    }
}
