//! The words of the docs pages in one language, from a label file: `docs/labels/<language>.yaml`.
//!
//! Takes label files; returns their labels, or every mistake with its place. A label that the emitter uses is a field
//! here, so a missing, unknown or doubled one is found as a key of a manifest is. No label holds a digit: figures are the
//! catalog's. None holds markup either, so a label is Markdown and HTML as it stands.

mod phrase;
mod phrases;
mod terms;
mod words;

pub use self::phrase::{
    ConvertedPhrase, CountPhrase, DatePhrase, DefaultPhrase, Label, LeadPhrase, NotePhrase,
    PairPhrase, RatePhrase, ShownPhrase, UnitRatePhrase, UnitsRatePhrase, ValuePhrase,
};
pub use self::phrases::PhraseLabels;
pub use self::terms::TermLabels;
pub use self::words::{WordLabels, Words};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::{self, Input};
use crate::manifest::Language;
use crate::shape::{Shape, shape};
use crate::source::{Sources, Spanned};

shape! {
    /// The labels of a language. The file is named after its tag.
    Labels {
        /// The tag.
        /// Example: `zh-CN`
        language: Spanned<Language>,
        /// The words of closed lists.
        words: WordLabels,
        /// Nouns: what stands at the head of parts, columns and rows.
        terms: TermLabels,
        /// Sentences and parts of such, with `{places}` for what the catalog says.
        phrases: PhraseLabels,
    }
}

impl Labels {
    /// The tag of the language, as in `zh-CN`.
    pub fn tag(&self) -> &str {
        &self.language
    }
}

/// Decodes label files in the order of their paths. `shown_under` is put before each path in messages, and the texts are
/// added to `sources`, so that the mistakes can be shown beside those of manifests.
///
/// # Errors
/// Every mistake, in the order of their places.
pub fn load(
    mut inputs: Vec<Input>,
    shown_under: &str,
    sources: &mut Sources,
) -> Result<Vec<Labels>, Vec<Diagnostic>> {
    inputs.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let mut out = Diagnostics::default();
    let mut languages = Vec::new();
    for input in inputs {
        let shown = format!("{shown_under}{}", input.path);
        let Some((_, node)) = load::read(shown, &input.bytes, sources, &mut out) else { continue };
        if let Some(labels) = Labels::decode(&node, &mut out) {
            check_name(&input.path, &labels, &mut out);
            languages.push(labels);
        }
    }
    let mistakes = out.into_vec();
    if mistakes.is_empty() { Ok(languages) } else { Err(mistakes) }
}

fn check_name(path: &str, labels: &Labels, out: &mut Diagnostics) {
    let (language, name) = (&labels.language, format!("{}.yaml", *labels.language));
    if path != name {
        let message = format!("`{path}` has the labels of `{}`", **language);
        let mistake = Diagnostic::new(Code::FileName, language.span, message);
        out.push(mistake.help(format!("rename the file to `{name}`, or mend `language`")));
    }
}
