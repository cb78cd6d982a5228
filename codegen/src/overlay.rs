//! Private manifests over the public catalog.
//!
//! Takes the frozen catalog as one more source of names, and of rows to start from: a private manifest may refer to public
//! base models, models and providers, and one that says `override: true` is filled up with the public rows that it
//! changes before it is decoded. From there on it is a manifest like any other, so every rule and the lowering are the
//! same. What must hold: a public row changes only where a manifest says `override: true`, and a public fact that a private
//! manifest does not say is as the public catalog has it.

mod clash;
mod merge;
mod public;
mod row;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use clash::check;
pub use public::{FrozenError, Public};

use crate::catalog::{Card, Price, Provider, Vendor};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Manifests;
use crate::manifest::{CardShape, Checked, Day, PricesShape, Url, VendorFile};
use crate::source::Spanned;
use crate::suggest::nearest;
use crate::yaml::{Node, Value};
use merge::{entries, get};

/// What private manifests say in place of public rows, by provider.
pub type Overrides = BTreeMap<String, Overridden>;

/// What a private manifest says in place of one public provider.
#[derive(Clone, Debug, Default)]
pub struct Overridden {
    /// The provider's own keys.
    pub keys: Vec<String>,
    /// The keys of its models that are public, by model.
    pub models: BTreeMap<String, Vec<String>>,
}

/// Whether a manifest says `override: true`.
pub(crate) fn overrides(node: &Node) -> bool {
    // In quotes it is a mistake, which is said; that the rest is missing would only follow from it.
    get(node, "override")
        .is_some_and(|node| matches!(&node.value, Value::Scalar(scalar) if scalar.text == "true"))
}

/// The refs of the public models that a manifest leaves out.
pub(crate) fn left_out(node: &Node, public: &Public) -> Vec<String> {
    let providers = get(node, "providers").filter(|_| overrides(node));
    let providers = providers.map(entries).unwrap_or_default();
    let known = |(id, said): &(Spanned<String>, Node)| {
        public.provider(id).map(|provider| merge::left_out(said, provider)).unwrap_or_default()
    };
    providers.iter().flat_map(known).collect()
}

/// Fills an overriding manifest up with what it overrides. Nothing is worth reading on in one that overrides nothing.
pub(crate) fn fill(
    mut node: Node,
    public: &Public,
    overrides: &mut Overrides,
    out: &mut Diagnostics,
) -> Option<Node> {
    let Some(Node { span, value: Value::Scalar(id) }) = get(&node, "vendor") else {
        return Some(node);
    };
    let (id, vendors) = (Spanned::new(id.text.clone(), *span), &public.catalog().vendors);
    let Some(vendor) = vendors.iter().find(|vendor| vendor.id == id.value) else {
        let message = format!("`{}` overrides nothing: no public vendor has this id", *id);
        let mistake = nothing(&id, message, vendors.iter().map(|vendor| &*vendor.id));
        out.push(if vendors.is_empty() {
            mistake.help("lay the manifests over the public catalog, or remove `override: true`")
        } else {
            mistake
        });
        return None;
    };
    if get(&node, "providers").is_none() {
        let help = "name the providers that it changes, with only what is different";
        let mistake = Diagnostic::new(Code::MissingKey, id.span, "missing key `providers`");
        out.push(mistake.help(help));
    }
    if let Some(providers) = merge::get_mut(&mut node, "providers") {
        if providers.entries.is_empty() {
            out.push(says_nothing(&id));
        }
        providers.entries.retain_mut(|(id, said)| {
            let provider = known(id, vendor, out);
            if let Some(provider) = provider {
                overrides.insert(id.value.clone(), said_of(id, said, provider, public, out));
                merge::provider(said, provider, public, id.span);
            }
            provider.is_some()
        });
    }
    merge::fill(&mut node, row::node(&row::vendor(vendor), id.span), &["groups"]);
    Some(node)
}

fn known<'v>(
    id: &Spanned<String>,
    vendor: &'v Vendor,
    out: &mut Diagnostics,
) -> Option<&'v Provider> {
    let known = vendor.providers.iter().find(|provider| provider.id == id.value);
    if known.is_none() {
        let message =
            format!("`{}` overrides nothing: `{}` has no such provider", id.value, vendor.id);
        let providers = vendor.providers.iter().map(|provider| &*provider.id);
        out.push(nothing(id, message, providers));
    }
    known
}

fn nothing<'a>(
    id: &Spanned<String>,
    message: String,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let help = match nearest(id, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "what is new goes into a manifest without `override: true`".to_owned(),
    };
    Diagnostic::new(Code::OverridesNothing, id.span, message).help(help)
}

/// What a manifest says of a provider and of its public models. What it cannot say in an override is taken out.
fn said_of(
    id: &Spanned<String>,
    said: &mut Node,
    provider: &Provider,
    public: &Public,
    out: &mut Diagnostics,
) -> Overridden {
    let mut overridden = Overridden::default();
    if let Value::Mapping(mapping) = &mut said.value {
        if mapping.entries.is_empty() {
            out.push(says_nothing(id));
        }
        mapping.entries.retain(|(key, _)| {
            if key.value == "defaults" {
                let help = "say it at each model: a public row is resolved and has no defaults";
                let message = "`defaults` in an override";
                out.push(Diagnostic::new(Code::MisplacedKey, key.span, message).help(help));
            }
            key.value != "defaults"
        });
        let keys = mapping.entries.iter().map(|(key, _)| key.value.clone());
        overridden.keys = keys.filter(|key| key != "models").collect();
    }
    let Some(models) = merge::get_mut(said, "models") else { return overridden };
    models.entries.retain(|(id, said)| {
        let keys: Vec<_> = entries(said).iter().map(|(key, _)| key.value.clone()).collect();
        if public.left_out.contains(&format!("{}/{}", provider.id, **id)) {
            let message = format!("`{}` overrides nothing: no region that is left serves it", **id);
            let help = "remove it, or say its `regions:`";
            out.push(Diagnostic::new(Code::OverridesNothing, id.span, message).help(help));
            return false;
        }
        if provider.models.iter().any(|model| model.id == id.value) {
            if keys.is_empty() && matches!(said.value, Value::Mapping(_)) {
                out.push(says_nothing(id));
            }
            overridden.models.insert(id.value.clone(), keys);
        } else if !keys.iter().any(|key| key == "name" || key == "base") {
            let message =
                format!("`{}` overrides nothing: `{}` has no such model", **id, provider.id);
            let known = provider.models.iter().map(|model| &*model.id);
            let help = match nearest(id, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a model that is new has a `name:` or a `base:`".to_owned(),
            };
            out.push(Diagnostic::new(Code::OverridesNothing, id.span, message).help(help));
            return false;
        }
        true
    });
    overridden
}

fn says_nothing(id: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` overrides nothing: it says nothing", id.value);
    let help = "write what is different here, or remove it";
    Diagnostic::new(Code::OverridesNothing, id.span, message).help(help)
}

/// Gives the models of an overriding file the public prices that it does not say, and the private ones their source: what
/// a public row is from says nothing of them.
pub(crate) fn keep_prices(
    file: &mut VendorFile,
    public: &Public,
    overrides: &Overrides,
    out: &mut Diagnostics,
) {
    let nowhere = Origin { source: None, checked: None };
    let of_vendor = nowhere.below(file.source.as_ref(), file.checked);
    for (id, provider) in file.providers.iter_mut() {
        let (Some(row), Some(overridden)) = (public.provider(id), overrides.get(&***id)) else {
            continue;
        };
        let replaced = overridden.keys.iter().any(|key| key == "regions");
        let regions: Vec<_> = provider.regions.iter().map(|(id, _)| id.to_string()).collect();
        let kept = |region: &str| !replaced || regions.iter().any(|id| id == region);
        let around = of_vendor.below(provider.source.as_ref(), provider.checked);
        for (id, model) in provider.models.iter_mut() {
            let Some(frozen) = row.models.iter().find(|model| model.id == id.value.0) else {
                continue;
            };
            match &mut model.prices {
                None => {
                    let price = merge::price_in(&frozen.price, kept);
                    model.prices = Some(PricesShape::Frozen(price));
                }
                Some(PricesShape::Cards(cards)) => {
                    let keys = overridden.models.get(&***id).map_or(&[][..], Vec::as_slice);
                    let says = |key: &str| keys.iter().any(|said| said == key);
                    let source = model.source.as_ref().filter(|_| says("source"));
                    let around = around.below(source, model.checked.filter(|_| says("checked")));
                    for card in cards.iter_mut().filter(|card| card.value.like.is_none()) {
                        around.give(card, out);
                        own_currency(card, &frozen.price, out);
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// Where a private manifest says that a price is from.
struct Origin {
    source: Option<Spanned<Url>>,
    checked: Option<Day>,
}

impl Origin {
    /// What holds at an inner level: a page that it names has the date that it says, else both are these.
    fn below(&self, source: Option<&Spanned<Url>>, checked: Option<Checked>) -> Self {
        let inherited = self.checked.filter(|_| source.is_none());
        let source = source.or(self.source.as_ref()).cloned();
        Self { source, checked: checked.map_or(inherited, |said| said.0) }
    }

    /// Gives it to a card over a public one, which would have the public page otherwise.
    fn give(&self, card: &mut Spanned<CardShape>, out: &mut Diagnostics) {
        let place = card.span;
        let card = &mut card.value;
        let origin = self.below(card.source.as_ref(), card.checked.map(|day| Checked(Some(day))));
        match origin {
            Self { source: Some(source), checked: Some(checked) } => {
                card.source = Some(source);
                card.checked = Some(checked);
            }
            // That its date is missing is said where every source is checked.
            _ if card.source.is_some() => {}
            _ => {
                let help = "add `source:` and `checked:` to the card, the model, the provider or the vendor; those of the public row are of the public price";
                let message = "a price without a source";
                out.push(Diagnostic::new(Code::NoSource, place, message).help(help));
            }
        }
    }
}

/// Says at an overriding provider or model that it is judged with what the public row says besides, since that stands
/// nowhere in the file.
pub(crate) fn explain(mistakes: &mut [Diagnostic], manifests: &Manifests) {
    let mut places = BTreeSet::new();
    let files = manifests.vendors.iter().map(|vendor| &vendor.file);
    let files = files.filter(|file| file.r#override == Some(true));
    for (id, provider) in files.flat_map(|file| file.providers.iter()) {
        let Some(overridden) = manifests.overrides.get(&***id) else { continue };
        places.insert(id.span);
        let models = provider.models.iter().map(|(id, _)| id);
        places.extend(
            models.filter(|id| overridden.models.contains_key(&*id.value.0)).map(|id| id.span),
        );
    }
    let is_unsaid = |mistake: &&mut Diagnostic| {
        mistake.code != Code::OverridesNothing && mistake.label.is_empty()
    };
    for mistake in mistakes.iter_mut().filter(is_unsaid) {
        if places.contains(&mistake.span) {
            "laid over the public row".clone_into(&mut mistake.label);
        }
    }
}

/// The default currency of a public provider is not in its rows, so a card over one in another currency says its own.
fn own_currency(card: &Spanned<CardShape>, public: &Price, out: &mut Diagnostics) {
    let Price::Priced(cards) = public else { return };
    let foreign = |card: &&Card| card.currency.0 != portolan_types::Currency::Usd;
    if let (None, Some(other)) = (card.currency, cards.iter().find(foreign)) {
        let message = format!(
            "the public price is in {} and this card does not say its currency",
            other.currency
        );
        let help = format!("add `currency: {}`, or `currency: USD`", other.currency);
        out.push(Diagnostic::new(Code::NoCurrency, card.span, message).help(help));
    }
}
