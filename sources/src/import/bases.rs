//! Base models of a source that no lab's file has yet.
//!
//! Those that are there stay: they are compared by people, and what the source says otherwise is in the report.

use std::collections::{BTreeMap, BTreeSet};

use portolan_codegen::catalog::{self, Catalog, Facts, Source};
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::load::{BASE_FOLDER, Input};
use portolan_codegen::manifest::{LabFile, ModelId};
use portolan_codegen::shape::{Key as _, Shape as _};
use portolan_codegen::yaml::{self, Value};

use super::apart;
use super::edit::{Document, apply};
use super::facts;
use super::insert::Holder;
use super::model::inherited;
use super::origin::Origin;
use super::report::Report;
use super::text::{Written, entry, scalar};
use crate::read::models_dev::BaseModel;

/// The base models that are new, as the catalog will have them.
pub(super) fn new(
    said: &[BaseModel],
    catalog: &Catalog,
    report: &mut Report,
) -> Vec<catalog::BaseModel> {
    let known: BTreeMap<_, _> =
        catalog.base_models.iter().map(|base| (base.id.as_str(), base)).collect();
    let mut new = Vec::new();
    for base in said {
        if let Some(known) = known.get(base.id.as_str()) {
            let apart = apart::facts(&base.facts, &known.facts);
            report.others.extend(apart.into_iter().map(|apart| (base.id.clone(), apart)));
        } else if ModelId::from_text(&base.id).is_none() {
            let why = "no id: an id is printable ASCII without spaces";
            report.omit(&base.id, "base model", &base.id, why);
        } else {
            let mut facts = base.facts.clone();
            facts::complete_control(&mut facts, None, &base.id, report);
            new.push(catalog::BaseModel {
                id: base.id.clone(),
                name: base.name.clone(),
                facts,
                base: None,
                source: base.source.clone(),
            });
        }
    }
    new
}

/// The labs' files with the new base models.
///
/// # Errors
/// The labs that have no file.
pub(super) fn into_labs(
    new: &[catalog::BaseModel],
    inputs: &[Input],
    origin: Origin,
    report: &mut Report,
) -> Result<Vec<Input>, Vec<String>> {
    let mut by_lab: BTreeMap<&str, Vec<&catalog::BaseModel>> = BTreeMap::new();
    for base in new {
        let lab = base.id.split_once('/').map_or("", |(lab, _)| lab);
        by_lab.entry(lab).or_default().push(base);
    }
    let (mut edited, mut mistakes) = (Vec::new(), Vec::new());
    for (lab, bases) in by_lab {
        let path = format!("{BASE_FOLDER}/{lab}.yaml");
        let text = inputs.iter().find(|input| input.path == path);
        let Some(text) = text.and_then(|input| yaml::decode(&input.bytes).ok()) else {
            mistakes.push(format!(
                "no file has the base models of `{lab}` (as `{}`): run `cargo xtask new models {lab}`",
                bases[0].id
            ));
            continue;
        };
        report.added.extend(bases.iter().map(|base| base.id.clone()));
        match with_bases(text, &path, &bases, origin) {
            Ok(text) => edited.push(Input { path, bytes: text.into_bytes() }),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(edited) } else { Err(mistakes) }
}

fn with_bases(
    text: String,
    path: &str,
    bases: &[&catalog::BaseModel],
    origin: Origin,
) -> Result<String, String> {
    let unreadable = || format!("{path}: not a file of base models");
    let document = Document::new(text).ok_or_else(unreadable)?;
    let file =
        LabFile::decode(&document.root, &mut Diagnostics::default()).ok_or_else(unreadable)?;
    let Value::Mapping(keys) = &document.root.value else { return Err(unreadable()) };
    let around =
        inherited(file.source.as_ref().map(ToString::to_string), file.checked, &Source::default());
    let holder = Holder { document: &document, keys, place: path };
    let blocks = bases.iter().map(|base| {
        let id = base.id.split_once('/').map_or(base.id.as_str(), |(_, id)| id);
        (id, block(id, &base.name, &base.facts, around == origin.source(), origin, holder.indent()))
    });
    Ok(apply(&document.text, holder.insertions(blocks.collect())?))
}

fn block(
    id: &str,
    name: &str,
    said: &Facts,
    inherits: bool,
    origin: Origin,
    indent: usize,
) -> String {
    let mut keys = vec![("name", Written::Line(scalar(name)))];
    keys.extend(facts::entries(said, None, &BTreeSet::new()));
    if !inherits {
        keys.push(("source", Written::Line(scalar(origin.owner.url()))));
        keys.push(("checked", Written::Line(origin.as_of.0.to_string())));
    }
    let lines: String = keys.iter().map(|(key, value)| entry(key, value, indent + 2)).collect();
    format!("{}{}:\n{lines}", " ".repeat(indent), scalar(id))
}
