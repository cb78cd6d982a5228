//! `portolan price`.

use std::io::Read as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use portolan::types::{
    Card, Context, Currency, Entry, Meter, ServiceTier, Timestamp, Usage, Variant, rate_text,
};
use portolan::{Bill, Cost, UsageError, Used};
use serde_json::{Value, json};

use crate::Said;
use crate::completions::refs;
use crate::failure::Failure;
use crate::providers::apis;
use crate::settings::Settings;
use crate::table::table;
use crate::terminal::Look;

#[derive(Args)]
pub(crate) struct Options {
    /// The ref, `provider/model`, or an alias.
    #[arg(value_name = "REF", add = refs())]
    reference: String,
    /// Uncached input tokens.
    #[arg(long, value_name = "N")]
    input: Option<u64>,
    /// Output tokens without reasoning.
    #[arg(long, value_name = "N")]
    output: Option<u64>,
    /// Input tokens read from a cache.
    #[arg(long, value_name = "N")]
    cache_read: Option<u64>,
    /// Input tokens written to a cache for five minutes.
    #[arg(long, value_name = "N")]
    cache_write: Option<u64>,
    /// Input tokens written to a cache for an hour.
    #[arg(long = "cache-write-1h", value_name = "N")]
    cache_write_1h: Option<u64>,
    /// Reasoning tokens.
    #[arg(long, value_name = "N")]
    reasoning: Option<u64>,
    /// Units of any meter: `images_out=2`.
    #[arg(long = "meter", value_name = "NAME=N")]
    meters: Vec<String>,
    /// The service tier that served the request.
    #[arg(long, value_name = "TIER")]
    service_tier: Option<String>,
    /// What else sets the price: `image_size=1k`.
    #[arg(long = "variant", value_name = "NAME=VALUE")]
    variants: Vec<String>,
    /// The region that served the request.
    #[arg(long)]
    region: Option<String>,
    /// Reads the usage of a raw answer: a body or a recorded stream. `-` is the standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "meters"])]
    response: Option<std::path::PathBuf>,
    /// When the request was served; now unless said.
    #[arg(long, value_name = "RFC3339")]
    at: Option<String>,
}

pub(crate) fn run(options: &Options, settings: &Settings, look: Look) -> Result<Said, Failure> {
    let entry = settings.find(&options.reference)?;
    let context = context(options)?;
    let unpriced = |why: &dyn std::fmt::Display| Failure::new("price", format!("`{entry}`: {why}"));
    let bill = if let Some(file) = &options.response {
        match response(&entry, file, options, &context)? {
            Cost::Known(bill) => *bill,
            Cost::Unknown(why) => return Err(unpriced(&why)),
            _ => return Err(unpriced(&"the cost is not known")),
        }
    } else {
        let usage = usage(options)?;
        Bill::of(entry.quote(&usage, &context).map_err(|error| unpriced(&error))?)
    };
    Ok(Said::new(spell_bill(Some(&entry.to_string()), &bill), text(&entry, &bill, look)))
}

/// The largest answer that is read, which is what the SDK reads of one.
const MAX_ANSWER: u64 = 64 << 20;

/// The cost of a recorded answer. A tier that is named counts more than what the answer says.
fn response(
    entry: &Entry,
    file: &Path,
    options: &Options,
    context: &Context<'_>,
) -> Result<Cost, Failure> {
    let mut answer = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(MAX_ANSWER + 1).read_to_end(&mut answer)
    } else {
        let opened = std::fs::File::open(file);
        opened.and_then(|file| file.take(MAX_ANSWER + 1).read_to_end(&mut answer))
    };
    if read.map_err(|error| Failure::file(file, error))? as u64 > MAX_ANSWER {
        return Err(Failure::file(file, "it is larger than 64 MiB, which no answer is"));
    }
    // The answer does not say by which api it came: the model's own is asked first.
    let apis = entry.model.api.into_iter().chain(apis(entry.provider));
    let mut why = UsageError::Missing;
    for api in apis {
        match Used::read(api, &answer) {
            Ok(mut used) => {
                if options.service_tier.is_some() {
                    used.service_tier.clone_from(&options.service_tier);
                }
                return Ok(used.cost(entry, context));
            }
            Err(UsageError::Missing) => {}
            Err(error) => why = error,
        }
    }
    Err(Failure::new("usage", format!("`{}`: {why}", file.display())))
}

/// Now, as prices count time.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn usage(options: &Options) -> Result<Usage, Failure> {
    let flags = [
        (Meter::Input, options.input),
        (Meter::Output, options.output),
        (Meter::CacheRead, options.cache_read),
        (Meter::CacheWrite, options.cache_write),
        (Meter::CacheWrite1h, options.cache_write_1h),
        (Meter::Reasoning, options.reasoning),
    ];
    let mut usage: Usage =
        flags.into_iter().filter_map(|(meter, units)| Some((meter, units?))).collect();
    for text in &options.meters {
        let (meter, units) = pair(text)?;
        let known = Meter::from_id(meter).ok_or_else(|| {
            let all: Vec<_> = Meter::ALL.iter().map(|meter| meter.id()).collect();
            Failure::usage(format!("no meter `{meter}`")).help(format!("one of {}", all.join(", ")))
        })?;
        let units = units
            .parse()
            .map_err(|_| Failure::usage(format!("`{units}` is no whole number of `{meter}`")))?;
        usage.add(known, units);
    }
    if usage.is_empty() {
        let failure = Failure::usage("nothing was used, so there is nothing to price");
        return Err(failure.help("say how much, as `--input 1000 --output 100`"));
    }
    Ok(usage)
}

fn context(options: &Options) -> Result<Context<'_>, Failure> {
    let at = match &options.at {
        None => now(),
        Some(text) => Timestamp::parse(text).ok_or_else(|| {
            let failure = Failure::usage(format!("`{text}` is no date or time"));
            failure.help("as `2026-05-27` or `2026-05-27T08:00:00Z`")
        })?,
    };
    let word = options.service_tier.as_deref().unwrap_or("standard");
    let tier = ServiceTier::from_id(word).ok_or_else(|| {
        let all: Vec<_> = ServiceTier::ALL.iter().map(|tier| tier.id()).collect();
        let failure = Failure::usage(format!("no service tier `{word}`"));
        failure.help(format!("one of {}", all.join(", ")))
    })?;
    let mut context = Context::at(at).service_tier(tier);
    context.region = options.region.as_deref();
    for text in &options.variants {
        pair(text)?;
        let variant = Variant::ALL.iter().find(|variant| variant.to_string() == *text);
        let variant = variant.ok_or_else(|| {
            let all: Vec<_> = Variant::ALL.iter().map(ToString::to_string).collect();
            Failure::usage(format!("no variant `{text}`"))
                .help(format!("one of {}", all.join(", ")))
        })?;
        context = context.variant(*variant);
    }
    Ok(context)
}

fn pair(text: &str) -> Result<(&str, &str), Failure> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    pair.ok_or_else(|| Failure::usage(format!("`{text}` is not `NAME=VALUE`")))
}

/// A bill as scripts read it.
pub(crate) fn spell_bill(reference: Option<&str>, bill: &Bill) -> Value {
    let quote = &bill.quote;
    let lines = quote.lines().map(|line| {
        json!({
            "meter": line.meter.id(),
            "units": line.units,
            "per": line.per,
            "unit_price": rate_text(line.rate).to_string(),
            "amount": line.amount.to_string(),
        })
    });
    json!({
        "ref": reference,
        "state": quote.state.id(),
        "currency": quote.currency().map(Currency::code),
        "total": quote.total.to_string(),
        "lines": lines.collect::<Value>(),
        "card": quote.card.map(card),
        "assumed": bill.assumptions(),
    })
}

/// The conditions of a card and where it is from.
fn card(card: &Card) -> Value {
    json!({
        "service_tier": card.service_tier.id(),
        "regions": card.regions,
        "variants": card.variants.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "from": card.from().map(|from| from.to_string()),
        "until": card.until().map(|until| until.to_string()),
        "source": card.source(),
        "checked": card.checked().map(|checked| checked.to_string()),
    })
}

fn text(entry: &Entry, bill: &Bill, look: Look) -> String {
    let quote = &bill.quote;
    let rows: Vec<_> = quote
        .lines()
        .map(|line| {
            [
                line.meter.id().into(),
                line.units.to_string().into(),
                format!("{} per {}", rate_text(line.rate), line.per).into(),
                line.amount.to_string().into(),
            ]
        })
        .collect();
    let mut out = table(look, ["METER", "UNITS", "PRICE", "AMOUNT"], &rows);
    let unit = quote.currency().map_or(quote.state.id(), |currency| currency.code());
    let total = format!("{entry}: {} {unit}\n", quote.total);
    let assumed = bill.assumptions().into_iter().map(|what| format!("assumed: {what}\n"));
    out.extend(std::iter::once(total).chain(assumed));
    out
}
