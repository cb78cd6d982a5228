//! Names of the source become refs of ours.
//!
//! The source names its entries as it likes and says by a match which ids they are about. A name that its own match
//! means is an id; every other one has to be in the mapping.

use super::file::{Model, Provider};
use super::mapping::ProviderRules;
use crate::row::Place;

/// What a name is.
#[derive(Debug, PartialEq)]
pub(super) enum Placed {
    /// These models.
    At(Vec<Place>),
    /// An older record of a model that has an entry of its own.
    OlderRecordOf(Place, String),
    /// No offering, and why.
    Skipped(String),
}

/// What a model of the source is with us.
///
/// # Errors
/// If nothing says it.
pub(super) fn of(
    provider: &Provider<'_>,
    model: &Model<'_>,
    rules: &ProviderRules,
) -> Result<Placed, String> {
    let id = model.id.as_str();
    if let Some(why) = rules.skip.get(id) {
        return Ok(Placed::Skipped(why.clone()));
    }
    if let Some(refs) = rules.models.get(id) {
        return refs
            .as_slice()
            .iter()
            .map(|text| at_ref(text, rules))
            .collect::<Result<_, _>>()
            .map(Placed::At);
    }
    if let Some(prefix) = &rules.ids_under {
        let spelled = model.r#match.spelled();
        let ids: Vec<_> = spelled.into_iter().filter(|id| id.starts_with(prefix)).collect();
        if ids.is_empty() {
            return Err(format!("its match has no id that starts with `{prefix}`; {}", add(id)));
        }
        return Ok(Placed::At(ids.into_iter().map(|id| at(id, rules)).collect()));
    }
    if rules.older_without_organisation && !id.contains('/') {
        return newer(provider, id, rules);
    }
    if !model.r#match.holds(id) {
        return Err(format!("its own match does not mean it, so it is no id; {}", add(id)));
    }
    let spelled = if rules.lowercase { id.to_lowercase() } else { id.to_owned() };
    Ok(Placed::At(vec![at(&spelled, rules)]))
}

/// A place that is filled in later.
pub(super) fn nowhere() -> Place {
    Place {
        provider: String::new(),
        model: String::new(),
        region: None,
        service_tier: None,
        variants: Vec::new(),
    }
}

/// The entry that has this id behind its organisation.
fn newer(provider: &Provider<'_>, id: &str, rules: &ProviderRules) -> Result<Placed, String> {
    let end = format!("/{id}");
    let twins: Vec<_> = provider.models.iter().filter(|model| model.id.ends_with(&end)).collect();
    match twins.as_slice() {
        [twin] => {
            let why = format!("an older record, without its organisation, of {}", twin.id);
            Ok(Placed::OlderRecordOf(at(&twin.id, rules), why))
        }
        [] => Err(format!("no id of the provider is this behind an organisation; {}", add(id))),
        _ => {
            Err(format!("several ids of the provider are this behind an organisation; {}", add(id)))
        }
    }
}

fn at(id: &str, rules: &ProviderRules) -> Place {
    Place {
        provider: rules.provider.clone(),
        model: format!("{id}{}", rules.suffix),
        region: rules.region.clone(),
        ..nowhere()
    }
}

/// The place of a ref of the mapping.
fn at_ref(text: &str, rules: &ProviderRules) -> Result<Place, String> {
    let Some((provider, model)) = text.split_once('/') else {
        return Err(format!("`{text}` of the mapping is no ref: write `provider/model`"));
    };
    let other = rules.regions.get(provider).cloned();
    let region = if provider == rules.provider { rules.region.clone() } else { other };
    Ok(Place { provider: provider.to_owned(), model: model.to_owned(), region, ..nowhere() })
}

fn add(id: &str) -> String {
    format!("add `{id}` to `models` or `skip` of its provider in the mapping")
}
