//! What is wrong with a user's file: what the compiler says of it, and the refs, providers and regions that nothing has.

use std::path::Path;

use portolan::types::{Provider, RegionError};
use portolan_codegen::code::Code;
use portolan_codegen::diagnostic::{Diagnostic, shown};
use portolan_codegen::load::Input;
use portolan_codegen::overlay::Public;
use portolan_codegen::render::{Format, render, summary};
use portolan_codegen::source::{Span, Spanned};
use portolan_codegen::suggest::nearest;
use portolan_codegen::user::{self, User, UserFile};
use serde_json::Value;

use super::Settings;
use crate::failure::{Failure, Mistakes};

/// Reads a file with everything that is wrong with it.
pub(crate) fn checked(input: &Input) -> Result<User, Failure> {
    let prefixes = super::key_prefixes();
    let public = || Public::read(portolan_manifests::CATALOG_JSON);
    let mut user = user::read(input, &prefixes, public)
        .map_err(|error| Failure::new("config", error.to_string()))?;
    let sound = user.mistakes.is_empty();
    let settings = if sound { Settings::of(&user) } else { Settings::default() };
    let wrong = user.file.as_ref().map(|file| Check { file, settings: &settings, sound }.all());
    wrong.into_iter().flatten().for_each(|mistake| user.add(mistake));
    Ok(user)
}

/// The mistakes of a file as the end of a command.
pub(crate) fn failure(user: &User, path: &Path, styled: bool) -> Failure {
    let shown = render(&user.mistakes, &user.sources, Format::Human { styled });
    let lines = render(&user.mistakes, &user.sources, Format::Json);
    let json = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect();
    let count = summary(&user.mistakes, "");
    let count = count.trim_start_matches("error: ").split(" in ").next().unwrap_or_default();
    let failure = Failure::new("config", format!("{count} in `{}`", path.display()));
    Failure { mistakes: Some(Box::new(Mistakes { text: shown, json })), ..failure }
        .help("mend the file; `portolan config check FILE` shows what is left")
}

struct Check<'a> {
    file: &'a UserFile,
    settings: &'a Settings,
    /// Whether the providers of the file are among the settings'.
    sound: bool,
}

impl Check<'_> {
    fn all(&self) -> Vec<Diagnostic> {
        let file = self.file;
        let models = file.default_model.iter().chain(&file.fallbacks);
        let models = models.filter(|word| !self.is_alias(word)).filter_map(|word| self.model(word));
        let aliases = file.aliases.iter().filter_map(|(_, to)| self.model(to));
        let keys = file.keys.iter().filter_map(|(id, _)| self.provider(id, id.span).err()?);
        let regions = file.regions.iter().filter_map(|(id, region)| {
            let provider = match self.provider(id, id.span) {
                Ok(provider) => provider,
                Err(mistake) => return mistake,
            };
            region_mistake(provider, region, region.span)
        });
        models.chain(aliases).chain(keys).chain(regions).collect()
    }

    fn is_alias(&self, word: &str) -> bool {
        let mut known = self.file.aliases.iter().map(|(id, _)| &*id.value.0);
        known.any(|alias| alias == word) || self.file.aliases.broken.iter().any(|id| **id == *word)
    }

    /// Whether it is the file's own provider, of which nothing is known yet.
    fn is_pending(&self, id: &str) -> bool {
        !self.sound && self.file.providers.ids().any(|own| own == id)
    }

    fn model<T: std::ops::Deref<Target = str>>(&self, word: &Spanned<T>) -> Option<Diagnostic> {
        let text: &str = &word.value;
        let provider = text.split_once('/').map(|(provider, _)| provider);
        if provider.is_some_and(|id| self.is_pending(id)) || self.settings.passes(text) {
            return None;
        }
        let unknown = self.settings.lookup(text).err()?;
        let near = unknown.nearest().next().map(|entry| entry.to_string());
        let aliases = self.file.aliases.iter().map(|(id, _)| &*id.value.0);
        let near = near.or_else(|| nearest(text, aliases).map(str::to_owned));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if provider.is_none() => {
                "a ref is `provider/model`; an alias stands under `aliases:`".to_owned()
            }
            None => "`portolan models list --all` lists every ref".to_owned(),
        };
        let message = format!("no model {}", shown(text));
        Some(Diagnostic::new(Code::UnknownModel, word.span, message).help(help))
    }

    /// The provider, or the mistake that there is none, or nothing where it is not known yet.
    fn provider(&self, id: &str, span: Span) -> Result<&'static Provider, Option<Diagnostic>> {
        if self.is_pending(id) {
            return Err(None);
        }
        self.settings.provider(id).ok_or_else(|| {
            let ids = self.settings.providers().map(|provider| provider.id);
            let help = match nearest(id, ids) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`portolan providers` lists them".to_owned(),
            };
            let message = format!("no provider {}", shown(id));
            Some(Diagnostic::new(Code::UnknownProvider, span, message).help(help))
        })
    }
}

fn region_mistake(provider: &Provider, region: &str, span: Span) -> Option<Diagnostic> {
    let choices = match provider.regions.endpoints(Some(region)) {
        Ok(_) => return None,
        Err(RegionError::Required { choices } | RegionError::Unknown { choices }) => choices,
        Err(_) => return None,
    };
    let message = format!("`{}` has no region {}", provider.id, shown(region));
    let help = if choices.is_empty() {
        "it has no regions: remove the line".to_owned()
    } else {
        format!("one of {choices}")
    };
    Some(Diagnostic::new(Code::UnknownRegion, span, message).help(help))
}
