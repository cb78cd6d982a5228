//! The closed set of service tiers: how a request is served.

use crate::words::words;

words! {
    /// How a request is served. A price holds for one tier; the tier that counts is the one that
    /// served the request, not the one asked for.
    ServiceTier {
        /// The ordinary way.
        Standard = "standard",
        /// Answered within hours, usually at half the price.
        Batch = "batch",
        /// Slower and cheaper, as capacity allows.
        Flex = "flex",
        /// Faster than standard, at a higher price.
        Priority = "priority",
        /// The vendor's fast mode.
        Fast = "fast",
        /// Between flex and standard.
        Balanced = "balanced",
        /// The vendor's fastest mode.
        Ultrafast = "ultrafast",
        /// The vendor's mode for decisions.
        Decisions = "decisions",
    }
}
