//! What the endpoints of usable providers list: asked for, or as it was kept. Takes the providers; returns a list for each
//! that has one, and what a person should know of it.

use std::collections::BTreeMap;
use std::time::Duration;

use portolan::types::{Coverage, Provider};
use portolan::{Client, ListCache, ListedBy, ModelList};

use crate::failure::Failure;
use crate::providers::apis;
use crate::settings::Settings;

/// How long to wait for the first byte of a list.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lists by provider, and notes for people.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) by_provider: BTreeMap<&'static str, ModelList>,
    pub(crate) notes: Vec<String>,
}

/// The lists of those providers whose endpoints know more than the catalog. Without `refresh` nobody is asked and what was
/// kept is used.
pub(crate) fn lists(
    providers: &[&'static Provider],
    settings: &Settings,
    refresh: bool,
) -> Result<Lists, Failure> {
    let asked = providers
        .iter()
        .copied()
        .filter(|provider| matches!(provider.coverage, Coverage::Refreshable | Coverage::Live))
        // Who names a provider that has no list is told so.
        .filter(|provider| providers.len() == 1 || has_list(provider));
    let asked: Vec<_> = asked.collect();
    let mut lists = Lists::default();
    if asked.is_empty() {
        return Ok(lists);
    }
    let builder = settings.client()?.first_byte_timeout(PATIENCE);
    let builder = match ListCache::of_machine() {
        Some(cache) => builder.list_cache(cache),
        None => builder,
    };
    let client = builder.tries(1).build()?;
    if refresh {
        lists.ask(&client, &asked)?;
    } else {
        for provider in asked {
            match client.models(provider).kept() {
                Ok(Some(list)) => lists.take(list),
                Ok(None) => {}
                // What was kept is an addition: without it there is the catalog.
                Err(error) => lists.notes.push(format!("no kept list: {error}")),
            }
        }
    }
    Ok(lists)
}

fn has_list(provider: &Provider) -> bool {
    !provider.unlisted
        && (!provider.lists.is_empty() || apis(provider).iter().any(|api| api.lists_models()))
}

impl Lists {
    /// Asks all at once.
    fn ask(&mut self, client: &Client, providers: &[&'static Provider]) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new("config", error.to_string()))?;
        let answers = runtime.block_on(async {
            let mut asked = tokio::task::JoinSet::new();
            for provider in providers.iter().copied() {
                let client = client.clone();
                asked.spawn(async move {
                    (provider.id, client.models(provider).refresh().send().await)
                });
            }
            asked.join_all().await
        });
        let mut failed = Vec::new();
        for (provider, answer) in answers {
            match answer {
                Ok(list) => self.take(list),
                Err(error) => failed.push((provider, error)),
            }
        }
        failed.sort_by_key(|(provider, _)| *provider);
        // Of one provider nothing else is wanted; of many the others are worth showing.
        if let (1, Some((_, error))) = (providers.len(), failed.pop_if(|_| providers.len() == 1)) {
            return Err(error.into());
        }
        for (_, error) in failed {
            // Said at once, also to those who want JSON: what was asked for is not all there.
            crate::complain(&format!("no list: {error}"));
        }
        Ok(())
    }

    fn take(&mut self, list: ModelList) {
        self.notes.push(note(&list));
        self.by_provider.insert(list.provider.id, list);
    }
}

/// What differs from the catalog, and how old the list is.
fn note(list: &ModelList) -> String {
    let place = list.region.map(|region| format!(" in {region}")).unwrap_or_default();
    let new: Vec<_> = list.new_ids().collect();
    let gone: Vec<_> = list.gone.iter().map(|entry| entry.model.id).collect();
    let mut note = format!("{}{place}: {} models", list.provider.id, list.models.len());
    for (what, ids) in [("new at the endpoint", &new), ("not in its list", &gone)] {
        if !ids.is_empty() {
            note.extend([", ", &ids.len().to_string(), " ", what]);
            let some: Vec<_> = ids.iter().take(5).copied().collect();
            note.extend([" (", &some.join(", "), if ids.len() > 5 { ", ...)" } else { ")" }]);
        }
    }
    if list.unreadable > 0 {
        note.extend([", ", &list.unreadable.to_string(), " items without an id"]);
    }
    match &list.by {
        ListedBy::Stale(Some(error)) => {
            note.extend(["; the list of ", &list.fetched.to_string(), ", for "]);
            note.push_str(&error.to_string());
        }
        ListedBy::Stale(None) | ListedBy::Cache => {
            note.extend(["; the list of ", &list.fetched.to_string(), ", `--refresh` asks anew"]);
        }
        _ => {}
    }
    if let Some(why) = &list.not_kept {
        note.extend(["; not kept: ", why]);
    }
    note
}
