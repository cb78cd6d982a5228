//! The sources that are imported, and whose word something in a manifest is.
//!
//! A manifest tells it by what it says of its source: the source's own address, or the source's id under `via:` beside a
//! page that it quotes. Everything else is a person's word.

use anyhow::Context as _;
use portolan_codegen::catalog::Source;
use portolan_codegen::manifest::Day;
use portolan_types::Date;
use serde::Deserialize;

/// A source, and the day of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who it is.
    pub owner: Owner,
    /// The day of the file; the day, or month and day, may be unknown.
    pub as_of: Day,
}

/// Whose word something is. The order decides where nothing else does: the later counts for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// models.dev.
    ModelsDev,
    /// litellm's price map.
    Litellm,
    /// genai-prices.
    GenaiPrices,
    /// A person, who read a page.
    Person,
}

impl Owner {
    /// The sources that can be imported.
    pub const SOURCES: [Self; 3] = [Self::ModelsDev, Self::Litellm, Self::GenaiPrices];

    /// The id, as commands and `via:` say it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ModelsDev => "models-dev",
            Self::Litellm => "litellm",
            Self::GenaiPrices => "genai-prices",
            Self::Person => "person",
        }
    }

    /// The source's own address. A person has none.
    pub const fn url(self) -> &'static str {
        match self {
            Self::ModelsDev => "https://models.dev/api.json",
            Self::Litellm => {
                "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
            }
            Self::GenaiPrices => "https://github.com/pydantic/genai-prices",
            Self::Person => "",
        }
    }

    /// The source with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::SOURCES.into_iter().find(|owner| owner.id() == id)
    }

    /// Whose word it is that names this source.
    pub fn of(via: Option<&str>, source: &Source) -> Self {
        let url = source.url.as_deref();
        let by_address = || Self::SOURCES.into_iter().find(|owner| Some(owner.url()) == url);
        via.and_then(Self::from_id).or_else(by_address).unwrap_or(Self::Person)
    }
}

/// What every mapping file says of its source's file.
#[derive(Deserialize)]
struct Head {
    as_of: Day,
}

impl Origin {
    /// A source as of the day that its mapping file says.
    ///
    /// # Errors
    /// A mapping without a day.
    pub fn of(owner: Owner, mapping: &str) -> anyhow::Result<Self> {
        let head: Head = serde_yaml::from_str(mapping).with_context(|| {
            format!("sources/{}.yaml: expected `as_of:` with the day of the file", owner.id())
        })?;
        Ok(Self { owner, as_of: head.as_of })
    }

    /// The source itself, as of its day.
    pub fn source(&self) -> Source {
        Source { url: Some(self.owner.url().to_owned()), checked: Some(self.as_of) }
    }
}

/// A sighting on a day of which perhaps only the month is known. The first that it can be: a later one might lie ahead
/// of whoever asks.
pub(super) fn whole_day(day: Day) -> Day {
    let (year, month, number) = (day.0.year(), day.0.month().max(1), day.0.day().max(1));
    Day(Date(year * 10_000 + month * 100 + number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_persons_word_unless_it_came_by_way_of_a_source() {
        let at = |url: &str| Source { url: Some(url.to_owned()), checked: None };
        assert_eq!(Owner::of(None, &at(Owner::Litellm.url())), Owner::Litellm);
        assert_eq!(Owner::of(Some("litellm"), &at("https://acme.example")), Owner::Litellm);
        assert_eq!(Owner::of(None, &at("https://acme.example")), Owner::Person);
        assert_eq!(Owner::of(Some("other"), &at("https://acme.example")), Owner::Person);
        assert_eq!(Owner::of(None, &Source::default()), Owner::Person);
    }

    #[test]
    fn a_month_counts_from_its_first_day() {
        let day = |number| whole_day(Day(Date(number))).0.0;
        assert_eq!(
            (day(20_260_900), day(20_260_000), day(20_260_702)),
            (20_260_901, 20_260_101, 20_260_702)
        );
    }
}
