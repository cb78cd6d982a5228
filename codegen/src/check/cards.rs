//! Price cards fit the model and the provider that they stand at.

use portolan_types::{Currency, ServiceTier};

use super::names::has_id;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{CardShape, ModelShape, PricesShape, ProviderShape, Word};
use crate::source::Spanned;

pub(super) fn check(manifests: &Manifests, out: &mut Diagnostics) {
    for (_, provider) in manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.iter()) {
        for (_, model) in provider.models.iter() {
            let Some(PricesShape::Cards(cards)) = &model.prices else { continue };
            for (position, card) in cards.iter().enumerate() {
                served(provider, model, card, out);
                conversion(provider, &cards[..position], card, out);
            }
        }
    }
}

/// A card for a region is for one that serves the model. One that does not exist is reported as that.
fn served(provider: &ProviderShape, model: &ModelShape, card: &CardShape, out: &mut Diagnostics) {
    if model.regions.is_empty() {
        return;
    }
    for region in card.region.iter().filter(|region| has_id(&provider.regions, region)) {
        if model.regions.iter().all(|served| served.value != region.value) {
            let message = format!("a price in `{}`, which does not serve the model", **region);
            let help = "add the region to the model's `regions:`, or remove it here";
            out.push(Diagnostic::new(Code::UnknownRegion, region.span, message).help(help));
        }
    }
}

fn conversion(
    provider: &ProviderShape,
    above: &[Spanned<CardShape>],
    card: &CardShape,
    out: &mut Diagnostics,
) {
    let Some(converted) = &card.converted else { return };
    let default = provider.defaults.as_ref().and_then(|defaults| defaults.currency);
    let billed = currency(above, card).or(default).map_or(Currency::Usd, |currency| currency.0);
    if converted.from.0 == billed {
        let message = format!("converted from `{0}` to `{0}`", converted.from);
        let help = "`from` is what the vendor bills, `currency:` of the card what is written here";
        out.push(Diagnostic::new(Code::MisplacedKey, converted.span, message).help(help));
    }
}

/// The currency that a card says, or the one that it is like says.
fn currency(mut above: &[Spanned<CardShape>], card: &CardShape) -> Option<Word<Currency>> {
    let mut card = card;
    while card.currency.is_none() {
        let like = card.like.as_ref()?;
        let position = above.iter().rposition(|other| is_named(other, like))?;
        (card, above) = (&above[position], &above[..position]);
    }
    card.currency
}

/// Whether `like` means a card by this name: its id, or a service tier that it holds for.
fn is_named(card: &CardShape, name: &str) -> bool {
    let standard = card.service_tier.is_empty() && name == ServiceTier::Standard.id();
    let tier = card.service_tier.iter().any(|tier| tier.0.id() == name);
    standard || tier || card.id.as_ref().is_some_and(|id| &***id == name)
}
