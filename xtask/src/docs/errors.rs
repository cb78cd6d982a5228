//! The page of errors: every code with its explanation, a bad manifest, what the compiler says of it, and the mend.
//!
//! Takes the table of codes and the pairs of manifests; returns Markdown. Nothing on the page is typed twice.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::ensure;
use portolan_codegen::code::Code;
use portolan_codegen::load::Input;
use portolan_codegen::render::{Format, render};
use similar::TextDiff;

use super::pair::{Pair, compiled, pairs};

/// The families of codes, by their first three characters.
const FAMILIES: [(&str, &str); 7] = [
    ("M01", "The text of a file"),
    ("M02", "The shape of a value"),
    ("M03", "References"),
    ("M04", "Names that are taken"),
    ("M05", "Prices"),
    ("M06", "Regions and endpoints"),
    ("M07", "Models and services"),
];

/// Every code by family, from the pairs below `fixtures`.
///
/// # Errors
/// Pairs that cannot be read, and a code that has no pair or no family.
pub fn page(fixtures: &Path) -> anyhow::Result<String> {
    let pairs = pairs(fixtures)?;
    let mut out = String::new();
    let mut shown = 0;
    for (prefix, title) in FAMILIES {
        let _ = writeln!(out, "## {title}\n");
        let codes: Vec<_> = Code::ALL.iter().filter(|code| code.id().starts_with(prefix)).collect();
        for code in &codes {
            let _ = writeln!(out, "- [{code}](#{}): {}", anchor(**code), code.title());
        }
        out.push('\n');
        for code in &codes {
            let own: Vec<_> = pairs.iter().filter(|pair| pair.code == **code).collect();
            ensure!(!own.is_empty(), "{code} has no mended manifest in {}", fixtures.display());
            section(&mut out, fixtures, **code, &own)?;
            shown += 1;
        }
    }
    ensure!(shown == Code::ALL.len(), "a code belongs to no family");
    Ok(out)
}

/// The anchor of a code on the page.
pub fn anchor(code: Code) -> String {
    code.id().to_lowercase()
}

fn section(out: &mut String, fixtures: &Path, code: Code, pairs: &[&Pair]) -> anyhow::Result<()> {
    let _ = writeln!(
        out,
        "### {code}: {} {{#{}}}\n\n{}\n",
        code.title(),
        anchor(code),
        code.explanation()
    );
    for pair in pairs {
        for input in &pair.bad {
            caption(out, "", input, &pair.bad);
            block(out, "yaml", &visible(&input.bytes));
        }
        out.push_str("The compiler says:\n\n");
        block(out, "text", &message(fixtures, pair)?);
        mend(out, pair);
    }
    Ok(())
}

/// Names the file where there are several.
fn caption(out: &mut String, verb: &str, input: &Input, all: &[Input]) {
    if all.len() > 1 {
        let _ = writeln!(out, "{verb}`{}`:\n", input.path);
    }
}

fn block(out: &mut String, language: &str, text: &str) {
    let _ = writeln!(out, "```{language}\n{}\n```\n", text.trim_end());
}

fn message(fixtures: &Path, pair: &Pair) -> anyhow::Result<String> {
    let compiled = compiled(fixtures, pair.bad.clone())?;
    let Err(mistakes) = compiled.result else {
        anyhow::bail!("`{}` is not bad", pair.name);
    };
    Ok(render(&mistakes, &compiled.sources, Format::Human { styled: false }))
}

/// What changes from the bad files to the mended ones, with the lines around it.
fn mend(out: &mut String, pair: &Pair) {
    out.push_str("Mended:\n\n");
    for input in &pair.bad {
        let Some(mended) = pair.mended.iter().find(|mended| mended.path == input.path) else {
            let _ = writeln!(out, "Delete `{}`.\n", input.path);
            continue;
        };
        if mended.bytes != input.bytes {
            caption(out, "", input, &pair.bad);
            block(out, "diff", &changes(input, mended));
        }
    }
    for new in &pair.mended {
        if pair.bad.iter().all(|input| input.path != new.path) {
            let _ = writeln!(out, "And a new file `{}`:\n", new.path);
            block(out, "yaml", &visible(&new.bytes));
        }
    }
}

fn changes(bad: &Input, mended: &Input) -> String {
    let (old, new) = (visible(&bad.bytes), visible(&mended.bytes));
    let diff = TextDiff::from_lines(&old, &new);
    let hunks = diff.unified_diff().context_radius(2).missing_newline_hint(false).to_string();
    let lines = hunks.lines().filter(|line| !line.starts_with("@@"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A text in which what a reader could not see is written out: bytes that are no characters, and characters that are
/// neither ASCII nor letters.
fn visible(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let seen = character == '\n' || character == ' ' || character.is_ascii_graphic();
            if seen || character.is_alphanumeric() {
                out.push(character);
            } else {
                let _ = write!(out, "<U+{:04X}>", u32::from(character));
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "<byte {byte:02X}>");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("a\u{202e}b\u{7}".as_bytes()), "a<U+202E>b<U+0007>");
        assert_eq!(visible(b"N\xefva \xc3\xb6\n"), "N<byte EF>va \u{f6}\n");
    }
}
