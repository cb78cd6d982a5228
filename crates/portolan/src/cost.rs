//! What an answer cost: the catalog's price of its usage, or why there is none. Never zero for want of a price.

use std::fmt;

use portolan_types::{Context, Entry, PriceError, Quote, ServiceTier, Timestamp, Usage};

use crate::usage::UsageError;

/// What an answer cost.
///
/// It is shown as an exact decimal with its currency, and as the reason where it is not known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cost {
    /// The catalog's price, with its lines, its card and what it assumes. Free and included answers are known too.
    Known(Box<Quote>),
    /// Nobody can say, and why.
    Unknown(NoCost),
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
    /// The quote, if the cost is known.
    pub fn quote(&self) -> Option<&Quote> {
        match self {
            Self::Known(quote) => Some(quote),
            Self::Unknown(_) => None,
        }
    }

    /// The price of a usage of a model.
    pub(crate) fn of(
        entry: Option<&Entry>,
        usage: &Result<Usage, UsageError>,
        tier: Option<&str>,
        region: Option<&str>,
        at: Timestamp,
    ) -> Self {
        Self::priced(entry, usage, tier, region, at).map_or_else(Self::Unknown, Self::Known)
    }

    fn priced(
        entry: Option<&Entry>,
        usage: &Result<Usage, UsageError>,
        tier: Option<&str>,
        region: Option<&str>,
        at: Timestamp,
    ) -> Result<Box<Quote>, NoCost> {
        let entry = entry.ok_or(NoCost::NotListed)?;
        let usage = usage.as_ref().map_err(|error| NoCost::Usage(error.clone()))?;
        let tier = tier.map_or(Ok(ServiceTier::Standard), |word| {
            tier_of(word).ok_or_else(|| NoCost::ServiceTier(word.to_owned()))
        })?;
        let context = Context { region, ..Context::at(at).service_tier(tier) };
        entry.quote(usage, &context).map(Box::new).map_err(NoCost::Price)
    }
}

/// The tier that a vendor's word means.
fn tier_of(word: &str) -> Option<ServiceTier> {
    // `auto` is what was asked, not what served; a vendor that repeats it served the ordinary way.
    match word {
        "default" | "auto" | "on_demand" | "STANDARD" => Some(ServiceTier::Standard),
        _ => ServiceTier::from_id(&word.to_ascii_lowercase()),
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(quote) => match quote.currency() {
                Some(currency) => write!(f, "{} {currency}", quote.total),
                None => write!(f, "0 ({})", quote.state),
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
