//! What an answer cost: the catalog's price of its usage, or why there is none. Never zero for want of a price.

use std::fmt;

use portolan_types::{
    Context, Entry, Meter, PriceError, Quote, ServiceTier, State, Usage, Variant,
};

use crate::usage::UsageError;

/// What an answer cost.
///
/// It is shown as an exact decimal with its currency, and as the reason where it is not known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cost {
    /// The catalog's price, with its lines, its card and what it assumes. Free and included answers are known too.
    Known(Box<Bill>),
    /// Nobody can say, and why.
    Unknown(NoCost),
}

/// What an answer cost and what that takes for granted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bill {
    /// The catalog's price.
    pub quote: Quote,
    /// Tokens of a kind of content for which the vendor names no price of its own: what they are, and the meter whose
    /// price is for all kinds.
    pub kinds: Vec<(Meter, Meter)>,
    /// Meters of which the answer says only that there was some: they are billed as one.
    pub at_least: Vec<Meter>,
}

impl Bill {
    /// A price with nothing more taken for granted than it says itself.
    pub fn of(quote: Quote) -> Self {
        Self { quote, kinds: Vec::new(), at_least: Vec::new() }
    }

    /// What the bill takes for granted, in words.
    pub fn assumptions(&self) -> Vec<String> {
        let kinds = self.kinds.iter().map(|(kind, meter)| format!("{kind} billed as {meter}"));
        let at_least = self.at_least.iter().map(|meter| format!("{meter} billed as one"));
        let quoted = self.quote.assumptions().map(|assumption| assumption.to_string());
        quoted.chain(kinds).chain(at_least).collect()
    }
}

/// Why the cost of an answer is not known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoCost {
    /// The catalog does not list the model.
    NotListed,
    /// The answer's usage is not known.
    Usage(UsageError),
    /// The service tier that served it is none that the catalog knows.
    ServiceTier(String),
    /// The catalog has no price for this.
    Price(PriceError),
}

impl Cost {
    /// The bill, if the cost is known.
    pub fn bill(&self) -> Option<&Bill> {
        match self {
            Self::Known(bill) => Some(bill),
            Self::Unknown(_) => None,
        }
    }

    /// The price of a usage of a model. The vendor's word for the tier that served it counts more than the context's.
    pub(crate) fn of(
        entry: Option<&Entry>,
        usage: &Result<Usage, UsageError>,
        tier: Option<&str>,
        context: &Context<'_>,
    ) -> Self {
        let tier = tier.map_or(Ok(context.service_tier), |word| {
            tier_of(word).ok_or_else(|| NoCost::ServiceTier(word.to_owned()))
        });
        let context = tier.map(|tier| context.service_tier(tier));
        let entry = entry.ok_or(NoCost::NotListed);
        match entry.and_then(|entry| priced(entry, usage, &context?)) {
            Ok(bill) => Self::Known(Box::new(bill)),
            Err(why) => Self::Unknown(why),
        }
    }
}

fn priced(
    entry: &Entry,
    usage: &Result<Usage, UsageError>,
    context: &Context<'_>,
) -> Result<Bill, NoCost> {
    let free = matches!(entry.model.price.state(), State::Free | State::Included);
    let mut usage = match usage {
        Ok(usage) => *usage,
        // Nothing is billed, however much it was.
        Err(_) if free => Usage::new(),
        Err(error) => return Err(NoCost::Usage(error.clone())),
    };
    let (mut kinds, mut context) = (Vec::new(), *context);
    // Google bills each query of its maps, before Gemini 3 each prompt, and its answers count neither.
    let is_some = |meter: &Meter| usage.units(*meter) > 0;
    let at_least: Vec<_> = [Meter::MapsQueries].into_iter().filter(is_some).collect();
    loop {
        match entry.quote(&usage, &context) {
            Ok(quote) => return Ok(Bill { quote, kinds, at_least }),
            Err(PriceError::NoRate { meter }) if for_all_kinds(meter).is_some() => {
                let all = for_all_kinds(meter).unwrap_or(meter);
                usage.add(all, usage.units(meter));
                usage.set(meter, 0);
                kinds.push((meter, all));
            }
            // An answer for which the model thought was one with thinking on; that it did not think says nothing.
            Err(PriceError::VariantRequired { choices })
                if usage.units(Meter::Reasoning) > 0
                    && choices.variants().any(|variant| variant == Variant::ThinkingOn) =>
            {
                context = context.variant(Variant::ThinkingOn);
            }
            Err(error) => return Err(NoCost::Price(error)),
        }
    }
}

/// The meter whose price is for every kind of content, where the vendor names none for this kind.
fn for_all_kinds(meter: Meter) -> Option<Meter> {
    match meter {
        Meter::InputAudio | Meter::InputImage | Meter::InputVideo => Some(Meter::Input),
        Meter::CacheReadAudio | Meter::CacheReadImage | Meter::CacheReadVideo => {
            Some(Meter::CacheRead)
        }
        Meter::OutputAudio | Meter::OutputImage | Meter::OutputVideo => Some(Meter::Output),
        _ => None,
    }
}

/// The tier that a vendor's word means.
fn tier_of(word: &str) -> Option<ServiceTier> {
    // `auto` is what was asked, not what served; a vendor that repeats it served the ordinary way.
    match word {
        "default" | "auto" | "on_demand" | "ON_DEMAND" | "STANDARD" => Some(ServiceTier::Standard),
        "ON_DEMAND_FLEX" => Some(ServiceTier::Flex),
        "ON_DEMAND_PRIORITY" => Some(ServiceTier::Priority),
        _ => ServiceTier::from_id(&word.to_ascii_lowercase()),
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(bill) => match bill.quote.currency() {
                Some(currency) => write!(f, "{} {currency}", bill.quote.total),
                None => write!(f, "0 ({})", bill.quote.state),
            },
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

impl fmt::Display for NoCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListed => f.write_str("the catalog does not list the model"),
            Self::Usage(error) => error.fmt(f),
            Self::ServiceTier(word) => write!(f, "`{word}` is no service tier of the catalog"),
            Self::Price(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use portolan_types::{Card, Date, Model, PICO, Price};

    use super::*;
    use crate::testing::nova;

    fn cost(usage: &Result<Usage, UsageError>, tier: Option<&str>) -> Cost {
        let at = Date(20_261_127).timestamp().unwrap();
        Cost::of(Some(&nova()), usage, tier, &Context::at(at).region("eu"))
    }

    #[test]
    fn a_usage_is_priced_exactly_or_not_at_all() {
        let usage = Usage::new().with(Meter::Input, 1_000).with(Meter::Output, 1);
        for tier in [None, Some("default"), Some("standard"), Some("ON_DEMAND")] {
            assert_eq!(cost(&Ok(usage), tier).to_string(), "0.001002 USD");
        }
        let unknown = |cost: Cost| cost.to_string();
        assert_eq!(
            unknown(cost(&Ok(usage), Some("batch"))),
            "unknown: no card for service tier `batch`"
        );
        for (word, tier) in [("ON_DEMAND_FLEX", "flex"), ("ON_DEMAND_PRIORITY", "priority")] {
            let expected = format!("unknown: no card for service tier `{tier}`");
            assert_eq!(unknown(cost(&Ok(usage), Some(word))), expected);
        }
        assert_eq!(
            unknown(cost(&Ok(usage), Some("turbo"))),
            "unknown: `turbo` is no service tier of the catalog"
        );
        assert_eq!(
            unknown(cost(&Err(UsageError::Missing), None)),
            "unknown: the provider did not say what was used"
        );
        assert_eq!(
            unknown(cost(&Ok(usage.with(Meter::CacheWrite1h, 1)), None)),
            "unknown: no rate for `cache_write_1h`"
        );
        let at = Date(20_261_127).timestamp().unwrap();
        let unlisted = Cost::of(None, &Ok(usage), None, &Context::at(at));
        assert_eq!(unlisted, Cost::Unknown(NoCost::NotListed));
    }

    #[test]
    fn an_answer_with_thought_has_the_price_of_thinking() {
        static CARDS: [Card; 2] = [
            Card { output: 4 * PICO, variants: &[Variant::ThinkingOn], ..Card::STANDARD },
            Card { output: PICO, variants: &[Variant::ThinkingOff], ..Card::STANDARD },
        ];
        static MODEL: Model = Model { price: Price::Priced(&CARDS), ..crate::testing::NOVA };
        let entry = Entry { model: &MODEL, ..nova() };
        let at = Date(20_261_127).timestamp().unwrap();
        let cost = |usage| {
            Cost::of(Some(&entry), &Ok(usage), None, &Context::at(at).region("eu")).to_string()
        };
        let usage = Usage::new().with(Meter::Output, 1_000_000);
        assert_eq!(cost(usage.with(Meter::Reasoning, 1_000_000)), "8 USD");
        assert!(cost(usage).starts_with("unknown: "), "{}", cost(usage));
    }

    #[test]
    fn a_kind_without_a_price_of_its_own_is_billed_as_all_kinds_and_says_so() {
        let usage = Usage::new()
            .with(Meter::Input, 1)
            .with(Meter::InputImage, 999)
            .with(Meter::CacheReadAudio, 10);
        let cost = cost(&Ok(usage), None);
        assert_eq!(cost.to_string(), "0.001001 USD");
        assert_eq!(
            cost.bill().unwrap().assumptions(),
            ["input_image billed as input", "cache_read_audio billed as cache_read"]
        );
    }
}
