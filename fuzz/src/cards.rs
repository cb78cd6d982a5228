//! Cards as the price engine takes them, read from any bytes. Half of them keep the contract between compiler and engine,
//! half do not.

use arbitrary::{Result, Unstructured};
use portolan_types::{
    Card, Context, Converted, Currency, Date, MAX_RATE, Meter, Price, Scope, ServiceTier, Tier,
    Timestamp, Usage, Variant, Window,
};

use crate::quotes;
use portolan_codegen::rows::rated;

const REGIONS: [&str; 4] = ["", "cn", "eu-west-1", "模\u{202e}"];

/// Asks for prices of cards.
pub(crate) fn ask(bytes: &[u8]) {
    // Bytes that end early make a shorter list, so there is no error to speak of.
    let _ = asked(&mut Unstructured::new(bytes));
}

fn asked(bytes: &mut Unstructured<'_>) -> Result<()> {
    let lawful = bytes.arbitrary()?;
    let count = bytes.int_in_range(0..=5)?;
    let cards: Vec<Card> = (0..count).map(|_| card(bytes, lawful)).collect::<Result<_>>()?;
    // Prices are statics; the memory is not given back.
    let price = Price::Priced(cards.leak());
    for _ in 0..8 {
        let (usage, context) = (usage(bytes)?, context(bytes)?);
        quotes::ask(&price, &usage, &context, lawful);
        if lawful {
            more_costs_no_less(&price, &usage, &context, bytes)?;
        }
    }
    Ok(())
}

/// Adds units of a meter. Where the rates only rise with the tiers, as they do in lawful cards here, the total rises too.
fn more_costs_no_less(
    price: &Price,
    usage: &Usage,
    context: &Context<'_>,
    bytes: &mut Unstructured<'_>,
) -> Result<()> {
    let meter = *bytes.choose(&Meter::ALL)?;
    let mut more = *usage;
    more.add(meter, units(bytes)?);
    if let (Ok(less), Ok(more)) = (price.quote(usage, context), price.quote(&more, context)) {
        // Where variants are left open, which card bills may depend on what was used.
        if less.card == more.card {
            assert!(less.total <= more.total, "{less:?}\n{more:?}");
        }
    }
    Ok(())
}

fn card(bytes: &mut Unstructured<'_>, lawful: bool) -> Result<Card> {
    let base = rates(bytes, lawful)?;
    let tiers = tiers(bytes, lawful, &base)?;
    let regions = regions(bytes, lawful)?;
    let converted = Converted { from: currency(bytes)?, rate: "7.1", date: date(bytes)? };
    let Tier { input, cache_read, cache_write, output, others, .. } = rated(&base);
    Ok(Card {
        from: maybe(bytes, moment)?.map_or(i64::MIN, |from| from.0),
        until: maybe(bytes, moment)?.map_or(i64::MAX, |until| until.0),
        windows: windows(bytes, lawful)?.leak(),
        service_tier: *bytes.choose(&ServiceTier::ALL[..2])?,
        regions: regions.leak(),
        variants: variants(bytes, lawful)?.leak(),
        currency: currency(bytes)?,
        input,
        cache_read,
        cache_write,
        output,
        others,
        tiers: tiers.leak(),
        seen: maybe(bytes, date)?.map_or(0, |day| day.0),
        assumed_before: maybe(bytes, moment)?,
        assumed_after: maybe(bytes, moment)?,
        converted: bytes.ratio(1, 8)?.then(|| &*Box::leak(Box::new(converted))),
        ..Card::STANDARD
    })
}

/// Half of the cards hold in every region.
fn regions(bytes: &mut Unstructured<'_>, lawful: bool) -> Result<Vec<&'static str>> {
    let mut regions = Vec::new();
    if bytes.arbitrary()? {
        for _ in 0..bytes.int_in_range(1..=REGIONS.len())? {
            regions.push(*bytes.choose(&REGIONS)?);
        }
    }
    if lawful {
        regions.sort_unstable();
        regions.dedup();
        regions.retain(|region| !region.is_empty());
    }
    Ok(regions)
}

fn maybe<'b, T>(
    bytes: &mut Unstructured<'b>,
    value: impl FnOnce(&mut Unstructured<'b>) -> Result<T>,
) -> Result<Option<T>> {
    bytes.ratio(1, 3)?.then(|| value(bytes)).transpose()
}

fn rates(bytes: &mut Unstructured<'_>, lawful: bool) -> Result<Vec<(Meter, u64)>> {
    let count = bytes.int_in_range(0..=6)?;
    let mut rates = Vec::new();
    for _ in 0..count {
        let highest = if lawful { MAX_RATE } else { u64::MAX };
        rates.push((*bytes.choose(&Meter::ALL)?, bytes.int_in_range(0..=highest)?));
    }
    if lawful {
        rates.sort_unstable();
        rates.dedup_by_key(|(meter, _)| *meter);
    }
    Ok(rates)
}

fn tiers(bytes: &mut Unstructured<'_>, lawful: bool, base: &[(Meter, u64)]) -> Result<Vec<Tier>> {
    let count = bytes.int_in_range(0..=3)?;
    let (whole, mut rising, mut number) = (bytes.arbitrary()?, base.to_vec(), 0u64);
    let mut tiers = Vec::new();
    for _ in 0..count {
        let mut tier = Tier {
            scope: if whole { Scope::Whole } else { Scope::Above },
            input_above: maybe(bytes, units)?,
            output_above: maybe(bytes, units)?,
            inclusive: bytes.arbitrary()?,
            ..Tier::WHOLE
        };
        if lawful {
            // Ascending, with rates that rise and one number where graduated.
            number = number.saturating_add(1).saturating_add(tier.input_above.unwrap_or(7));
            (tier.input_above, tier.output_above) = (Some(number), None);
            for (_, rate) in &mut rising {
                *rate = bytes.int_in_range(*rate..=MAX_RATE)?;
            }
            tier = with_rates(tier, &rising);
        } else {
            tier.scope = if bytes.arbitrary()? { Scope::Whole } else { Scope::Above };
            tier = with_rates(tier, &rates(bytes, false)?);
        }
        tiers.push(tier);
    }
    Ok(tiers)
}

fn with_rates(tier: Tier, rates: &[(Meter, u64)]) -> Tier {
    let Tier { scope, input_above, output_above, inclusive, .. } = tier;
    Tier { scope, input_above, output_above, inclusive, ..rated(rates) }
}

fn windows(bytes: &mut Unstructured<'_>, lawful: bool) -> Result<Vec<Window>> {
    let count = bytes.int_in_range(0..=2)?;
    let window = |bytes: &mut Unstructured<'_>| {
        if !lawful {
            return Ok(Window { start: bytes.arbitrary()?, end: bytes.arbitrary()? });
        }
        let start = bytes.int_in_range(0..=10_079)?;
        Ok(Window { start, end: bytes.int_in_range(start + 1..=10_080)? })
    };
    (0..count).map(|_| window(bytes)).collect()
}

fn variants(bytes: &mut Unstructured<'_>, lawful: bool) -> Result<Vec<Variant>> {
    let count = bytes.int_in_range(0..=2)?;
    let mut list = (0..count).map(|_| variant(bytes)).collect::<Result<Vec<_>>>()?;
    if lawful {
        list.sort_unstable();
        list.dedup_by_key(|variant| variant.kind());
    }
    Ok(list)
}

/// Of few values, so that cards and contexts meet.
fn variant(bytes: &mut Unstructured<'_>) -> Result<Variant> {
    bytes.choose(&Variant::ALL[..9]).copied()
}

fn currency(bytes: &mut Unstructured<'_>) -> Result<Currency> {
    bytes.choose(&Currency::ALL[..2]).copied()
}

fn date(bytes: &mut Unstructured<'_>) -> Result<Date> {
    Ok(Date(bytes.arbitrary()?))
}

/// Near each other, or anywhere.
fn moment(bytes: &mut Unstructured<'_>) -> Result<Timestamp> {
    Ok(Timestamp(if bytes.ratio(7, 8)? {
        bytes.int_in_range(0..=100)? * 40_000
    } else {
        bytes.arbitrary()?
    }))
}

/// Few, many, or as many as there are.
fn units(bytes: &mut Unstructured<'_>) -> Result<u64> {
    match bytes.int_in_range(0..=3u8)? {
        0 => bytes.int_in_range(0..=40),
        1 => bytes.int_in_range(0..=1_000_000_000_000),
        2 => Ok(u64::MAX - bytes.int_in_range(0..=2)?),
        _ => bytes.arbitrary(),
    }
}

fn usage(bytes: &mut Unstructured<'_>) -> Result<Usage> {
    let count = bytes.int_in_range(0..=6)?;
    (0..count).map(|_| Ok((*bytes.choose(&Meter::ALL)?, units(bytes)?))).collect()
}

fn context(bytes: &mut Unstructured<'_>) -> Result<Context<'static>> {
    let mut context =
        Context::at(moment(bytes)?).service_tier(*bytes.choose(&ServiceTier::ALL[..2])?);
    context.region = maybe(bytes, |bytes| bytes.choose(&REGIONS).copied())?;
    for _ in 0..bytes.int_in_range(0..=2)? {
        context = context.variant(variant(bytes)?);
    }
    Ok(context)
}
