//! `cargo xtask new`: a manifest to begin with, the smallest that compiles, with comments that teach.
//!
//! Takes an id and the facts that are known; writes one file or nothing. What is not given is a placeholder that says so,
//! or is left out: no fact is made up. The file is compiled with the others before it is written.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use portolan_codegen::compile;
use portolan_codegen::diagnostic::Diagnostics;
use portolan_codegen::emit::Output;
use portolan_codegen::load::{BASE_FOLDER, Input};
use portolan_codegen::manifest::{Id, Text};
use portolan_codegen::output::Plan;
use portolan_codegen::shape::{Key as _, Shape as _};
use portolan_codegen::source::{FileId, Span, Spanned};
use portolan_codegen::{suggest, yaml};
use portolan_types::Api;

use crate::generate::{self, CATALOGS, MANIFESTS, MessageFormat};

/// What stands for a fact that nobody gave.
pub const PLACEHOLDER: &str = "replace-me";

/// What `cargo xtask new` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// What to begin.
    #[command(subcommand)]
    pub kind: Kind,
    /// The repository to work in, instead of this one.
    #[arg(long, global = true)]
    pub root: Option<PathBuf>,
}

/// What can be begun.
#[derive(Subcommand, Debug)]
pub enum Kind {
    /// A vendor: who runs a service.
    Vendor(Vendor),
    /// The base models of a lab: what was released, apart from who serves it.
    Models(Models),
}

/// What is known of a new vendor.
#[derive(Args, Debug)]
pub struct Vendor {
    /// The vendor's id, which is also that of its first provider.
    pub id: String,
    /// The catalog: `labs` (serves its own models), `clouds`, `gateways` (resells others') or `local`.
    #[arg(long)]
    pub catalog: String,
    /// The vendor's name for people.
    #[arg(long)]
    pub name: Option<String>,
    /// The base URL, without `/` at its end.
    #[arg(long)]
    pub endpoint: Option<String>,
    /// The protocol that the endpoint speaks.
    #[arg(long, default_value = DEFAULT_API)]
    pub api: String,
    /// The environment variable that holds the key.
    #[arg(long)]
    pub env: Option<String>,
}

/// What is known of a new lab.
#[derive(Args, Debug)]
pub struct Models {
    /// The lab's id.
    pub id: String,
    /// The lab's name for people.
    #[arg(long)]
    pub name: Option<String>,
}

const DEFAULT_API: &str = "openai-completions";

/// Runs the task.
///
/// # Errors
/// An id that is none, a catalog that is none, a file that is there already, or what cannot be read or written.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = options.root.clone().unwrap_or_else(crate::repository);
    let (folder, id, text) = match &options.kind {
        Kind::Vendor(vendor) => (catalog(&vendor.catalog)?, &vendor.id, vendor.text()),
        Kind::Models(models) => (BASE_FOLDER, &models.id, models.text()),
    };
    check_id(id)?;
    let Some(mut inputs) = generate::read(&root)? else { return Ok(ExitCode::FAILURE) };
    let path = format!("{folder}/{id}.yaml");
    let same_kind = |input: &&Input| input.path.starts_with(BASE_FOLDER) == (folder == BASE_FOLDER);
    let taken = |input: &&Input| input.path.ends_with(&format!("/{id}.yaml"));
    if let Some(input) = inputs.iter().filter(same_kind).find(taken) {
        bail!("`{id}` has a manifest already: {MANIFESTS}/{}", input.path);
    }
    inputs.push(Input { path: path.clone(), bytes: text.clone().into_bytes() });
    let compiled = compile(inputs, &format!("{MANIFESTS}/"));
    if let Err(mistakes) = &compiled.result {
        generate::report(mistakes, &compiled.sources, MessageFormat::Human);
        return Ok(ExitCode::FAILURE);
    }
    Plan::new(&root, &[Output::new(format!("{MANIFESTS}/{path}"), text)], &[])?.write()?;
    println!("wrote {MANIFESTS}/{path}");
    println!("next: replace each `{PLACEHOLDER}`, then `cargo xtask fmt` and `cargo xtask gen`");
    Ok(ExitCode::SUCCESS)
}

fn catalog(name: &str) -> anyhow::Result<&'static str> {
    if let Some(known) = CATALOGS.into_iter().find(|known| *known == name) {
        return Ok(known);
    }
    let meant = suggest::nearest(name, CATALOGS.into_iter());
    let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    bail!("`{name}` is no catalog (there are {}){meant}", listed(CATALOGS))
}

/// The compiler's own rule.
fn check_id(id: &str) -> anyhow::Result<()> {
    if Id::from_text(id).is_some() {
        return Ok(());
    }
    let mistake = Id::mistake(&Spanned::new(id.to_owned(), Span::default()));
    bail!("{}: {}", mistake.message, mistake.help.unwrap_or_default())
}

impl Vendor {
    fn text(&self) -> String {
        let endpoint = self.endpoint.as_deref();
        let endpoint = endpoint.map_or(format!("https://{PLACEHOLDER}.example/v1"), scalar);
        let auth = match &self.env {
            Some(env) => format!("    auth: {{ env: [{}] }}\n", scalar(env)),
            None => "    # The environment variable that holds the key, as the vendor's own pages call it.\n    \
                     #auth: { env: [VENDOR_API_KEY] }\n"
                .to_owned(),
        };
        let apis: Vec<_> = Api::ALL.iter().map(|api| api.id()).collect();
        let apis = apis.chunks(4).map(|some| format!("    #   {}", listed(some.iter().copied())));
        let template = include_str!("new/vendor.yaml")
            .replace("@APIS@", &apis.collect::<Vec<_>>().join(",\n"))
            .replace("@API@", &scalar(&self.api))
            .replace("@AUTH@", &auth)
            .replace("@ENDPOINT@", &endpoint);
        fill(&template, &self.id, self.name.as_deref())
    }
}

impl Models {
    fn text(&self) -> String {
        fill(include_str!("new/models.yaml"), &self.id, self.name.as_deref())
    }
}

fn fill(template: &str, id: &str, name: Option<&str>) -> String {
    let name = name.map_or(PLACEHOLDER.to_owned(), scalar);
    template.replace("@ID@", id).replace("@NAME@", &name)
}

/// A text as a manifest says it: as it is where that reads as the same text, else in quotes.
fn scalar(text: &str) -> String {
    let mut mistakes = Diagnostics::default();
    let node = yaml::parse(FileId::default(), &format!("{{ text: {text} }}\n"), &mut mistakes);
    if let Some(yaml::Node { value: yaml::Value::Mapping(mapping), .. }) = node
        && let [(_, value)] = mapping.entries.as_slice()
        && Text::decode(value, &mut mistakes).is_some_and(|read| &*read == text)
        && mistakes.is_empty()
    {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
