//! What a person is asked on a terminal. Questions go to the standard error; a key is not shown while it is typed, and
//! one that its provider would refuse is refused here, with the advice. Where nobody can be asked, what is missing is
//! wrong usage.

use std::cell::Cell;
use std::fmt;
use std::io::Write as _;

use inquire::ui::RenderConfig;
use inquire::validator::Validation;
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode, Select, Text};
use portolan::types::{AuthChoice, AuthMethod, KeyRule, Provider, RegionName, is_dns_label};
use portolan::{Environment, SecretString, State};

use super::choices::{self, Choice};
use super::login;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::terminal::{Color, Look};

/// Lines of a list that are shown at once.
const PAGE: usize = 12;

/// Somebody who is asked, or nobody.
pub(super) struct Asked {
    look: Option<RenderConfig<'static>>,
    /// Whether anything was asked. Who says everything by flags is asked nothing more.
    used: Cell<bool>,
}

impl Asked {
    pub(super) fn new(color: Option<Color>) -> Self {
        let look = color.map(|color| {
            let colored = Look::of_errors(color).color;
            if colored { RenderConfig::default_colored() } else { RenderConfig::empty() }
        });
        Self { look, used: Cell::new(false) }
    }

    /// How questions look, if there is somebody to ask.
    fn look(&self) -> Option<RenderConfig<'static>> {
        self.used.set(self.look.is_some());
        self.look
    }

    /// Lets a person look for a choice: first whose, then which.
    pub(super) fn choice(
        &self,
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Choice, Failure> {
        let look = self.look().ok_or_else(|| {
            Failure::usage("no auth choice is named").help(
                "name one with `--auth-choice`, or by its own flag, as `--xiaomi-api-key KEY`",
            )
        })?;
        let group = Select::new("Whose models?", groups(settings, environment))
            .with_help_message("type to search, ↑↓ to move, enter to choose, esc to stop")
            .with_page_size(PAGE)
            .with_scorer(&|typed, group: &Group, _, _| group.score(typed))
            .with_render_config(look)
            .prompt()
            .map_err(ended)?;
        if let [only] = group.choices.as_slice() {
            return Ok(*only);
        }
        let options = group.choices.into_iter().map(Listed).collect();
        let listed = Select::new("Which credential?", options)
            .with_help_message("a key works only where it was issued")
            .with_formatter(&|listed| listed.value.0.1.label.to_owned())
            .with_page_size(PAGE)
            .with_render_config(look)
            .prompt()
            .map_err(ended)?;
        Ok(listed.0)
    }

    /// Lets a person choose a region; nothing where nobody is asked, which is an error if one is required.
    pub(super) fn region(
        &self,
        provider: &'static Provider,
    ) -> Result<Option<&'static str>, Failure> {
        let Some(look) = self.look() else { return Ok(None) };
        let names: Vec<_> = provider.regions.names().iter().map(Place).collect();
        let default = provider.regions.default_id();
        let start = names.iter().position(|place| Some(place.0.id) == default).unwrap_or(0);
        let place = Select::new("Which region is the credential of?", names)
            .with_starting_cursor(start)
            .with_page_size(PAGE)
            .with_render_config(look)
            .prompt()
            .map_err(ended)?;
        Ok(Some(place.0.id))
    }

    /// Has a key typed or pasted, again until the provider's rule allows it.
    pub(super) fn key(
        &self,
        provider: &'static Provider,
        choice: &AuthChoice,
    ) -> Result<SecretString, Failure> {
        let look = self.look().ok_or_else(|| {
            Failure::usage("no key is given").help("`--api-key KEY`, or `--api-key -` to read it")
        })?;
        let rule = provider.auth.key;
        let question = format!("{}:", choice.label);
        let pages = provider.docs.map(|url| format!("; see {url}")).unwrap_or_default();
        let help = format!("paste the key, it is not shown{pages}");
        let typed = Password::new(&question)
            .with_help_message(&help)
            .with_display_mode(PasswordDisplayMode::Masked)
            .without_confirmation()
            .with_validator(move |typed: &str| Ok(checked(rule, typed)))
            .with_render_config(look)
            .prompt()
            .map_err(ended)?;
        Ok(typed.trim().into())
    }

    /// Whether there is somebody to ask.
    pub(super) fn can(&self) -> bool {
        self.look.is_some()
    }

    /// Has one of several secrets typed or pasted, by the name of its variable.
    pub(super) fn secret(&self, variable: &str) -> Result<SecretString, Failure> {
        let look = self.look().ok_or_else(|| {
            Failure::usage(format!("`{variable}` is not said"))
                .help(format!("`{} VALUE`", super::values::flag_of(variable)))
        })?;
        let typed = Password::new(&format!("{variable}:"))
            .with_help_message("paste it, it is not shown")
            .with_display_mode(PasswordDisplayMode::Masked)
            .without_confirmation()
            .with_validator(|typed: &str| Ok(checked(None, typed)))
            .with_render_config(look)
            .prompt()
            .map_err(ended)?;
        Ok(typed.trim().into())
    }

    /// Asks for the values in the provider's addresses that no variable holds and nobody said.
    pub(super) fn variables(
        &self,
        provider: &'static Provider,
        said: &[&str],
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let Some(look) = self.look else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        for variable in provider.variables {
            let Some(name) = variable.env else { continue };
            if said.contains(&name) || std::env::var_os(name).is_some_and(|value| !value.is_empty())
            {
                continue;
            }
            self.used.set(true);
            let question = format!("{} ({name}):", capitalized(variable.description));
            let label = |typed: &str| {
                Ok(if is_dns_label(typed.trim()) {
                    Validation::Valid
                } else {
                    Validation::Invalid("letters, digits and `-` alone".into())
                })
            };
            let typed = Text::new(&question)
                .with_validator(label)
                .with_render_config(look)
                .prompt()
                .map_err(ended)?;
            values.push((name, typed.trim().to_owned()));
        }
        Ok(values)
    }

    /// Whether a model is to be the default one. Nobody says no.
    pub(super) fn default_model(&self, model: &str) -> Result<bool, Failure> {
        let Some(look) = self.look.filter(|_| self.used.get()) else { return Ok(false) };
        let question = format!("Make `{model}` the default model?");
        let answer = Confirm::new(&question).with_default(true).with_render_config(look).prompt();
        match answer {
            // The key is stored already.
            Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(false),
            answer => answer.map_err(ended),
        }
    }
}

fn ended(error: InquireError) -> Failure {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            // What was asked stays on the screen below the cursor.
            clear_below();
            Failure::interrupted("nothing was stored")
        }
        error => Failure::new("terminal", error.to_string())
            .help("say it with flags: `portolan onboard --help`"),
    }
}

fn clear_below() {
    // There is nobody to tell if that fails.
    let _ = write!(std::io::stderr().lock(), "\r\x1b[J");
}

fn checked(rule: Option<KeyRule>, typed: &str) -> Validation {
    if typed.trim().is_empty() {
        return Validation::Invalid("the key is empty".into());
    }
    match rule.map_or(Ok(()), |rule| rule.check(typed)) {
        Ok(()) => Validation::Valid,
        Err(error) => Validation::Invalid(error.to_string().into()),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The choices that are listed under one name.
struct Group {
    label: &'static str,
    hint: Option<&'static str>,
    ready: bool,
    choices: Vec<Choice>,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)?;
        if let Some(hint) = self.hint {
            write!(f, " ({hint})")?;
        }
        f.write_str(if self.ready { ", ready" } else { "" })
    }
}

impl Group {
    /// How well what was typed fits: every word has to be in a name or an id, best at the start of the label.
    fn score(&self, typed: &str) -> Option<i64> {
        let typed = typed.to_lowercase();
        let label = self.label.to_lowercase();
        let mut all = label.clone();
        for (provider, choice) in &self.choices {
            for text in [provider.id, provider.name, provider.vendor, choice.id, choice.label] {
                all.push('\n');
                all.push_str(&text.to_lowercase());
            }
        }
        let fits = typed.split_whitespace().all(|word| all.contains(word));
        fits.then(|| {
            i64::from(label.contains(typed.trim())) + 2 * i64::from(label.starts_with(typed.trim()))
        })
    }
}

/// The choices that can be set up, under the groups that they name or their providers.
fn groups(settings: &Settings, environment: &Environment) -> Vec<Group> {
    let mut groups: Vec<(&str, Group)> = Vec::new();
    for (provider, choice) in choices::all(settings) {
        let keeps = choice.method == AuthMethod::ApiKey && super::values::takes_a_key(provider);
        if !keeps && !login::runs(choice) {
            continue;
        }
        let (id, label, hint) = match choice.group {
            Some(group) => (group.id, group.label, group.hint),
            None => (provider.id, provider.name, choice.hint),
        };
        let ready = environment.status(provider, choice.region).state == State::Ready;
        if let Some((_, group)) = groups.iter_mut().find(|(other, _)| *other == id) {
            group.ready |= ready;
            group.choices.push((provider, choice));
        } else {
            let choices = vec![(provider, choice)];
            groups.push((id, Group { label, hint, ready, choices }));
        }
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by_cached_key(|group| group.label.to_lowercase());
    groups
}

struct Listed(Choice);

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, choice) = self.0;
        f.write_str(choice.label)?;
        choice.hint.map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

struct Place(RegionName);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.name, self.0.id)
    }
}
