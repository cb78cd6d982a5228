//! Writes the default model into the user's file. The text is edited, not written anew: comments, order and layout are a
//! person's. What comes out is read again before it takes the file's place, and it does so in one step.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::source::Sources;
use portolan_codegen::yaml::{self, Node, Value};

use crate::failure::Failure;

const KEY: &str = "default_model";

/// Makes a ref or alias the default model of the user's file, which is made if it is not there.
pub(crate) fn set_default_model(path: &Path, word: &str) -> Result<(), Failure> {
    let text = if super::exists(path)? {
        let bytes = super::bytes(path)?;
        yaml::decode(&bytes).map_err(|_| Failure::file(path, "it is not UTF-8"))?
    } else {
        String::new()
    };
    let edited = edited(&text, word)
        .ok_or_else(|| Failure::file(path, format!("`{KEY}: {word}` cannot be written into it")))?;
    replace(path, &edited).map_err(|error| Failure::file(path, error))
}

/// The text with another default model, if it is a mapping.
fn edited(text: &str, word: &str) -> Option<String> {
    let value = scalar(word);
    let root = parsed(text)?;
    let edited = match &root.value {
        Value::Null => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            // What marks the beginning of a document stays before what is in it.
            format!("{text}{gap}{KEY}: {value}\n")
        }
        Value::Mapping(mapping) => match mapping.get(KEY) {
            Some(node) => {
                let (start, end) = (node.span.start as usize, node.span.end as usize);
                let gap = if text[..start].ends_with(':') { " " } else { "" };
                [&text[..start], gap, &value, &text[end..]].concat()
            }
            None => insert(text, &root, &value, mapping.entries.is_empty()),
        },
        _ => return None,
    };
    let read = parsed(&edited)?;
    let Value::Mapping(mapping) = read.value else { return None };
    let is_set = mapping
        .get(KEY)
        .is_some_and(|node| matches!(&node.value, Value::Scalar(scalar) if scalar.text == word));
    is_set.then_some(edited)
}

/// A first line before the others, or a first entry of `{ }`.
fn insert(text: &str, root: &Node, value: &str, empty: bool) -> String {
    let start = root.span.start as usize;
    if text[start..].starts_with('{') {
        let comma = if empty { "" } else { "," };
        return format!("{}{{ {KEY}: {value}{comma}{}", &text[..start], &text[start + 1..]);
    }
    format!("{}{KEY}: {value}\n{}", &text[..start], &text[start..])
}

fn parsed(text: &str) -> Option<Node> {
    let mut out = Diagnostics::default();
    let node = yaml::parse(Sources::default().add("", ""), text, &mut out)?;
    out.is_empty().then_some(node)
}

/// A ref as a YAML scalar: plain where every reader takes it for a text.
fn scalar(word: &str) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let plain = word.contains('/')
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(inner);
    if plain {
        word.to_owned()
    } else {
        format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Writes a file in one step: whole, or as it was. A link stays one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = write(&temporary, &path, text).and_then(|()| std::fs::rename(&temporary, &path));
    if written.is_err() {
        // It may not be there; the first error is what is told.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

fn write(temporary: &PathBuf, path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(temporary)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = path.metadata() {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_default_model_changes() {
        for (before, after) in [
            ("", "default_model: a/b\n"),
            ("# mine\n", "# mine\ndefault_model: a/b\n"),
            ("# mine", "# mine\ndefault_model: a/b\n"),
            (
                "default_model: x/y # best\nfallbacks: [c/d]\n",
                "default_model: a/b # best\nfallbacks: [c/d]\n",
            ),
            ("default_model: 'x/y'\n", "default_model: a/b\n"),
            ("default_model:\nfallbacks: []\n", "default_model: a/b\nfallbacks: []\n"),
            (
                "# mine\n\nfallbacks:\n  - c/d # e\n",
                "# mine\n\ndefault_model: a/b\nfallbacks:\n  - c/d # e\n",
            ),
            ("{}\n", "{ default_model: a/b}\n"),
            ("{ fallbacks: [c/d] }", "{ default_model: a/b, fallbacks: [c/d] }"),
            ("---\naliases: { é: c/d }\r\n", "---\ndefault_model: a/b\naliases: { é: c/d }\r\n"),
        ] {
            assert_eq!(edited(before, "a/b").as_deref(), Some(after), "{before:?}");
        }
        assert_eq!(edited("a: [", "a/b"), None);
        assert_eq!(edited("- a\n", "a/b"), None);
    }

    #[test]
    fn a_ref_is_read_as_it_was_meant() {
        for word in ["a/b:free", "a/@cf/x", "a/b#c", "yes", "1", "a/\"b\\c", "a/b"] {
            let text = edited("", word).unwrap();
            let Value::Mapping(mapping) = parsed(&text).unwrap().value else { panic!("{text}") };
            let Value::Scalar(scalar) = &mapping.entries[0].1.value else { panic!("{text}") };
            assert_eq!(scalar.text, word);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_mode_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real.yaml"), folder.path().join("config.yaml"));
        std::fs::write(&file, "# mine\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        set_default_model(&link, "a/b").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "# mine\ndefault_model: a/b\n");
        assert!(link.is_symlink());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
