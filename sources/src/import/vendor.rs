//! One vendor's manifest: the edits that an import makes to it.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{BaseModel, Provider, Source};
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::load::Input;
use portolan_codegen::manifest::{
    EndpointShape, ModelId, ModelShape, PricesShape, ProviderShape, Url, VendorFile, Word,
};
use portolan_codegen::naming;
use portolan_codegen::shape::{Key as _, Map, Shape as _};
use portolan_codegen::source::Spanned;
use portolan_codegen::yaml::{self, Mapping, Node, Value};
use portolan_types::{Api, Currency};

use super::apart;
use super::edit::{Document, Edit, apply, range};
use super::group::{Offer, Offers};
use super::insert::Holder;
use super::life;
use super::model::{self, Changes, ORDER, Place, effective, inherited};
use super::origin::{Origin, Owner};
use super::report::Report;
use super::text::{Item, Written, entry, node, same_value, scalar};
use super::written::Old;

/// A manifest that import works on.
#[derive(Debug)]
pub(super) struct Manifest<'i> {
    /// The path below the manifest folder.
    pub(super) path: &'i str,
    /// The text and its tree.
    document: Document,
    /// What it says.
    pub(super) file: VendorFile,
}

/// What every manifest is edited by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work<'a> {
    /// What the source says.
    pub(super) offers: &'a Offers<'a>,
    /// The source.
    pub(super) origin: Origin,
    /// The base models.
    pub(super) bases: &'a BTreeMap<&'a str, &'a BaseModel>,
    /// The frozen providers.
    pub(super) frozen: &'a BTreeMap<&'a str, &'a Provider>,
    /// The refs that the source had when it was imported last.
    pub(super) before: &'a BTreeSet<String>,
}

impl<'i> Manifest<'i> {
    /// A manifest, if its text can be read; the compiler says what is wrong with one that cannot.
    pub(super) fn new(input: &'i Input) -> Option<Self> {
        let document = Document::new(yaml::decode(&input.bytes).ok()?)?;
        let file = VendorFile::decode(&document.root, &mut Diagnostics::default())?;
        Some(Self { path: &input.path, document, file })
    }

    /// The text after the import, if it is another.
    pub(super) fn edited(
        &self,
        work: &Work<'_>,
        report: &mut Report,
    ) -> Result<Option<String>, String> {
        let Value::Mapping(root) = &self.document.root.value else { return Ok(None) };
        let mut edits = Vec::new();
        let pinned = self.file.pinned.unwrap_or(false);
        let head = inherited(url(self.file.source.as_ref()), self.file.checked, &Source::default());
        let heads =
            Heads { fresh: fresh(root, head.clone(), pinned, work.origin, &mut edits), old: head };
        let providers = root.get("providers").map(|node| &node.value);
        let Some(Value::Mapping(providers)) = providers else { return Ok(None) };
        for ((id, shape), (_, node)) in self.file.providers.iter().zip(&providers.entries) {
            let Value::Mapping(keys) = &node.value else { continue };
            let editor = Editor { manifest: self, id, shape, keys, work };
            edits.extend(editor.edits(&heads, pinned, report)?);
        }
        let text = &self.document.text;
        let edited = apply(text, edits);
        Ok((edited != *text).then_some(edited))
    }
}

/// What a level says of its source, which counts as compared today if it is the one that is imported.
fn fresh(
    keys: &Mapping,
    said: Source,
    pinned: bool,
    origin: Origin,
    edits: &mut Vec<Edit>,
) -> Source {
    let is_own =
        said.url.as_deref() == Some(origin.owner.url()) && said.checked != Some(origin.as_of);
    let Some(date) = keys.get("checked").filter(|_| is_own && !pinned) else { return said };
    edits.push(Edit { range: range(date), text: origin.as_of.0.to_string() });
    origin.source()
}

fn url(said: Option<&Spanned<Url>>) -> Option<String> {
    said.map(ToString::to_string)
}

type Endpoints = Map<Word<Api>, EndpointShape>;

/// What a vendor says of its source, before the import and after.
struct Heads {
    old: Source,
    fresh: Source,
}

/// The edits of one provider.
struct Editor<'a> {
    manifest: &'a Manifest<'a>,
    id: &'a str,
    shape: &'a ProviderShape,
    keys: &'a Mapping,
    work: &'a Work<'a>,
}

impl Editor<'_> {
    fn edits(
        &self,
        heads: &Heads,
        vendor_pinned: bool,
        report: &mut Report,
    ) -> Result<Vec<Edit>, String> {
        let pinned = self.shape.pinned.unwrap_or(vendor_pinned);
        let said =
            |head: &Source| inherited(url(self.shape.source.as_ref()), self.shape.checked, head);
        let old = said(&heads.old);
        let mut edits = Vec::new();
        let around = if self.shape.source.is_some() || self.shape.checked.is_some() {
            fresh(self.keys, old.clone(), pinned, self.work.origin, &mut edits)
        } else {
            said(&heads.fresh)
        };
        let empty = Mapping::default();
        let models = match self.keys.get("models").map(|node| &node.value) {
            Some(Value::Mapping(models)) => models,
            _ => &empty,
        };
        let regions: Vec<_> = self.shape.regions.iter().map(|(id, _)| id.to_string()).collect();
        let apis = self.apis();
        let names = self.new_names();
        let mut blocks: Vec<(&str, String)> = Vec::new();
        let mut offered = BTreeSet::new();
        for (id, offer) in self.offers() {
            let place = self.place(id, &around, &regions, &apis);
            let reference = format!("{}/{id}", self.id);
            let position = self.shape.models.iter().position(|(known, _)| &***known == id);
            let Some(position) = position else {
                if ModelId::from_text(id).is_none() {
                    report.omit(
                        &offer.rows[0].key,
                        "id",
                        id,
                        "no model id: an id is printable ASCII without spaces",
                    );
                } else {
                    let name = names.get(id).cloned();
                    let changes = model::new(offer, &place, name, pinned, report);
                    blocks.push((id, self.block(id, &changes, &place)));
                    report.added.push(reference);
                }
                continue;
            };
            offered.insert(position);
            let shape = &self.shape.models[position].1;
            if shape.pinned.unwrap_or(pinned) {
                self.tell_pinned(offer, id, report);
                let changes = model::pinned(offer, &place, shape, report);
                if let Some(edit) = self.change(&models.entries[position], shape, &changes, &old)? {
                    edits.push(edit);
                    report.changed.push(reference);
                }
                continue;
            }
            let changes = model::existing(offer, &place, shape, report);
            let edit = self.change(&models.entries[position], shape, &changes, &old)?;
            if let Some(edit) = edit {
                edits.push(edit);
                report.changed.push(reference);
            }
        }
        edits.extend(self.gone(models, &offered, pinned, &old, report)?);
        edits.extend(self.holder().insertions(blocks)?);
        Ok(edits)
    }

    fn place<'p>(
        &'p self,
        model: &'p str,
        around: &'p Source,
        regions: &'p [String],
        apis: &'p [Api],
    ) -> Place<'p> {
        let defaults = self.shape.defaults.as_ref();
        let default_api =
            defaults.and_then(|defaults| defaults.api.as_ref()).or(self.shape.default_api.as_ref());
        let only = if let [api] = apis { Some(*api) } else { None };
        Place {
            provider: self.id,
            model,
            currency: self.currency(),
            default_price: self.default_price(),
            around,
            default_api: default_api.map(|api| api.value.0).or(only),
            apis,
            regions,
            bases: self.work.bases,
            before: self.frozen(model).map(|model| &model.facts),
            origin: self.work.origin,
        }
    }

    /// The protocols that the provider speaks in every region.
    fn apis(&self) -> Vec<Api> {
        let of = |endpoints: &Endpoints| {
            endpoints.iter().map(|(api, _)| api.value.0).collect::<Vec<_>>()
        };
        let mut apis = of(&self.shape.endpoints);
        let mut regions = self.shape.regions.iter().map(|(_, region)| of(&region.endpoints));
        if let Some(first) = regions.next() {
            let rest: Vec<_> = regions.collect();
            apis.extend(
                first.into_iter().filter(|api| rest.iter().all(|other| other.contains(api))),
            );
        }
        apis
    }

    /// The state of models that name no prices.
    fn default_price(&self) -> Option<&'static str> {
        match self.shape.defaults.as_ref()?.prices {
            Some(PricesShape::Free) => Some("free"),
            Some(PricesShape::Included) => Some("included"),
            Some(PricesShape::Unknown) => Some("unknown"),
            _ => None,
        }
    }

    fn currency(&self) -> Currency {
        let said = self.shape.defaults.as_ref().and_then(|defaults| defaults.currency);
        said.map_or(Currency::Usd, |word| word.0)
    }

    /// The Rust names of new models whose own are taken. What is still listed takes its own first.
    fn new_names(&self) -> BTreeMap<&str, String> {
        let of = |(id, model): &(Spanned<ModelId>, ModelShape)| {
            model.rust_name.as_ref().map_or_else(|| naming::constant(id), ToString::to_string)
        };
        let reserved = naming::RESERVED.iter().map(|name| (*name).to_owned());
        let mut taken: BTreeSet<String> =
            self.shape.models.iter().map(of).chain(reserved).collect();
        let is_new = |id: &str| !self.shape.models.iter().any(|(known, _)| &***known == id);
        let mut new: Vec<_> = self.offers().filter(|(id, _)| is_new(id)).collect();
        new.sort_by_key(|(id, offer)| (offer.last_seen().is_some(), *id));
        new.into_iter().filter_map(|(id, _)| Some((id, rust_name(id, &mut taken)?))).collect()
    }

    /// What the source says of the provider's models, by id.
    fn offers(&self) -> impl Iterator<Item = (&str, &Offer<'_>)> {
        let all = self.work.offers.range((self.id, "")..);
        all.take_while(|((provider, _), _)| *provider == self.id)
            .map(|((_, id), offer)| (*id, offer))
    }

    fn frozen(&self, id: &str) -> Option<&portolan_codegen::catalog::Model> {
        self.work.frozen.get(self.id)?.models.iter().find(|model| model.id == id)
    }

    fn tell_pinned(&self, offer: &Offer<'_>, id: &str, report: &mut Report) {
        let said =
            self.frozen(id).map(|model| apart::differences(offer, model)).unwrap_or_default();
        report.pinned.extend(said.into_iter().map(|said| (format!("{}/{id}", self.id), said)));
    }

    /// Models of this source that it had when it was imported last and has no more.
    fn gone(
        &self,
        models: &Mapping,
        offered: &BTreeSet<usize>,
        pinned: bool,
        around: &Source,
        report: &mut Report,
    ) -> Result<Vec<Edit>, String> {
        let mut edits = Vec::new();
        for (position, (id, shape)) in self.shape.models.iter().enumerate() {
            let reference = format!("{}/{}", self.id, **id);
            let source = effective(shape, around);
            let is_own = Owner::of(None, &source) == self.work.origin.owner;
            let known = shape.delisted.is_some() || shape.retired.is_some();
            let was_there = self.work.before.contains(&reference) && !offered.contains(&position);
            let Some(last) = source.checked else { continue };
            if !is_own || known || !was_there || shape.pinned.unwrap_or(pinned) {
                continue;
            }
            let delisted = life::delisted(super::origin::whole_day(last), self.work.origin);
            let changes =
                Changes { keys: vec![("delisted", Some(delisted))], ..Changes::default() };
            edits.extend(self.change(&models.entries[position], shape, &changes, around)?);
            report.changed.push(reference);
        }
        Ok(edits)
    }

    fn holder(&self) -> Holder<'_> {
        Holder { document: &self.manifest.document, keys: self.keys, place: self.manifest.path }
    }

    /// The lines of a new model.
    fn block(&self, id: &str, changes: &Changes, place: &Place<'_>) -> String {
        let indent = self.holder().indent();
        let mut keys: Vec<(&str, Written)> =
            changes.keys.iter().filter_map(|(key, value)| Some((*key, value.clone()?))).collect();
        keys.extend(changes.new_prices(place.default_price).map(|prices| ("prices", prices)));
        let lost = changes.disagreements.iter().chain(changes.facts_lost.iter().flatten());
        let items: Vec<_> = lost.cloned().map(Item::New).collect();
        keys.extend((!items.is_empty()).then_some(("disagreements", Written::Items(items))));
        keys.sort_by_key(|(key, _)| ORDER.iter().position(|other| other == key));
        let lines: String = keys.iter().map(|(key, value)| entry(key, value, indent + 2)).collect();
        format!("{}{}:\n{lines}", " ".repeat(indent), scalar(id))
    }

    /// The edit of a model that is there, if anything changes.
    fn change(
        &self,
        (id, node): &(Spanned<String>, Node),
        shape: &ModelShape,
        changes: &Changes,
        around: &Source,
    ) -> Result<Option<Edit>, String> {
        let document = &self.manifest.document;
        let Value::Mapping(_) = &node.value else { return Ok(None) };
        if !document.is_in_brackets(node) {
            let new = self.changed(document, node, shape, changes, around);
            return Ok(new.map(|edits| {
                let range = document.entry_lines(&(id.clone(), node.clone()));
                let shift = |edit: Edit| Edit {
                    range: edit.range.start - range.start..edit.range.end - range.start,
                    text: edit.text,
                };
                let text =
                    apply(&document.text[range.clone()], edits.into_iter().map(shift).collect());
                Edit { range, text }
            }));
        }
        let snippet = self.spread(id, node);
        let Some(copy) = Document::new(snippet) else {
            return Err(format!(
                "{}: `{}/{}` cannot be written below one another",
                self.manifest.path, self.id, **id
            ));
        };
        let Value::Mapping(root) = &copy.root.value else { return Ok(None) };
        let Some(edits) = self.changed(&copy, &root.entries[0].1, shape, changes, around) else {
            return Ok(None);
        };
        let text = apply(&copy.text, edits);
        let range = document.entry_lines(&(id.clone(), node.clone()));
        let kept = document.kept_comments(&range, &text, self.holder().indent());
        Ok(Some(Edit { range, text: kept + &text }))
    }

    /// A model that is written in brackets with a line for each key.
    fn spread(&self, id: &Spanned<String>, node: &Node) -> String {
        let document = &self.manifest.document;
        let Value::Mapping(keys) = &node.value else { return String::new() };
        let indent = " ".repeat(self.holder().indent());
        let key = &document.text[id.span.start as usize..id.span.end as usize];
        let lines = keys
            .entries
            .iter()
            .map(|(key, value)| format!("{indent}  {}: {}\n", **key, document.slice(value)));
        format!("{indent}{key}:\n{}", lines.collect::<String>())
    }

    /// The edits of a model's keys in a document that has it as a block.
    fn changed(
        &self,
        document: &Document,
        node: &Node,
        shape: &ModelShape,
        changes: &Changes,
        around: &Source,
    ) -> Option<Vec<Edit>> {
        let Value::Mapping(keys) = &node.value else { return None };
        let mut edits = Vec::new();
        let mut set = |key: &str, value: Option<&Written>| {
            let same = match (keys.get(key), value) {
                (None, None) => true,
                (Some(old), Some(new)) => self::node(new).is_some_and(|new| same_value(old, &new)),
                _ => false,
            };
            if !same {
                edits.extend(document.set(keys, key, value, &ORDER));
            }
        };
        // Keys that come to one place come in their order.
        let mut said: Vec<_> = changes.keys.iter().collect();
        said.sort_by_key(|(key, _)| ORDER.iter().position(|other| other == key));
        for (key, value) in said {
            set(key, value.as_ref());
        }
        let indent =
            keys.entries.first().map_or(0, |(key, _)| document.indent(key.span.start as usize));
        let old = Old {
            document,
            keys,
            shape,
            indent,
            currency: self.currency(),
            source: effective(shape, around),
            default_price: self.default_price(),
        };
        if let Some(prices) = &changes.prices {
            edits.extend(old.prices(prices, changes.around.as_ref()));
        }
        if let Some(around) = &changes.around {
            edits.extend(old.added(&changes.added, around));
        }
        edits.extend(old.disagreements(changes, self.work.origin));
        (!edits.is_empty()).then_some(edits)
    }
}

/// A Rust name for an id whose own is taken.
fn rust_name(id: &str, taken: &mut BTreeSet<String>) -> Option<String> {
    if taken.insert(naming::constant(id)) {
        return None;
    }
    let mut spelled = String::new();
    for c in id.chars() {
        match c {
            '.' => spelled.push_str("-dot-"),
            '/' => spelled.push_str("-slash-"),
            ':' => spelled.push_str("-colon-"),
            '@' => spelled.push_str("-at-"),
            '_' => spelled.push_str("-low-"),
            other => spelled.push(other),
        }
    }
    let spelled = naming::constant(&spelled);
    let numbered = (2..).map(|number| format!("{spelled}_{number}"));
    let mut names = std::iter::once(spelled.clone()).chain(numbered);
    names.find(|name| taken.insert(name.clone()))
}
