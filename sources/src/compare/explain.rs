//! Where a value of the catalog is from, and the rule by which it stands against another.

use portolan_codegen::catalog::{BaseModel, Disagreement, Model, Provider, Source, Vendor};
use portolan_codegen::manifest::{Closed as _, Day, FactKey};

use super::{Difference, Value, Why};
use crate::facts::{agree, text};
use crate::file::Whole;
use crate::flat::same;
use crate::row::Row;

/// A model beside the row of a source.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) whole: &'a Whole,
    pub(super) row: &'a Row,
    /// Every row that is about the model.
    pub(super) rows: &'a [&'a Row],
    pub(super) vendor: &'a Vendor,
    pub(super) provider: &'a Provider,
    pub(super) model: &'a Model,
    /// The base model that it serves.
    pub(super) base: Option<&'a BaseModel>,
    /// Whether a person pinned the model.
    pub(super) pinned: bool,
}

impl Pair<'_> {
    /// A field that differs, with its rule. `own` is where the catalog's value says that it is from.
    pub(super) fn differs(
        &self,
        field: String,
        here: Option<String>,
        there: String,
        own: &Source,
    ) -> Difference {
        let own = self.effective(own);
        let why = self.why(&field, &there, here.as_deref(), &own);
        let here = here.map(|value| Value { value, source: own.url.clone(), checked: own.checked });
        let source = &self.row.source;
        let there = Value {
            value: there,
            source: source.url.clone().or_else(|| Some(self.whole.url.clone())),
            checked: source.checked.or(self.whole.as_of),
        };
        Difference { field, here, there, why }
    }

    /// The nearest source that says where a value is from.
    fn effective(&self, own: &Source) -> Source {
        let all = [own, &self.model.source, &self.provider.source, &self.vendor.source];
        all.into_iter().find(|source| source.url.is_some()).cloned().unwrap_or_default()
    }

    fn why(&self, field: &str, there: &str, here: Option<&str>, own: &Source) -> Option<Why> {
        let known = here.is_some();
        let said = self.model.disagreements.iter().find(|one| self.is_about(one, field, there));
        if let Some(said) = said {
            return Some(Why::Recorded { note: said.note.clone() });
        }
        let theirs = self.row.source.checked.or(self.whole.as_of);
        // A fact that nobody stated here has no page and no day.
        if known && own.url.as_deref().is_some_and(is_vendors) && !self.row.vendor_page {
            return Some(Why::VendorPage);
        }
        if known && is_later(own.checked, theirs) {
            return Some(Why::Later);
        }
        if self.pinned {
            return Some(Why::Pinned);
        }
        if self.another_says(field, there) {
            return Some(Why::OtherEntry);
        }
        let goes_with_the_model = ["capability", "status", "retired.on"].contains(&field);
        let main = self.effective(&Source::default()).url;
        (goes_with_the_model && main.as_ref() != Some(&self.whole.url)).then_some(Why::OtherSource)
    }

    /// Whether another entry of the source is the same model and says otherwise of a fact.
    fn another_says(&self, field: &str, there: &str) -> bool {
        let Some(key) = FactKey::from_id(field) else { return false };
        let mut others = self.rows.iter().filter(|row| row.key != self.row.key);
        others.any(|row| text(&row.facts, key).is_some_and(|said| !agree(&said, there)))
    }

    /// Whether a disagreement of the manifest is the one that was found.
    fn is_about(&self, said: &Disagreement, field: &str, there: &str) -> bool {
        let from_here =
            said.source == self.whole.url || Some(&said.source) == self.row.source.url.as_ref();
        let field = without_conditions(field);
        // A disagreement about a whole price, or one in words, has no value that could be compared.
        let in_words = said.says.contains(' ') || !covers(&field, &said.field);
        from_here
            && (covers(&said.field, &field) || covers(&field, &said.field))
            && (in_words || same(&said.says, there))
    }
}

/// `prices[batch].input` without its conditions, as disagreements name a field.
pub(super) fn without_conditions(field: &str) -> String {
    match (field.find('['), field.rfind(']')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}{}", &field[..start], &field[end + 1..])
        }
        _ => field.to_owned(),
    }
}

/// Whether a field is another or a part of it, as `prices.input` is of `prices`.
pub(super) fn covers(whole: &str, part: &str) -> bool {
    part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a page is the vendor's own: none of the collections that others keep.
pub(super) fn is_vendors(url: &str) -> bool {
    const COLLECTIONS: [&str; 6] = [
        "https://models.dev",
        "https://github.com/BerriAI/litellm",
        "https://github.com/pydantic/genai-prices",
        "https://github.com/openclaw/",
        "https://github.com/NousResearch/",
        "https://raw.githubusercontent.com/",
    ];
    !COLLECTIONS.iter().any(|collection| url.starts_with(collection))
}

/// Whether a day is after another. A month is none of its days, so it is neither before nor after one of them.
fn is_later(own: Option<Day>, theirs: Option<Day>) -> bool {
    let (Some(own), Some(theirs)) = (own, theirs) else { return false };
    own > theirs && (theirs.0.is_full() || own.0.0 / 100 > theirs.0.0 / 100)
}

#[cfg(test)]
mod tests {
    use portolan_types::Date;

    use super::*;

    #[test]
    fn conditions_are_no_part_of_a_disagreement() {
        assert_eq!(without_conditions("prices[batch, quality=high].input"), "prices.input");
        assert_eq!(without_conditions("limits.output"), "limits.output");
    }

    #[test]
    fn a_page_of_a_collection_is_not_the_vendors() {
        assert!(is_vendors("https://docs.x.ai/docs/models"));
        assert!(!is_vendors("https://models.dev/api.json"));
    }

    #[test]
    fn a_month_is_not_after_its_own_days() {
        let day = |text: &str| Date::parse(text).map(Day);
        assert!(is_later(day("2026-10"), day("2026-09-30")));
        assert!(is_later(day("2026-09-30"), day("2026-09-29")));
        assert!(!is_later(day("2026-09"), day("2026-09-15")));
        assert!(!is_later(day("2026-09-15"), day("2026-09")));
        assert!(!is_later(None, day("2026-09")));
    }
}
