//! Times lookups and prices of the catalogs that it is built with. Prints a line per measurement: its key and the
//! nanoseconds that a call takes.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;

use portolan_catalog::types::{
    Card, Catalog, Context, Date, Meter, Model, Price, Scope, ServiceTier, Timestamp, Usage,
};
use portolan_catalog::{CATALOGS, find, models};

fn main() {
    let mut random = Random(0x6d65_6173_7572_6531);
    lookups(&mut random);
    for (kind, is) in KINDS {
        prices(kind, is, &mut random);
    }
}

/// The lowest of several medians of batches: other work on the machine can only make it larger.
fn time<T>(key: &str, items: &[T], call: impl Fn(&T)) {
    if items.is_empty() {
        return;
    }
    let passes = 20_000usize.div_ceil(items.len());
    let batch = || {
        let start = Instant::now();
        for _ in 0..passes {
            items.iter().for_each(&call);
        }
        start.elapsed().as_nanos() as f64 / (passes * items.len()) as f64
    };
    let median = || {
        let mut batches: Vec<_> = (0..41).map(|_| batch()).collect();
        batches.sort_by(f64::total_cmp);
        batches[batches.len() / 2]
    };
    let best = (0..9).map(|_| median()).fold(f64::INFINITY, f64::min);
    println!("{key} {best}");
}

/// Hits are all refs in random order; misses are refs with another last letter, and texts as long as refs.
fn lookups(random: &mut Random) {
    let mut refs: Vec<_> =
        models().map(|model| format!("{}/{}", model.provider, model.id)).collect();
    let known: BTreeSet<_> = refs.iter().cloned().collect();
    random.shuffle(&mut refs);
    let mut missing: Vec<_> = refs.iter().map(|one| other_end(one, random)).collect();
    missing.extend(refs.iter().map(|one| other_text(one, random)));
    missing.retain(|one| !known.contains(one) && find(one).is_err());
    random.shuffle(&mut missing);

    let (hits, misses) = (Keys::new(&refs), Keys::new(&missing));
    time("lookup.loop", &hits.list(), |key| {
        black_box(key.as_bytes()[0]);
    });
    time("lookup.hit", &hits.list(), |key| {
        black_box(find(black_box(key)).is_ok());
    });
    time("lookup.miss", &misses.list(), |key| {
        black_box(find(black_box(key)).is_ok());
    });
    one_catalog(&refs, &misses);
}

/// The same in the largest catalog alone.
fn one_catalog(refs: &[String], misses: &Keys) {
    let models_of = |catalog: &Catalog| -> usize {
        catalog.providers.iter().map(|provider| provider.models.len()).sum()
    };
    let Some(largest) = CATALOGS.iter().max_by_key(|catalog| models_of(catalog)) else { return };
    let of_it: Vec<_> = refs.iter().filter(|one| largest.find(one).is_some()).cloned().collect();
    time("lookup.one.hit", &Keys::new(&of_it).list(), |key| {
        black_box(largest.find(black_box(key)).is_some());
    });
    time("lookup.one.miss", &misses.list(), |key| {
        black_box(largest.find(black_box(key)).is_some());
    });
}

fn other_end(key: &str, random: &mut Random) -> String {
    let mut key = key.to_owned();
    key.pop();
    key.push(random.letter());
    key
}

fn other_text(key: &str, random: &mut Random) -> String {
    key.chars().map(|one| if one.is_ascii_alphanumeric() { random.letter() } else { one }).collect()
}

/// Keys one behind the other in memory, in the order in which they are asked for, as a program has just read them.
struct Keys {
    text: String,
    ends: Vec<usize>,
}

impl Keys {
    fn new(keys: &[String]) -> Self {
        let mut text = String::new();
        let ends = keys.iter().map(|key| {
            text.push_str(key);
            text.len()
        });
        let ends = ends.collect();
        Self { text, ends }
    }

    fn list(&self) -> Vec<&str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end]).collect()
    }
}

type IsKind = fn(&[Card]) -> bool;

/// Kinds of price lists.
const KINDS: [(&str, IsKind); 7] = [
    ("flat", |cards| cards.len() == 1 && cards.iter().all(is_plain)),
    ("service", |cards| !by_place(cards) && by_service_tier(cards)),
    ("context", |cards| !by_place(cards) && by_context(cards)),
    ("dates", |cards| !by_place(cards) && by_date(cards)),
    ("windows", |cards| !by_place(cards) && by_hour(cards)),
    ("together", |cards| {
        by_service_tier(cards) && by_context(cards) && by_date(cards) && by_hour(cards)
    }),
    ("places", by_place),
];

fn is_plain(card: &Card) -> bool {
    let card = std::slice::from_ref(card);
    let kinds: [IsKind; 5] = [by_service_tier, by_context, by_date, by_hour, by_place];
    !kinds.iter().any(|is| is(card))
}

fn by_service_tier(cards: &[Card]) -> bool {
    cards.iter().any(|card| card.service_tier != ServiceTier::Standard)
}

fn by_context(cards: &[Card]) -> bool {
    cards.iter().flat_map(|card| card.tiers).any(|tier| tier.scope == Scope::Whole)
}

fn by_date(cards: &[Card]) -> bool {
    cards.iter().any(|card| card.from().is_some() || card.until().is_some())
}

fn by_hour(cards: &[Card]) -> bool {
    cards.iter().any(|card| !card.windows.is_empty())
}

fn by_place(cards: &[Card]) -> bool {
    cards.iter().any(|card| !card.regions.is_empty() || !card.variants.is_empty())
}

/// A request that has a price.
struct Request {
    price: &'static Price,
    usage: Usage,
    context: Context<'static>,
}

/// So few requests that they and their cards stay in the nearest cache: what is timed is the engine, not the memory.
const REQUESTS: usize = 64;

fn prices(kind: &str, is: IsKind, random: &mut Random) {
    let of_kind: Vec<_> = models().filter(|model| is(model.price.cards())).collect();
    let tries = 20 * REQUESTS * usize::from(!of_kind.is_empty());
    let requests = (0..tries).filter_map(|_| request(&of_kind, random));
    let requests: Vec<_> = requests.take(REQUESTS).collect();
    if kind == "flat" {
        time("total.free", &requests, |one| {
            let _ = black_box(
                black_box(&Price::Free).total(black_box(&one.usage), black_box(&one.context)),
            );
        });
    }
    time(&format!("total.{kind}"), &requests, |one| {
        let _ =
            black_box(black_box(one.price).total(black_box(&one.usage), black_box(&one.context)));
    });
    time(&format!("quote.{kind}"), &requests, |one| {
        let _ =
            black_box(black_box(one.price).quote(black_box(&one.usage), black_box(&one.context)));
    });
}

/// A request that one of the model's cards is for, or may be.
fn request(models: &[&'static Model], random: &mut Random) -> Option<Request> {
    let price = &models[random.below(models.len())].price;
    let cards = price.cards();
    let card = &cards[random.below(cards.len())];
    let mut usage = Usage::new();
    for (meter, most) in
        [(Meter::Input, 300_000), (Meter::CacheRead, 100_000), (Meter::Output, 8_000)]
    {
        if card.rates().get(meter).is_some() {
            usage.set(meter, 1 + random.below(most) as u64);
        }
    }
    let mut context = Context::at(moment(card, random)).service_tier(card.service_tier);
    if !card.regions.is_empty() {
        context.region = Some(card.regions[random.below(card.regions.len())]);
    }
    for variant in card.variants {
        context = context.variant(*variant);
    }
    let priced = !usage.is_empty() && price.total(&usage, &context).is_ok();
    priced.then_some(Request { price, usage, context })
}

/// A moment in the period of a card.
fn moment(card: &Card, random: &mut Random) -> Timestamp {
    const DAY: i64 = 86_400;
    let some_day = Date(2026_10_01).timestamp().map_or(0, |day| day.0);
    let until = card.until().map_or(some_day, |until| until.0);
    let from = card.from().map_or(until - 90 * DAY, |from| from.0);
    let length = (until - from).clamp(1, 90 * DAY);
    Timestamp(from + random.below(length as usize) as i64)
}

/// Numbers that are the same in every run: `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn letter(&mut self) -> char {
        char::from(b'a' + self.below(26) as u8)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}
