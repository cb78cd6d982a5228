//! Lookup of refs over generated catalogs. Exact ref or declared alias, else an error that carries the nearest refs;
//! a lookup never guesses.

use core::fmt;

use crate::context::Context;
use crate::error::PriceError;
use crate::index::Index;
use crate::model::Model;
use crate::provider::Provider;
use crate::quote::Quote;
use crate::total::Total;
use crate::usage::Usage;

/// What an entry number holds, from the highest bits: a catalog's position, a provider's in it, a model's in that.
const CATALOG_BITS: u32 = 4;
const PROVIDER_BITS: u32 = 12;
const MODEL_BITS: u32 = 16;

/// One generated catalog: its providers and the index over their refs.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// The catalog's id: `labs`.
    pub id: &'static str,
    /// Every provider, by id.
    pub providers: &'static [&'static Provider],
    /// Where each ref and each alias is found.
    pub index: Index,
}

/// A model and the provider that serves it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The provider.
    pub provider: &'static Provider,
    /// The model.
    pub model: &'static Model,
}

impl fmt::Display for Entry {
    /// The ref: `provider/model`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider.id, self.model.id)
    }
}

impl Entry {
    /// What a request cost: [`Price::total`](crate::Price::total), with the region checked against the provider's and
    /// the default one filled in where the provider names one.
    ///
    /// # Errors
    /// [`PriceError::UnknownRegion`] for a word that is no region of the provider, and what the price says.
    pub fn total(&self, usage: &Usage, context: &Context<'_>) -> Result<Total, PriceError> {
        self.model.price.total(usage, &self.placed(context)?)
    }

    /// The bill of a request: [`Price::quote`](crate::Price::quote), with the region checked as in [`Entry::total`].
    ///
    /// # Errors
    /// As [`Entry::total`].
    pub fn quote(&self, usage: &Usage, context: &Context<'_>) -> Result<Quote, PriceError> {
        self.model.price.quote(usage, &self.placed(context)?)
    }

    fn placed<'c>(&self, context: &Context<'c>) -> Result<Context<'c>, PriceError> {
        let regions = &self.provider.regions;
        let region = context.region.or(regions.default_id());
        let choices = regions.names();
        if region.is_some_and(|region| choices.iter().all(|name| name.id != region)) {
            return Err(PriceError::UnknownRegion { choices });
        }
        Ok(Context { region, ..*context })
    }
}

impl Catalog {
    /// The entry number of a model in an index over one or several catalogs: the generator's half of the lookup.
    ///
    /// # Panics
    /// If there are more than 16 catalogs, 4,096 providers of one or 65,536 models of a provider.
    #[doc(hidden)]
    pub const fn entry_number(catalog: usize, provider: usize, model: usize) -> u32 {
        let fits =
            catalog < 1 << CATALOG_BITS && provider < 1 << PROVIDER_BITS && model < 1 << MODEL_BITS;
        assert!(fits, "more than an entry number holds");
        #[expect(clippy::cast_possible_truncation, reason = "all are in range, asserted above")]
        let number =
            (catalog << (PROVIDER_BITS + MODEL_BITS) | provider << MODEL_BITS | model) as u32;
        number
    }

    /// The model with this ref or alias of a ref.
    #[inline]
    pub fn find(&self, reference: &str) -> Option<Entry> {
        self.entry(self.index.find(reference)?)
    }

    /// The provider with this id.
    pub fn provider(&self, id: &str) -> Option<&'static Provider> {
        let position = self.providers.binary_search_by(|provider| provider.id.cmp(id)).ok()?;
        self.providers.get(position).copied()
    }

    #[inline]
    fn entry(&self, number: u32) -> Option<Entry> {
        let provider = (number >> MODEL_BITS) as usize & ((1 << PROVIDER_BITS) - 1);
        let model = number as usize & ((1 << MODEL_BITS) - 1);
        let provider = *self.providers.get(provider)?;
        let model = *provider.models.get(model)?;
        Some(Entry { provider, model })
    }
}

/// The model with this ref by an index over several catalogs, of which some may be off.
#[doc(hidden)]
#[inline]
pub fn find_indexed(
    catalogs: &[Option<&'static Catalog>],
    index: &Index,
    reference: &str,
) -> Option<Entry> {
    let number = index.find(reference)?;
    let catalog = *catalogs.get((number >> (PROVIDER_BITS + MODEL_BITS)) as usize)?;
    catalog?.entry(number)
}

/// The model with this ref. A provider is that of the first catalog that has its id, with all of its models and no other's,
/// so a private catalog that stands before the public ones overrides their providers whole.
///
/// # Errors
/// [`UnknownRef`], which carries the nearest refs.
pub fn find<'q>(
    catalogs: &'q [&'static Catalog],
    reference: &'q str,
) -> Result<Entry, UnknownRef<'q>> {
    let unknown = UnknownRef::new(reference, catalogs);
    let (position, entry) = catalogs
        .iter()
        .enumerate()
        .find_map(|(position, catalog)| Some((position, catalog.find(reference)?)))
        .ok_or(unknown)?;
    if is_overridden(catalogs, position, entry.provider) { Err(unknown) } else { Ok(entry) }
}

/// The provider with this id in the first catalog that has it.
pub fn provider(catalogs: &[&'static Catalog], id: &str) -> Option<&'static Provider> {
    catalogs.iter().find_map(|catalog| catalog.provider(id))
}

/// Every provider, by catalog and id. Of those with one id only the first.
pub fn providers<'q>(
    catalogs: &'q [&'static Catalog],
) -> impl Iterator<Item = &'static Provider> + 'q {
    catalogs.iter().enumerate().flat_map(move |(position, catalog)| {
        let providers = catalog.providers.iter().copied();
        providers.filter(move |provider| !is_overridden(catalogs, position, provider))
    })
}

/// Whether a catalog before this one has the provider too.
fn is_overridden(catalogs: &[&'static Catalog], position: usize, row: &Provider) -> bool {
    provider(&catalogs[..position], row.id).is_some()
}

/// The models that a bare id may mean: those of providers whose declared prefixes or patterns claim it. The caller
/// decides what more than one means; none of them is preferred.
pub fn candidates<'q>(
    catalogs: &'q [&'static Catalog],
    bare_id: &'q str,
) -> impl Iterator<Item = Entry> + 'q {
    providers(catalogs)
        .filter(move |provider| provider.claims.hold(bare_id))
        .filter_map(move |provider| provider.model(bare_id).map(|model| Entry { provider, model }))
}

/// How many refs an [`UnknownRef`] offers.
const NEAREST: usize = 3;

/// No catalog that is on has this ref.
#[derive(Clone, Copy)]
pub struct UnknownRef<'q> {
    reference: &'q str,
    catalogs: &'q [&'static Catalog],
}

impl<'q> UnknownRef<'q> {
    #[doc(hidden)]
    pub const fn new(reference: &'q str, catalogs: &'q [&'static Catalog]) -> Self {
        Self { reference, catalogs }
    }

    /// What was asked for.
    pub const fn reference(&self) -> &'q str {
        self.reference
    }

    /// The nearest refs by edit distance, nearest first, ties by ref; those further off than a third of their length
    /// are not near. Computed when asked for, so that a miss costs nothing.
    pub fn nearest(&self) -> impl Iterator<Item = Entry> {
        let mut best: [Option<(usize, Entry)>; NEAREST] = [None; NEAREST];
        for provider in providers(self.catalogs) {
            for model in provider.models {
                offer(&mut best, self.reference, Entry { provider, model });
            }
        }
        best.into_iter().flatten().map(|(_, entry)| entry)
    }
}

fn offer(best: &mut [Option<(usize, Entry)>; NEAREST], reference: &str, entry: Entry) {
    let worst = best[NEAREST - 1].map_or(usize::MAX, |(distance, _)| distance);
    let length = entry.provider.id.len() + 1 + entry.model.id.len();
    let limit = worst.min(length.div_ceil(3) + 1);
    if length.abs_diff(reference.len()) >= limit {
        return;
    }
    let distance = distance(reference, entry);
    if distance >= limit {
        return;
    }
    let place = best.iter().position(|held| held.is_none_or(|(other, _)| distance < other));
    if let Some(place) = place {
        best[place..].rotate_right(1);
        best[place] = Some((distance, entry));
    }
}

/// The longest ref that distances are computed for, in bytes; the rest of a longer one does not count.
const LONGEST: usize = 96;

/// The Levenshtein distance in bytes, without regard to case, in fixed memory.
fn distance(reference: &str, entry: Entry) -> usize {
    let wanted = &reference.as_bytes()[..reference.len().min(LONGEST)];
    let mut row = [0; LONGEST + 1];
    for (position, cell) in row.iter_mut().enumerate() {
        *cell = position;
    }
    let bytes = entry.provider.id.bytes().chain([b'/']).chain(entry.model.id.bytes());
    for (count, byte) in bytes.enumerate() {
        let mut diagonal = row[0];
        row[0] = count + 1;
        for (column, other) in wanted.iter().enumerate() {
            let substitute = diagonal + usize::from(!byte.eq_ignore_ascii_case(other));
            diagonal = row[column + 1];
            row[column + 1] = substitute.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[wanted.len()]
}

impl fmt::Debug for UnknownRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnknownRef").field(&self.reference).finish()
    }
}

impl fmt::Display for UnknownRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no model `{}`", self.reference)?;
        for (position, entry) in self.nearest().enumerate() {
            write!(f, "{}`{entry}`", if position == 0 { "; the nearest are " } else { ", " })?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownRef<'_> {}
