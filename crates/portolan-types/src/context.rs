//! What a price depends on besides the usage: when, how and where a request was served.

use crate::service_tier::ServiceTier;
use crate::time::Timestamp;
use crate::variant::{Variant, VariantSet};

/// When, how and where a request was served. The time is always given: there is no clock here.
///
/// ```
/// use portolan_types::{Context, Date, ServiceTier, Variant};
///
/// let at = Date(20260527).timestamp().unwrap();
/// let context = Context::at(at)
///     .service_tier(ServiceTier::Batch)
///     .region("cn")
///     .variant(Variant::Resolution720p);
/// assert_eq!(context.region, Some("cn"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    /// When the request was served.
    pub at: Timestamp,
    /// The service tier that served it.
    pub service_tier: ServiceTier,
    /// The region that served it, where it was named.
    pub region: Option<&'a str>,
    /// What else sets its price, as far as it was named.
    pub variants: VariantSet,
}

impl<'a> Context<'a> {
    /// A request of the standard tier at this time; no region and no variant is named.
    pub const fn at(at: Timestamp) -> Self {
        Self { at, service_tier: ServiceTier::Standard, region: None, variants: VariantSet::EMPTY }
    }

    /// The context with this service tier.
    #[must_use]
    pub const fn service_tier(mut self, service_tier: ServiceTier) -> Self {
        self.service_tier = service_tier;
        self
    }

    /// The context with this region.
    #[must_use]
    pub const fn region(mut self, region: &'a str) -> Self {
        self.region = Some(region);
        self
    }

    /// The context with this variant, in place of another of its kind.
    #[must_use]
    pub const fn variant(mut self, variant: Variant) -> Self {
        self.variants = self.variants.with(variant);
        self
    }
}
