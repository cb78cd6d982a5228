//! What our engine says of an ask.

use portolan_types::{Amount, Assumption, Card, Context, Currency, Meter, PriceError, Quote};

use crate::draw::Ask;
use crate::index::Offering;

/// What a usage comes to with us.
pub(crate) struct Ours {
    /// The quote.
    pub(crate) quote: Quote,
    /// The meters that another's rate bills, for want of one of their own.
    pub(crate) fallen: Vec<Meter>,
    /// Whether the old price is only taken to hold, between two sightings.
    pub(crate) assumes_the_date: bool,
}

/// What a source that names no region means where prices differ by it: the one without a surcharge.
const PLAIN_REGIONS: [&str; 2] = ["global", "us-east-1"];

/// The total in dollars, or why there is none to compare.
pub(crate) fn price(offering: &Offering, ask: &Ask<'_>) -> Result<Ours, String> {
    let mut context = context(offering, ask);
    let mut quote = ask.entry.quote(&ask.usage, &context);
    for region in PLAIN_REGIONS {
        if matches!(
            quote,
            Err(PriceError::RegionRequired { .. } | PriceError::UnknownRegion { .. })
        ) {
            context = context.region(region);
            quote = ask.entry.quote(&ask.usage, &context);
        }
    }
    let quote = quote.map_err(|error| reason(error, ask))?;
    let total = ask.entry.total(&ask.usage, &context).map(|total| total.amount);
    if total != Ok(quote.total) {
        return Err("`total` and `quote` differ".to_owned());
    }
    match quote.currency() {
        None | Some(Currency::Usd) => {}
        Some(other) => return Err(format!("billed in {other} here")),
    }
    let lines = quote.lines().filter(|line| line.billed_as != line.meter);
    let fallen = lines.map(|line| line.meter).collect();
    let assumes_the_date = quote.assumptions().any(|one| one == Assumption::PriceDate);
    Ok(Ours { quote, fallen, assumes_the_date })
}

/// What the usage came to at the start of each price that the model had before.
pub(crate) fn before(offering: &Offering, ask: &Ask<'_>) -> impl Iterator<Item = Amount> {
    let cards = ask.entry.model.price.cards().iter();
    let starts = cards.filter_map(Card::from).filter(move |from| *from < ask.at);
    starts.filter_map(move |at| {
        let context = Context { at, ..context(offering, ask) };
        Some(ask.entry.total(&ask.usage, &context).ok()?.amount)
    })
}

/// When, how and where the usage was served.
fn context<'a>(offering: &'a Offering, ask: &Ask<'_>) -> Context<'a> {
    let context = Context::at(ask.at).service_tier(ask.service_tier);
    let context = ask.variants.iter().fold(context, |context, one| context.variant(*one));
    offering.region.as_deref().map_or(context, |region| context.region(region))
}

/// Why there is no price, without what is particular to one model.
fn reason(error: PriceError, ask: &Ask<'_>) -> String {
    let provider = ask.entry.provider.id;
    match error {
        PriceError::NoRate { meter } => format!("no rate here: {meter}"),
        PriceError::NoServiceTier { service_tier } => format!("no card here for {service_tier}"),
        PriceError::RegionRequired { .. } | PriceError::UnknownRegion { .. } => {
            format!("the price differs by region here, at {provider}")
        }
        PriceError::VariantRequired { .. } => "the price depends on a variant here".to_owned(),
        PriceError::NoVariant { variant, .. } => format!("no card here for {variant}"),
        PriceError::NoRegion { .. } => format!("no card here for the region, at {provider}"),
        PriceError::Before { .. } => "before the first price that is known here".to_owned(),
        PriceError::After { .. } => "after the last price that is known here".to_owned(),
        PriceError::NotHeld { .. } => format!("no card here holds at {}", ask.at),
        PriceError::Unknown => "no price is known here".to_owned(),
        other => other.to_string(),
    }
}

/// Reads a decimal of dollars; whether nothing was cut off at the last digit of an amount.
pub(crate) fn amount(text: &str) -> Option<(Amount, bool)> {
    let (whole, fraction) = text.split_once('.')?;
    let kept = fraction.get(..18).unwrap_or(fraction);
    let is_whole = fraction[kept.len()..].bytes().all(|digit| digit == b'0');
    let digits: u128 = format!("{whole}{kept:0<18}").parse().ok()?;
    Some((Amount(digits), is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_to_the_last_digit_of_an_amount() {
        assert_eq!(amount("0.26"), Some((Amount(260_000_000_000_000_000), true)));
        assert_eq!(amount("1.0000000000000000001"), Some((Amount(10u128.pow(18)), false)));
        assert_eq!(amount("-1.0"), None);
    }
}
