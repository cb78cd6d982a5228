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

use super::claim::Claim;
use super::edit::{Document, Edit, apply, range};
use super::group::{Offer, Offers};
use super::model::{self, Changes, ORDER, Place, effective, inherited};
use super::origin::{Origin, Owner};
use super::prices::Outcome;
use super::report::Report;
use super::text::{Entries, Item, Written, entry, mapping, node, same_value, scalar};
use super::write::{self, Around};

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
    pub(super) origin: &'a Origin,
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
        let head = inherited(url(&self.file.source), self.file.checked, &Source::default());
        let head = self.fresh(root, head, pinned, work.origin, &mut edits);
        let providers = root.get("providers").map(|node| &node.value);
        let Some(Value::Mapping(providers)) = providers else { return Ok(None) };
        for ((id, shape), (_, node)) in self.file.providers.iter().zip(&providers.entries) {
            let Value::Mapping(keys) = &node.value else { continue };
            let editor = Editor { manifest: self, id, shape, keys, node, work };
            edits.extend(editor.edits(&head, pinned, report)?);
        }
        let text = &self.document.text;
        let edited = apply(text, edits);
        Ok((edited != *text).then_some(edited))
    }

    /// What a level says of its source, which counts as compared today if it is the one that is imported.
    fn fresh(
        &self,
        keys: &Mapping,
        said: Source,
        pinned: bool,
        origin: &Origin,
        edits: &mut Vec<Edit>,
    ) -> Source {
        let is_own =
            said.url.as_deref() == Some(origin.owner.url()) && said.checked != Some(origin.as_of);
        let Some(date) = keys.get("checked").filter(|_| is_own && !pinned) else { return said };
        edits.push(Edit { range: range(date), text: origin.as_of.0.to_string() });
        origin.source()
    }
}

fn url(said: &Option<Spanned<Url>>) -> Option<String> {
    said.as_ref().map(ToString::to_string)
}

type Endpoints = Map<Word<Api>, EndpointShape>;

/// The edits of one provider.
struct Editor<'a> {
    manifest: &'a Manifest<'a>,
    id: &'a str,
    shape: &'a ProviderShape,
    keys: &'a Mapping,
    node: &'a Node,
    work: &'a Work<'a>,
}

impl Editor<'_> {
    fn edits(
        &self,
        head: &Source,
        vendor_pinned: bool,
        report: &mut Report,
    ) -> Result<Vec<Edit>, String> {
        let pinned = self.shape.pinned.unwrap_or(vendor_pinned);
        let old = inherited(url(&self.shape.source), self.shape.checked, head);
        let mut edits = Vec::new();
        let own_source = self.shape.source.is_some() || self.shape.checked.is_some();
        let around = if own_source {
            self.manifest.fresh(self.keys, old.clone(), pinned, self.work.origin, &mut edits)
        } else {
            old.clone()
        };
        let empty = Mapping::default();
        let models = match self.keys.get("models").map(|node| &node.value) {
            Some(Value::Mapping(models)) => models,
            _ => &empty,
        };
        let regions: Vec<_> = self.shape.regions.iter().map(|(id, _)| id.to_string()).collect();
        let apis = self.apis();
        let mut names = self.rust_names();
        let mut blocks: Vec<(&str, String)> = Vec::new();
        let offers = self
            .work
            .offers
            .range((self.id, "")..)
            .take_while(|((provider, _), _)| *provider == self.id);
        let mut offered = BTreeSet::new();
        for ((_, id), offer) in offers {
            let place = self.place(id, &around, &regions, &apis);
            let reference = format!("{}/{id}", self.id);
            let position = self.shape.models.iter().position(|(known, _)| &***known == *id);
            let Some(position) = position else {
                if self
                    .shape
                    .models
                    .iter()
                    .any(|(_, model)| model.aliases.iter().any(|alias| &***alias == *id))
                {
                    report.omit(&offer.rows[0].key, "id", id, "an alias of another model here");
                } else if ModelId::from_text(id).is_none() {
                    report.omit(
                        &offer.rows[0].key,
                        "id",
                        id,
                        "no model id: an id is printable ASCII without spaces",
                    );
                } else {
                    let rust_name = rust_name(id, &mut names);
                    let changes = model::new(offer, &place, rust_name, pinned, report);
                    blocks.push((id, self.block(id, &changes, &place)));
                    report.added.push(reference);
                }
                continue;
            };
            offered.insert(position);
            let shape = &self.shape.models[position].1;
            if shape.pinned.unwrap_or(pinned) {
                self.tell_pinned(offer, id, report);
                continue;
            }
            self.tell_others(offer, id, shape, &around, report);
            let changes = model::existing(offer, &place, shape, report);
            let edit = self.change(&models.entries[position], shape, &changes, &old)?;
            if let Some(edit) = edit {
                edits.push(edit);
                report.changed.push(reference);
            }
        }
        edits.extend(self.gone(models, &offered, pinned, &old, report)?);
        edits.extend(self.insertions(models, blocks)?);
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
        let default_price = defaults.and_then(|defaults| match defaults.prices {
            Some(PricesShape::Free) => Some("free"),
            Some(PricesShape::Included) => Some("included"),
            Some(PricesShape::Unknown) => Some("unknown"),
            _ => None,
        });
        Place {
            provider: self.id,
            model,
            currency: self.currency(),
            default_price,
            around,
            default_api: default_api.map(|api| api.value.0).or(only),
            apis,
            regions,
            bases: self.work.bases,
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

    fn currency(&self) -> Currency {
        let said = self.shape.defaults.as_ref().and_then(|defaults| defaults.currency);
        said.map_or(Currency::Usd, |word| word.0)
    }

    fn rust_names(&self) -> BTreeSet<String> {
        let of = |(id, model): &(Spanned<ModelId>, ModelShape)| {
            model.rust_name.as_ref().map_or_else(|| naming::constant(id), ToString::to_string)
        };
        let reserved = naming::RESERVED.iter().map(|name| (*name).to_owned());
        self.shape.models.iter().map(of).chain(reserved).collect()
    }

    fn frozen(&self, id: &str) -> Option<&portolan_codegen::catalog::Model> {
        self.work.frozen.get(self.id)?.models.iter().find(|model| model.id == id)
    }

    fn tell_pinned(&self, offer: &Offer<'_>, id: &str, report: &mut Report) {
        let said =
            self.frozen(id).map(|model| model::differences(offer, model)).unwrap_or_default();
        report.pinned.extend(said.into_iter().map(|said| (format!("{}/{id}", self.id), said)));
    }

    fn tell_others(
        &self,
        offer: &Offer<'_>,
        id: &str,
        shape: &ModelShape,
        around: &Source,
        report: &mut Report,
    ) {
        if Owner::of(None, &effective(shape, around)) == self.work.origin.owner {
            return;
        }
        let said = self
            .frozen(id)
            .map(|model| model::facts_apart(&offer.facts, &model.facts))
            .unwrap_or_default();
        report.others.extend(said.into_iter().map(|said| (format!("{}/{id}", self.id), said)));
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
            let delisted = mapping(&[
                ("last_seen".to_owned(), super::origin::whole_day(last).0.to_string()),
                ("source".to_owned(), scalar(self.work.origin.owner.url())),
            ]);
            let changes = Changes {
                keys: vec![("delisted", Some(Written::Line(delisted)))],
                ..Changes::default()
            };
            edits.extend(self.change(&models.entries[position], shape, &changes, around)?);
            report.changed.push(reference);
        }
        Ok(edits)
    }

    /// The lines of a new model.
    fn block(&self, id: &str, changes: &Changes, place: &Place<'_>) -> String {
        let indent = self.model_indent();
        let mut keys: Vec<(&str, Written)> =
            changes.keys.iter().filter_map(|(key, value)| Some((*key, value.clone()?))).collect();
        keys.extend(changes.new_prices(place.default_price).map(|prices| ("prices", prices)));
        let items: Vec<_> = changes.disagreements.iter().cloned().map(Item::New).collect();
        keys.extend((!items.is_empty()).then_some(("disagreements", Written::Items(items))));
        keys.sort_by_key(|(key, _)| ORDER.iter().position(|other| other == key));
        let lines: String = keys.iter().map(|(key, value)| entry(key, value, indent + 2)).collect();
        format!("{}{}:\n{lines}", " ".repeat(indent), scalar(id))
    }

    /// How far the ids of models are from the margin.
    fn model_indent(&self) -> usize {
        let document = &self.manifest.document;
        let keys = &self.keys.entries;
        let first = self.keys.get("models").and_then(|node| match &node.value {
            Value::Mapping(models) if !document.is_in_brackets(node) => models.entries.first(),
            _ => None,
        });
        match (first, keys.first()) {
            (Some((id, _)), _) => document.indent(id.span.start as usize),
            (None, Some((key, _))) => document.indent(key.span.start as usize) + 2,
            (None, None) => 6,
        }
    }

    /// New models among those that are there: in the order of their ids where those are, else behind them.
    fn insertions(
        &self,
        models: &Mapping,
        blocks: Vec<(&str, String)>,
    ) -> Result<Vec<Edit>, String> {
        if blocks.is_empty() {
            return Ok(Vec::new());
        }
        let document = &self.manifest.document;
        let node = self.keys.get("models");
        let Some(last) = models.entries.last() else { return Ok(vec![self.first_models(blocks)]) };
        if node.is_some_and(|node| document.is_in_brackets(node)) {
            return Err(format!(
                "{}: the models of `{}` are written in brackets: write one below the other, as `cargo xtask new vendor` does",
                self.manifest.path, self.id
            ));
        }
        let sorted = models.entries.is_sorted_by(|a, b| *a.0 <= *b.0);
        let edits = blocks.into_iter().map(|(id, block)| {
            let next = models.entries.iter().find(|(other, _)| sorted && other.value.as_str() > id);
            match next {
                Some((key, _)) => {
                    let at = document.with_comments_above(key.span.start as usize);
                    document.insertion(at, format!("{block}\n"))
                }
                None => document.insertion(document.entry_lines(last).end, format!("\n{block}")),
            }
        });
        Ok(edits.collect())
    }

    /// The first models of a provider.
    fn first_models(&self, blocks: Vec<(&str, String)>) -> Edit {
        let document = &self.manifest.document;
        let indent = " ".repeat(self.model_indent().saturating_sub(2));
        let blocks: Vec<_> = blocks.into_iter().map(|(_, block)| block).collect();
        let text = format!("{indent}models:\n{}", blocks.join("\n"));
        let existing = self.keys.entries.iter().find(|(key, _)| key.value == "models");
        if let Some(entry) = existing {
            let range = document.entry_lines(entry);
            let kept = document.kept_comments(&range, &text, indent.len());
            return Edit { range, text: kept + &text };
        }
        let after = self.keys.entries.iter().find(|(key, _)| key.value == "capabilities");
        let at = match (after, self.keys.entries.last()) {
            (Some((key, _)), _) => document.with_comments_above(key.span.start as usize),
            (None, Some(last)) => document.entry_lines(last).end,
            (None, None) => self.node.span.end as usize,
        };
        document.insertion(at, text)
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
        let kept = document.kept_comments(&range, &text, self.model_indent());
        Ok(Some(Edit { range, text: kept + &text }))
    }

    /// A model that is written in brackets with a line for each key.
    fn spread(&self, id: &Spanned<String>, node: &Node) -> String {
        let document = &self.manifest.document;
        let Value::Mapping(keys) = &node.value else { return String::new() };
        let indent = " ".repeat(self.model_indent());
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
        for (key, value) in &changes.keys {
            set(key, value.as_ref());
        }
        let indent =
            keys.entries.first().map_or(0, |(key, _)| document.indent(key.span.start as usize));
        if let Some(prices) = &changes.prices {
            let old = Old {
                document,
                keys,
                shape,
                indent,
                currency: self.currency(),
                source: effective(shape, around),
            };
            edits.extend(old.prices(prices, changes.around.as_ref()));
            edits.extend(old.disagreements(prices, &changes.disagreements, self.work.origin));
        }
        (!edits.is_empty()).then_some(edits)
    }
}

/// A model as it is written.
struct Old<'a> {
    document: &'a Document,
    keys: &'a Mapping,
    shape: &'a ModelShape,
    indent: usize,
    currency: Currency,
    source: Source,
}

impl Old<'_> {
    fn items(&self, key: &str) -> Option<(&Node, &[Node])> {
        let list = self.keys.get(key)?;
        match &list.value {
            Value::Sequence(items) => Some((list, items)),
            _ => None,
        }
    }

    fn prices(&self, prices: &Outcome, around: Option<&Around>) -> Option<Edit> {
        let (claims, around) = match (prices, around) {
            (Outcome::Cards(claims), Some(around)) => (claims, around),
            (Outcome::State(state), _) => return self.state(state),
            (Outcome::Cards(_), None) => return None,
        };
        let new: Vec<Entries> = claims.iter().map(|claim| write::card(claim, around)).collect();
        let old = self.cards();
        let same = old.len() == new.len() && new.iter().all(|card| old.contains(card));
        if same && !old.is_empty() {
            return None;
        }
        let items = new.into_iter().map(|card| {
            let position = old.iter().position(|other| *other == card);
            match (position, self.items("prices")) {
                (Some(position), Some((list, items))) => {
                    Item::Kept(self.document.item(list, items, position, self.indent + 2))
                }
                _ => Item::New(card),
            }
        });
        let written = Written::Items(items.collect());
        self.document.set(self.keys, "prices", Some(&written), &ORDER)
    }

    /// The cards that stand, as they would be written.
    fn cards(&self) -> Vec<Entries> {
        let Some(PricesShape::Cards(cards)) = &self.shape.prices else { return Vec::new() };
        let around = Around { currency: self.currency, source: self.source.clone() };
        let claims = cards.iter().map(|card| Claim::of(card, self.currency, &self.source));
        claims
            .map(|claim| claim.map(|claim| write::card(&claim, &around)).unwrap_or_default())
            .collect()
    }

    fn state(&self, state: &str) -> Option<Edit> {
        let is_there = match &self.shape.prices {
            Some(PricesShape::Free) => "free",
            Some(PricesShape::Included) => "included",
            Some(PricesShape::Unknown) => "unknown",
            Some(_) => "",
            // The provider's default, which is a state, or nothing was said.
            None => return None,
        };
        let written = Written::Line(state.to_owned());
        (is_there != state)
            .then(|| self.document.set(self.keys, "prices", Some(&written), &ORDER))?
    }

    /// What this source said before goes; what it says now and what agrees no more with others comes.
    fn disagreements(&self, prices: &Outcome, new: &[Entries], origin: &Origin) -> Option<Edit> {
        let standing: Vec<_> = match prices {
            Outcome::Cards(claims) => claims.iter().map(write::compact).collect(),
            Outcome::State(_) => Vec::new(),
        };
        let written: Vec<Node> =
            new.iter().filter_map(|entries| node(&Written::Line(mapping(entries)))).collect();
        let mut taken = vec![false; new.len()];
        let mut kept = Vec::new();
        let old = self.items("disagreements");
        let old_items = old.map_or(&[][..], |(_, items)| items);
        for (position, (item, said)) in old_items.iter().zip(&self.shape.disagreements).enumerate()
        {
            let of_prices = &*said.field == "prices";
            let by = Owner::SOURCES.into_iter().find(|owner| owner.url() == &*said.source);
            let again = written.iter().position(|new| same_value(item, new));
            if let Some(again) = again {
                taken[again] = true;
            }
            let over = by == Some(origin.owner)
                || (by.is_some() && standing.iter().any(|says| *says == *said.says));
            if again.is_some() || !(of_prices && over) {
                kept.push(position);
            }
        }
        let added: Vec<_> = new
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| !**taken)
            .map(|(entries, _)| entries)
            .collect();
        if added.is_empty() && kept.len() == old_items.len() {
            return None;
        }
        let mut items: Vec<_> = kept
            .into_iter()
            .filter_map(|position| {
                let (list, items) = old?;
                Some(Item::Kept(self.document.item(list, items, position, self.indent + 2)))
            })
            .collect();
        items.extend(added.into_iter().cloned().map(Item::New));
        let written = (!items.is_empty()).then_some(Written::Items(items));
        self.document.set(self.keys, "disagreements", written.as_ref(), &ORDER)
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
