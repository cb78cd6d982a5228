//! The shapes of genai-prices' data, as its packages and its repository have it.
//!
//! Taken is the text of the file, given are its providers and models with every number still as text. A field that is
//! not known here is a mistake: the source has changed, and what the field means has to be looked up before anything is
//! read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::read::mistakes::Mistakes;

/// Where a maintainer looks when the file has another shape.
const SHAPE: &str = "expected the `data.json` of genai-prices, a list of providers";

/// A provider of the source.
#[derive(Debug)]
pub(super) struct Provider<'f> {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) pricing_urls: Vec<String>,
    pub(super) models: Vec<Model<'f>>,
}

/// The fields of a provider. Those that are of no use here tell how to recognise a provider, how to read usage out of an
/// answer and what to fall back to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderFields<'f> {
    id: String,
    name: String,
    #[serde(default)]
    pricing_urls: Vec<String>,
    #[serde(borrow)]
    models: Vec<&'f RawValue>,
    #[serde(borrow, rename = "api_pattern")]
    _api_pattern: Option<&'f RawValue>,
    #[serde(borrow, rename = "description")]
    _description: Option<&'f RawValue>,
    #[serde(borrow, rename = "price_comments")]
    _price_comments: Option<&'f RawValue>,
    #[serde(borrow, rename = "model_match")]
    _model_match: Option<&'f RawValue>,
    #[serde(borrow, rename = "provider_match")]
    _provider_match: Option<&'f RawValue>,
    #[serde(borrow, rename = "extractors")]
    _extractors: Option<&'f RawValue>,
    #[serde(borrow, rename = "fallback_model_providers")]
    _fallback_model_providers: Option<&'f RawValue>,
}

/// A model of the source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model<'f> {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) r#match: Match,
    pub(super) context_window: Option<u64>,
    #[serde(default)]
    pub(super) deprecated: bool,
    pub(super) price_comments: Option<String>,
    #[serde(borrow)]
    pub(super) prices: Prices<'f>,
    #[serde(borrow, default)]
    pub(super) price_variants: Vec<PriceVariant<'f>>,
}

/// The prices of a model: one list of numbers, or several of which the last that is active holds.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Prices<'f>(#[serde(borrow)] &'f RawValue);

/// Numbers by price key, each as the source writes it.
pub(super) type Numbers<'f> = BTreeMap<String, &'f RawValue>;

/// Numbers and when they are active.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionalPrice<'f> {
    pub(super) constraint: Option<Constraint>,
    #[serde(borrow)]
    pub(super) prices: Numbers<'f>,
}

/// Numbers that replace those of the same keys for some requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceVariant<'f> {
    pub(super) when: BTreeMap<String, String>,
    #[serde(borrow)]
    pub(super) prices: Numbers<'f>,
    pub(super) constraint: Option<Constraint>,
}

/// From when on, or at which time of the day. The source knows nothing that is both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constraint {
    pub(super) start_date: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) end_time: Option<String>,
}

/// Which model ids an entry is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Match {
    Equals(String),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// Never asked: no id of an entry needs one.
    Regex(serde::de::IgnoredAny),
    Or(Vec<Match>),
    And(Vec<Match>),
}

/// A number, or one with others above a count of input tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tiered<'f> {
    #[serde(borrow)]
    pub(super) base: &'f RawValue,
    #[serde(borrow)]
    pub(super) tiers: Vec<Tier<'f>>,
}

/// Another number above a count of input tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tier<'f> {
    pub(super) start: u64,
    #[serde(borrow)]
    pub(super) price: &'f RawValue,
}

/// Reads the file.
///
/// # Errors
/// If it is no list of providers. What is wrong inside of one goes to `mistakes`.
pub(super) fn parse<'f>(
    text: &'f str,
    mistakes: &mut Mistakes,
) -> anyhow::Result<Vec<Provider<'f>>> {
    let raw: Vec<&RawValue> =
        serde_json::from_str(text).map_err(|error| anyhow::anyhow!("{error}; {SHAPE}"))?;
    anyhow::ensure!(!raw.is_empty(), "it has no provider; {SHAPE}");
    let providers = raw.iter().enumerate();
    Ok(providers.filter_map(|(at, raw)| provider(raw, at, mistakes)).collect())
}

fn provider<'f>(raw: &'f RawValue, at: usize, mistakes: &mut Mistakes) -> Option<Provider<'f>> {
    let place = format!("provider {} ({})", at + 1, id_of(raw));
    let fields = kept(serde_json::from_str::<ProviderFields<'f>>(raw.get()), &place, mistakes)?;
    let models = fields.models.iter().enumerate().filter_map(|(at, raw)| {
        let place = format!("{}, model {} ({})", fields.id, at + 1, id_of(raw));
        kept(serde_json::from_str::<Model<'f>>(raw.get()), &place, mistakes)
    });
    let models = models.collect();
    Some(Provider { id: fields.id, name: fields.name, pricing_urls: fields.pricing_urls, models })
}

/// What is read, or a mistake at a place.
pub(super) fn kept<T>(
    read: serde_json::Result<T>,
    place: &str,
    mistakes: &mut Mistakes,
) -> Option<T> {
    read.map_err(|error| mistakes.push(place, error)).ok()
}

/// The id of an entry whose other fields may be in another shape.
fn id_of(raw: &RawValue) -> String {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    serde_json::from_str::<Id>(raw.get()).map_or_else(|_| "without id".to_owned(), |entry| entry.id)
}

impl<'f> Prices<'f> {
    /// As the source writes them.
    pub(super) fn text(&self) -> &'f str {
        self.0.get()
    }

    /// Whether they are several, by day or time.
    pub(super) fn is_list(&self) -> bool {
        self.0.get().starts_with('[')
    }

    /// The entries, in the order of the source.
    ///
    /// # Errors
    /// If it is neither numbers nor a list of such.
    pub(super) fn entries(&self) -> serde_json::Result<Vec<ConditionalPrice<'f>>> {
        if self.is_list() {
            return serde_json::from_str(self.0.get());
        }
        let prices = serde_json::from_str(self.0.get())?;
        Ok(vec![ConditionalPrice { constraint: None, prices }])
    }
}

impl Match {
    /// Whether an id is meant. An expression is not looked at.
    pub(super) fn holds(&self, id: &str) -> bool {
        let id = id.to_lowercase();
        match self {
            Self::Equals(text) => id == text.to_lowercase(),
            Self::StartsWith(text) => id.starts_with(&text.to_lowercase()),
            Self::EndsWith(text) => id.ends_with(&text.to_lowercase()),
            Self::Contains(text) => id.contains(&text.to_lowercase()),
            Self::Regex(_) => false,
            Self::Or(any) => any.iter().any(|clause| clause.holds(&id)),
            Self::And(all) => all.iter().all(|clause| clause.holds(&id)),
        }
    }

    /// The ids that are spelled out.
    pub(super) fn spelled(&self) -> Vec<&str> {
        match self {
            Self::Equals(text) => vec![text],
            Self::Or(clauses) => clauses.iter().flat_map(Self::spelled).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(text: &str) -> Match {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn each_clause_means_its_ids_in_any_case() {
        assert!(clause(r#"{"equals":"GLM-5"}"#).holds("glm-5"));
        assert!(!clause(r#"{"equals":"GLM-5"}"#).holds("glm-5.1"));
        assert!(clause(r#"{"starts_with":"gpt-5"}"#).holds("gpt-5-mini"));
        assert!(!clause(r#"{"starts_with":"gpt-5"}"#).holds("openai/gpt-5"));
        assert!(clause(r#"{"ends_with":"-maas"}"#).holds("gemma-maas"));
        assert!(clause(r#"{"contains":"opus"}"#).holds("us.claude-opus-5"));
        let both = clause(r#"{"and":[{"starts_with":"a"},{"ends_with":"z"}]}"#);
        assert!(both.holds("a-z") && !both.holds("a-y"));
        let any = clause(r#"{"or":[{"equals":"x"},{"regex":"^y$"}]}"#);
        assert!(any.holds("X") && !any.holds("y"));
    }

    #[test]
    fn ids_are_those_that_are_spelled_out() {
        let text = r#"{"or":[{"equals":"a"},{"starts_with":"b"},{"or":[{"equals":"c"}]}]}"#;
        assert_eq!(clause(text).spelled(), ["a", "c"]);
        assert!(clause(r#"{"and":[{"equals":"a"}]}"#).spelled().is_empty());
    }

    #[test]
    fn every_wrong_entry_is_told_at_its_place() {
        let mut mistakes = Mistakes::of("data.json");
        let text = r#"[
            {"id":"a","name":"A","models":[
                {"id":"m","match":{"equals":"m"},"price":{}},
                {"id":"n","match":{"resembles":"n"},"prices":{}}]},
            {"id":"b","title":"B","models":[]}]"#;
        let providers = parse(text, &mut mistakes).unwrap();
        assert_eq!(providers.len(), 1);
        let said = mistakes.check().unwrap_err().to_string();
        assert!(said.contains("a, model 1 (m): unknown field `price`"), "{said}");
        assert!(said.contains("a, model 2 (n): unknown variant `resembles`"), "{said}");
        assert!(said.contains("provider 2 (b): unknown field `title`"), "{said}");
    }

    #[test]
    fn what_is_no_list_of_providers_is_refused() {
        for text in ["", "[{\"id\":\"a\",", "{}", "[]"] {
            let error = parse(text, &mut Mistakes::of("data.json")).unwrap_err().to_string();
            assert!(error.contains("a list of providers"), "{error}");
        }
    }
}
