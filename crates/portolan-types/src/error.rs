//! Why a usage has no price. Nothing that cannot be priced ever comes to zero.

use core::fmt;

use crate::choices::Choices;
use crate::meter::Meter;
use crate::region::RegionNames;
use crate::service_tier::ServiceTier;
use crate::time::Timestamp;
use crate::variant::Variant;

/// Why a usage has no price in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PriceError {
    /// Nobody said what the model costs.
    Unknown,
    /// The card has no rate for a meter that was used, nor one that it falls back to.
    NoRate {
        /// The meter.
        meter: Meter,
    },
    /// No card is for the service tier.
    NoServiceTier {
        /// The service tier.
        service_tier: ServiceTier,
    },
    /// The provider has no such region.
    UnknownRegion {
        /// The provider's regions, empty if it has none.
        choices: RegionNames,
    },
    /// No card of the service tier is for the region.
    NoRegion {
        /// The regions that have a price.
        choices: Choices,
    },
    /// No card of the service tier and region is for a variant.
    NoVariant {
        /// The variant.
        variant: Variant,
        /// The variants of its kind that have a price.
        choices: Choices,
    },
    /// The cards that hold differ by region, and none was named.
    RegionRequired {
        /// The regions to choose from.
        choices: Choices,
    },
    /// The price depends on a variant that was not named.
    VariantRequired {
        /// The variants to choose from.
        choices: Choices,
    },
    /// The time is before the first known price.
    Before {
        /// Since when a price is known.
        since: Timestamp,
    },
    /// The time is after the last known price.
    After {
        /// When the last price ceased to hold.
        until: Timestamp,
    },
    /// There are prices before and after the time, or for other hours, but none for it.
    NotHeld {
        /// The time.
        at: Timestamp,
    },
    /// The amount is too large to hold.
    Overflow,
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the price is not known"),
            Self::NoRate { meter } => write!(f, "no rate for `{meter}`"),
            Self::NoServiceTier { service_tier } => {
                write!(f, "no card for service tier `{service_tier}`")
            }
            Self::UnknownRegion { choices } if choices.is_empty() => {
                f.write_str("no such region: this provider has no regions")
            }
            Self::UnknownRegion { choices } => write!(f, "no such region: one of {choices}"),
            Self::NoRegion { choices } => {
                f.write_str("no card for this region")?;
                list(f, ", only for ", choices.regions())
            }
            Self::NoVariant { variant, choices } => {
                write!(f, "no card for `{variant}`")?;
                let kind = variant.kind();
                list(f, ", only for ", choices.variants().filter(move |other| other.kind() == kind))
            }
            Self::RegionRequired { choices } => {
                f.write_str("the price differs by region")?;
                list(f, ", name one: ", choices.regions())
            }
            Self::VariantRequired { choices } => {
                f.write_str("the price depends on a variant")?;
                list(f, ", name one: ", choices.variants())
            }
            Self::Before { since } => write!(f, "no price is known before {}", Moment(*since)),
            Self::After { until } => write!(f, "no price is known from {} on", Moment(*until)),
            Self::NotHeld { at } => write!(f, "no price is known at {}", Moment(*at)),
            Self::Overflow => f.write_str("the amount is too large"),
        }
    }
}

impl core::error::Error for PriceError {}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    opening: &str,
    items: impl Iterator<Item = T>,
) -> fmt::Result {
    for (position, item) in items.enumerate() {
        write!(f, "{}`{item}`", if position == 0 { opening } else { ", " })?;
    }
    Ok(())
}

/// A time for people: midnight is the bare date.
struct Moment(Timestamp);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.date() {
            Some(date) if date.timestamp() == Some(self.0) => date.fmt(f),
            _ => self.0.fmt(f),
        }
    }
}
