//! What is wrong with a source's file, collected so that one run says all of it.

use std::fmt;

/// The most mistakes that are spelled out: a file in another shape has one per entry.
const SHOWN: usize = 20;

/// Mistakes of one file, in the order in which they were found.
#[derive(Debug)]
pub struct Mistakes {
    file: &'static str,
    list: Vec<String>,
}

impl Mistakes {
    /// None yet, of a file that messages call so.
    pub fn of(file: &'static str) -> Self {
        Self { file, list: Vec::new() }
    }

    /// Adds what is wrong at a place of the file.
    pub fn push(&mut self, place: impl fmt::Display, message: impl fmt::Display) {
        self.list.push(format!("{place}: {message}"));
    }

    /// An error that says all of them, if there are any.
    ///
    /// # Errors
    /// If there are any.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.list.is_empty() {
            return Ok(());
        }
        let mut shown = self.list[..self.list.len().min(SHOWN)].to_vec();
        if self.list.len() > SHOWN {
            shown.push(format!("and {} more", self.list.len() - SHOWN));
        }
        let shown = shown.join("\n  ");
        let count = self.list.len();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        anyhow::bail!("{count} {noun} in {}\n  {shown}", self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_said_and_a_flood_is_counted() {
        let mut mistakes = Mistakes::of("api.json");
        assert!(mistakes.check().is_ok());
        for number in 0..22 {
            mistakes.push(format_args!("acme/m{number}"), "no cost");
        }
        let said = mistakes.check().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.starts_with("22 mistakes in api.json\n  acme/m0: no cost\n"), "{said}");
        assert!(said.ends_with("acme/m19: no cost\n  and 2 more"), "{said}");
    }
}
