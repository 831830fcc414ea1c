//! Keeps the committed `registry.rs` in step with the check files: one file in a folder for each
//! layer is one check. It is written only when its text changes.
#![expect(clippy::expect_used, reason = "a build script has nobody to hand an error to")]

use std::{env, fmt::Write, fs, path::Path};

/// The folders, in the order that a request meets the layers.
const LAYERS: [&str; 5] = ["edge", "source", "service", "function", "downstream"];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let root = Path::new(&root);
    let mut files: Vec<File> = Vec::new();
    for (layer, folder) in LAYERS.iter().enumerate() {
        println!("cargo::rerun-if-changed={folder}");
        let entries = fs::read_dir(root.join(folder)).expect("every layer has a folder");
        let paths = entries.map(|entry| entry.expect("the folder is readable").path());
        let sources = paths.filter(|path| path.extension().is_some_and(|it| it == "rs"));
        files.extend(sources.map(|path| File::read(layer, folder, &path)));
    }
    let text = registry(&mut files);
    let registry = root.join("registry.rs");
    if fs::read_to_string(&registry).ok().as_ref() != Some(&text) {
        fs::write(registry, text).expect("the folder is writable");
    }
}

/// A check file.
struct File {
    /// The place of its layer in [`LAYERS`].
    layer: usize,
    /// The line that begins with the check's code.
    code: String,
    /// Its path without `.rs`.
    path: String,
    /// Its module's name: the layer and the file's name, since two layers may share a name.
    module: String,
}

impl File {
    fn read(layer: usize, folder: &str, path: &Path) -> Self {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a file has a name");
        let text = fs::read_to_string(path).expect("a check is readable");
        let code = text.lines().map(str::trim).find(|it| it.starts_with('"'));
        Self {
            layer,
            code: code.unwrap_or_default().to_owned(),
            path: format!("{folder}/{name}"),
            module: format!("{folder}_{name}"),
        }
    }
}

/// The registry's text: modules by name, checks by layer and code.
fn registry(files: &mut [File]) -> String {
    let mut text = String::from("//! Written by `build.rs`: commit it, do not edit it.\n\n");
    files.sort_by(|a, b| a.module.cmp(&b.module));
    for File { path, module, .. } in &*files {
        write!(text, "#[path = \"{path}.rs\"]\nmod {module};\n").expect("strings grow");
    }
    text.push_str("\n/// Every check, by layer and code.\n#[rustfmt::skip]\n");
    text.push_str("pub const ALL: &[audit::Check] = &[\n");
    files.sort_by(|a, b| (a.layer, &a.code).cmp(&(b.layer, &b.code)));
    for File { module, .. } in files {
        writeln!(text, "    {module}::CHECK,").expect("strings grow");
    }
    text.push_str("];\n");
    text
}
