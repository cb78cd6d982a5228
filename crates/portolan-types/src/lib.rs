//! The vocabulary of the Portolan catalog and its exact price engine.
//!
//! Generated catalogs are plain statics of the types in this crate. It takes what a request used
//! and when, how and where it was served, and returns what it cost: as a [`Total`], or as a
//! [`Quote`] with its lines and everything that it assumes. No float, no allocation, no clock, no
//! dependency; what has no price is an error, never zero.
//!
//! ```
//! use portolan_types::{Card, Context, Date, Meter, Price, Usage};
//!
//! let price = Price::Priced(&[Card {
//!     input: 1_250_000_000_000,
//!     output: 10_000_000_000_000,
//!     ..Card::STANDARD
//! }]);
//! let usage = Usage::new().with(Meter::Input, 200_000).with(Meter::Output, 1_000);
//! let context = Context::at(Date(20260527).timestamp().unwrap());
//! assert_eq!(price.total(&usage, &context).unwrap().amount.to_string(), "0.26");
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod card;
mod choices;
mod context;
mod error;
mod hash;
mod index;
mod meter;
mod money;
mod quote;
mod rates;
mod select;
mod service_tier;
#[cfg(test)]
mod tests;
mod time;
mod total;
mod usage;
mod variant;
mod words;

pub use card::{Card, Converted, Price, Scope, State, Tier};
pub use choices::Choices;
pub use context::Context;
pub use error::PriceError;
pub use hash::hash_ref;
pub use index::Index;
pub use meter::{Fallback, Meter, Unit};
pub use money::{Amount, Currency, DecimalError, MAX_RATE, PICO, parse_rate, rate_text};
pub use quote::{Assumption, Line, Quote};
pub use rates::{NO_RATE, Rates};
pub use service_tier::ServiceTier;
pub use time::{Date, Timestamp, Window};
pub use total::Total;
pub use usage::Usage;
pub use variant::{Variant, VariantKind, VariantSet};

mod auth;
mod catalog;
mod dialect;
mod lists;
mod model;
mod provider;
mod region;
mod regional;
mod service;

pub use auth::{
    Auth, AuthChoice, AuthGroup, AuthMethod, Cloud, CloudChain, KeyError, KeyRule, OAuth,
    OAuthFlow, WrongPrefix,
};
pub use catalog::{
    Catalog, Entry, UnknownRef, candidates, find, find_indexed, provider, providers,
};
pub use dialect::{CacheControl, Dialect};
pub use lists::ModelsUrl;
pub use model::{Budget, Features, Modality, Model, ReasoningControl, Status, Support};
pub use provider::{Claims, Coverage, Provider, Variable};
pub use region::{
    Api, Endpoint, Header, Region, RegionError, RegionName, RegionNames, RegionPolicy, RegionRow,
    Regions, UrlError, is_dns_label,
};
pub use regional::{Placed, Regional};
pub use service::{Capability, Parameter, Service, ServiceModel};

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
