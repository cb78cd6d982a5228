//! Which base model an entry of a source serves.
//!
//! Resellers spell a model as they like, so a base model is only found where the id says which one it is and something
//! else agrees:
//!
//! 1. The last segment of the model id, in lower case and with `-` for `.`, `_`, `:` and `@`, is the same as that of a
//!    base model's id, or of an id or alias under which a vendor of `labs` serves it. A `:free` at its end does not
//!    count. A spelling that stands for two base models stands for none.
//! 2. The name ends in that of the base model, or it was released in the same month or at most 31 days apart; where one
//!    of the two dates is not known, the family is the same. An entry without facts has nothing to agree by; the id has
//!    to be the base model's own.
//! 3. The source did not list the entry more than 31 days before the base model was released: ids that move from model
//!    to model, as `deepseek-chat`, meant another one then.
//!
//! The facts of a row stay complete. What an import leaves out, because the base model says it, is its business.

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Catalog, Facts};
use portolan_codegen::manifest::Day;

use crate::read::models_dev::BaseModel;
use crate::row::{Row, Said};

/// The base models that there are, by every spelling.
#[derive(Debug, Default)]
pub struct Bases<'c> {
    models: BTreeMap<&'c str, (&'c str, &'c Facts)>,
    /// The base model of a spelling; nothing where it stands for several.
    spellings: BTreeMap<String, Option<&'c str>>,
}

impl<'c> Bases<'c> {
    /// Those of a catalog, and those of a source that the catalog does not have.
    pub fn of(catalog: &'c Catalog, more: &'c [BaseModel]) -> Self {
        let mut bases = Self::default();
        for base in &catalog.base_models {
            bases.models.insert(&base.id, (&base.name, &base.facts));
        }
        for base in more {
            bases.models.entry(&base.id).or_insert((&base.name, &base.facts));
        }
        let ids: Vec<_> = bases.models.keys().copied().collect();
        for id in ids {
            bases.spell(id, id);
        }
        let labs = catalog.vendors.iter().filter(|vendor| vendor.catalog == "labs");
        for model in labs.flat_map(|vendor| &vendor.providers).flat_map(|provider| &provider.models)
        {
            let Some(base) = &model.base else { continue };
            bases.spell(&model.id, base);
            for alias in &model.aliases {
                bases.spell(alias, base);
            }
        }
        bases
    }

    /// Names the base model of each row that has one.
    pub fn link(&self, rows: &mut [Row]) {
        for row in rows {
            row.base = self.find(row).map(str::to_owned);
        }
    }

    /// The base model that a row serves, if the rule finds one.
    pub fn find(&self, row: &Row) -> Option<&'c str> {
        let spelling = spelling(&row.place.model);
        let id = (*self.spellings.get(&spelling)?)?;
        let (name, facts) = self.models.get(id)?;
        let is_own = spelling == self::spelling(id);
        let agrees = if says_nothing(&row.facts) { is_own } else { agrees(row, name, facts) };
        (agrees && !was_before(row, facts)).then_some(id)
    }

    fn spell(&mut self, id: &str, base: &'c str) {
        let known = self.spellings.entry(spelling(id)).or_insert(Some(base));
        if *known != Some(base) {
            *known = None;
        }
    }
}

fn spelling(id: &str) -> String {
    let last = id.rsplit('/').next().unwrap_or(id).to_ascii_lowercase();
    let last = last.strip_suffix(":free").unwrap_or(&last);
    last.replace(['.', '_', ':', '@'], "-")
}

fn says_nothing(facts: &Facts) -> bool {
    facts.released.is_none() && facts.family.is_none() && facts.context.is_none()
}

fn agrees(row: &Row, name: &str, base: &Facts) -> bool {
    let known = match (row.facts.released, base.released) {
        (Some(own), Some(other)) => are_near(own, other),
        _ => row.facts.family.is_some() && row.facts.family == base.family,
    };
    let own_name = row.name.as_deref().map(letters).unwrap_or_default();
    let name = letters(name);
    known || (!name.is_empty() && own_name.ends_with(&name))
}

/// Whether the source listed the row long before the base model was released.
fn was_before(row: &Row, base: &Facts) -> bool {
    let Said::Priced(cards) = &row.price else { return false };
    let first = cards.iter().filter_map(|card| card.dates.seen).min();
    match (first, base.released) {
        (Some(first), Some(released)) => first < released && !are_near(first, released),
        _ => false,
    }
}

/// Letters and digits alone, without what vendors add in brackets.
fn letters(name: &str) -> String {
    let plain = name.split('(').next().unwrap_or(name);
    plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether two dates are at most 31 days apart, or of one month or year where no more is known.
fn are_near(one: Day, other: Day) -> bool {
    const SECONDS: i64 = 31 * 24 * 60 * 60;
    let (one, other) = (one.0, other.0);
    if let (Some(one), Some(other)) = (one.timestamp(), other.timestamp()) {
        return (one.0 - other.0).abs() <= SECONDS;
    }
    let same_month = one.month() == 0 || other.month() == 0 || one.month() == other.month();
    one.year() == other.year() && same_month
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use portolan_codegen::catalog::{Rates, SCHEMA_VERSION, Source};
    use portolan_codegen::manifest::Word;
    use portolan_types::{Capability, Currency, Date, Meter};

    use super::*;
    use crate::row::{Card, Place};

    fn day(text: &str) -> Option<Day> {
        Date::parse(text).map(Day)
    }

    fn facts(released: &str, family: &str) -> Facts {
        let json = serde_json::json!({ "capability": Word(Capability::Chat) });
        let mut facts: Facts = serde_json::from_value(json).expect("facts");
        facts.released = day(released);
        facts.family = (!family.is_empty()).then(|| family.to_owned());
        facts
    }

    fn base(id: &str, name: &str, facts: Facts) -> BaseModel {
        BaseModel { id: id.to_owned(), name: name.to_owned(), facts, source: Source::default() }
    }

    fn row(model: &str, name: &str, facts: Facts, seen: &str) -> Row {
        let mut card = Card::of(Currency::Usd, Rates(vec![(Meter::Input, 1)]));
        card.dates.seen = day(seen);
        Row {
            key: format!("acme/{model}"),
            place: Place {
                provider: "acme".to_owned(),
                model: model.to_owned(),
                region: None,
                service_tier: None,
                variants: Vec::new(),
            },
            name: Some(name.to_owned()),
            base: None,
            facts,
            api: None,
            status: None,
            retires: None,
            last_seen: None,
            price: Said::Priced(vec![card]),
            source: Source::default(),
            vendor_page: false,
            notes: Vec::new(),
            words: BTreeMap::new(),
            omitted: Vec::new(),
        }
    }

    #[test]
    fn an_id_says_which_base_model_and_something_else_agrees() {
        let catalog =
            Catalog { version: SCHEMA_VERSION, base_models: Vec::new(), vendors: Vec::new() };
        let models = [
            base("lab/nova-2.5", "Nova 2.5 (latest)", facts("2026-01-20", "nova")),
            base("lab/chat", "Chat", facts("2025-12-01", "chat")),
            base("lab/twin", "Twin", facts("", "twin")),
            base("other/twin", "Twin", facts("", "twin")),
            base("lab/undated", "Undated", facts("", "nova")),
        ];
        let bases = Bases::of(&catalog, &models);
        let found = |row: &Row| bases.find(row).map(str::to_owned);
        let nova = Some("lab/nova-2.5".to_owned());
        for (row, expected) in [
            (row("x/Nova-2_5:free", "ACME: Nova 2.5", facts("2020-01-01", ""), ""), &nova),
            (row("nova-2-5", "N", facts("2026-02-01", ""), ""), &nova),
            (row("nova-2-5", "N", facts("2026-01", ""), ""), &nova),
            (row("nova-2-5", "N", facts("2026-06-01", "nova"), ""), &None),
            (row("nova-2-5-mini", "Nova 2.5", facts("2026-01-20", "nova"), ""), &None),
            (row("twin", "Twin", facts("", "twin"), ""), &None),
            (row("undated", "U", facts("2026-06-01", "nova"), ""), &Some("lab/undated".to_owned())),
            (row("nova-2.5", "nova-2.5", facts("", ""), "2026-02-01"), &nova),
            // An id that meant another model before this one was released.
            (row("chat", "chat", facts("", ""), "2025-06-01"), &None),
            (row("chat", "Chat", facts("2025-12-01", "chat"), "2025-06-01"), &None),
            (row("chat", "chat", facts("", ""), "2025-11-20"), &Some("lab/chat".to_owned())),
        ] {
            assert_eq!(&found(&row), expected, "{} {:?}", row.place.model, row.facts.released);
        }
    }
}
