//! What a source says of one offering, in our vocabulary.
//!
//! A reader makes a row of each entry of its source; import and compare read nothing else. A row holds only what the
//! source says: nothing is defaulted, and what the vocabulary cannot hold is listed under [`Row::omitted`].

use std::collections::BTreeMap;

use portolan_codegen::catalog::{Converted, Facts, Rates, Source};
use portolan_codegen::manifest::{Day, Moment, TimeWindow, Weekday};
use portolan_types::{Api, Currency, Meter, ServiceTier, Status, Variant};

/// Everything that a source file says, entry by entry. Each of its keys is in one of the two lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The entries, in the order of their keys.
    pub rows: Vec<Row>,
    /// The keys that are no offering, each with the reason that the mapping gives.
    pub skipped: Vec<(String, String)>,
    /// Numbers that float noise was removed from.
    pub shortened: Vec<Shortened>,
}

/// A number of a source and the decimal that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The entry.
    pub key: String,
    /// The source's field.
    pub field: String,
    /// The number as the source writes it.
    pub written: String,
    /// The rate that it is taken for, per the meter's `per`.
    pub meant: u64,
}

/// One entry of a source, of which several may be one model of ours: a region each, or a variant each.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key that the source has it under, in the source's spelling.
    pub key: String,
    /// What it is with us.
    pub place: Place,
    /// The name for people, if the source has one.
    pub name: Option<String>,
    /// The base model that it serves, as `lab/model`, where [`base`](crate::base) finds one. The facts are complete all
    /// the same: an import leaves out those that are the base's.
    pub base: Option<String>,
    /// The facts that it states.
    pub facts: Facts,
    /// The wire protocol, where the source says one for this entry alone. It may be what the provider speaks anyway.
    pub api: Option<Api>,
    /// Where it is in its life, if the source says so. `Retired` and `Delisted` come with a date below.
    pub status: Option<Status>,
    /// The day from which the vendor serves it no more, with the page that says so if the source names one.
    pub retires: Option<(Day, Option<String>)>,
    /// The last day on which the source listed it, where it does so no more.
    pub last_seen: Option<Day>,
    /// What it costs.
    pub price: Said,
    /// The page that the source names for this entry, else the source itself, and the day of the source's file.
    pub source: Source,
    /// Whether [`Row::source`] is a page of the vendor, which counts for more than any other.
    pub vendor_page: bool,
    /// What a reader has to know.
    pub notes: Vec<String>,
    /// Words of the source's own that only its feed needs, as litellm's `mode`; by field. The word of a price is the field
    /// whose price it says again.
    pub words: BTreeMap<String, String>,
    /// What the source says and the vocabulary cannot hold.
    pub omitted: Vec<Omitted>,
}

/// Where an entry of a source belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The provider's id.
    pub provider: String,
    /// The model id.
    pub model: String,
    /// The region that the entry is about; every region if none.
    pub region: Option<String>,
    /// The service tier that the entry is about, where the source has an entry of its own for it. The cards say it too.
    pub service_tier: Option<ServiceTier>,
    /// The variants that the entry is about, where the source has an entry of its own for each. The cards say them too.
    pub variants: Vec<Variant>,
}

/// What a source says of a price.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// It is priced by these cards.
    Priced(Vec<Card>),
    /// It is free.
    Free,
    /// It is part of a plan.
    Included,
    /// Nothing, or a zero of which the rules of the mapping do not say what it means.
    Unknown,
}

/// Prices that hold together, as a source says them. The conditions are those of a card of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The currency.
    pub currency: Currency,
    /// The service tier.
    pub service_tier: ServiceTier,
    /// What else sets the price; at most one of a kind.
    pub variants: Vec<Variant>,
    /// The weekdays, empty for all.
    pub days: Vec<Weekday>,
    /// The times of day, empty for all.
    pub time: Vec<TimeWindow>,
    /// The vendor's own dates and the source's sightings.
    pub dates: Dates,
    /// The rates, by meter in the order of the registry.
    pub rates: Rates,
    /// Other rates above a number of tokens, ascending; complete for the card's token meters.
    pub tiers: Vec<Tier>,
    /// How the rates were converted, where the source converted them.
    pub converted: Option<Converted>,
    /// What a reader has to know of this card.
    pub note: Option<String>,
}

/// When a card holds, and when it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dates {
    /// The vendor's own date from which it holds.
    pub from: Option<Moment>,
    /// The vendor's own date until which it holds, that moment excluded.
    pub until: Option<Moment>,
    /// The day on which the source first recorded it.
    pub seen: Option<Day>,
    /// The last day on which the source recorded it, where another card or nothing followed.
    pub last_seen: Option<Day>,
    /// The day on which the source first recorded it in this form: tiers and rates that appeared beside unchanged ones.
    pub form_seen: Option<Day>,
}

/// Other rates above a number of tokens, for the whole request.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Above this number of input tokens.
    pub input_above: Option<u64>,
    /// Above this number of output tokens.
    pub output_above: Option<u64>,
    /// Whether the number itself is above already.
    pub inclusive: bool,
    /// The rates.
    pub rates: Rates,
}

/// Something that a source says and a row cannot hold. It is counted and listed, never dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omitted {
    /// The source's field.
    pub field: String,
    /// Its value, as the source writes it.
    pub value: String,
    /// Why it is not in the row.
    pub why: String,
}

impl Card {
    /// A card without conditions.
    pub fn of(currency: Currency, rates: Rates) -> Self {
        Self {
            currency,
            service_tier: ServiceTier::Standard,
            variants: Vec::new(),
            days: Vec::new(),
            time: Vec::new(),
            dates: Dates::default(),
            rates,
            tiers: Vec::new(),
            converted: None,
            note: None,
        }
    }

    /// The rate of a meter.
    pub fn rate(&self, meter: Meter) -> Option<u64> {
        self.rates.rate(meter)
    }
}
