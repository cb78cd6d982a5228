//! The Rust of one catalog folder: a module per provider, the list of them, and the index over their refs.
//!
//! Takes the frozen catalog; returns texts that are valid wherever they lie, checked in or in `OUT_DIR`: no inner
//! attributes, no absolute paths, no formatter. Rows are printed as text in rustfmt's style; only enums and impls are
//! worth a syntax tree.

mod doc;
mod index;
mod layout;
mod model;
mod price_text;
mod provider;
mod row;
mod service;
mod sets;
mod shape;
mod shared;
mod summary;
#[cfg(test)]
mod tests;

use portolan_types::{RegionPolicy, Status};

use self::layout::{Node, Printer};
use self::sets::Sets;
use self::shared::Shared;
use super::{Output, header, markdown};
use crate::catalog::{Catalog, Model, Provider, Vendor};
use crate::naming;

/// A provider with everything of it in the order of the index.
struct Listed<'a> {
    vendor: &'a Vendor,
    provider: &'a Provider,
    models: Vec<&'a Model>,
}

/// The modules of the catalog with this id: `mod.rs`, `sets.rs`, `index.rs` and a file per provider, relative to their folder.
///
/// # Panics
/// If the catalog has more than 4,096 providers or one of them more than 65,536 models.
pub fn emit(catalog: &Catalog, id: &str) -> Vec<Output> {
    let list = list(catalog, id);
    let sets = Sets::of(list.iter().flat_map(|listed| listed.models.iter().copied()));
    let mut outputs = vec![root(id, &list), shared_sets(id, &sets)];
    outputs.extend(list.iter().map(|listed| module(listed, &sets)));
    outputs.push(table(&format!("manifests/{id}"), &[list]));
    outputs
}

/// The index over several catalogs, in this order: `index.rs`.
///
/// # Panics
/// As [`emit`], or if there are more than 16 catalogs.
pub fn emit_index(catalog: &Catalog, ids: &[&str]) -> Output {
    let lists: Vec<_> = ids.iter().map(|id| list(catalog, id)).collect();
    table("manifests", &lists)
}

/// The providers of a catalog by id: the types crate searches them so.
fn list<'a>(catalog: &'a Catalog, id: &str) -> Vec<Listed<'a>> {
    let of_catalog = catalog.providers().filter(|(vendor, _)| vendor.catalog == id);
    let mut list: Vec<_> = of_catalog.map(|(vendor, provider)| listed(vendor, provider)).collect();
    list.sort_unstable_by(|a, b| a.provider.id.cmp(&b.provider.id));
    list
}

fn listed<'a>(vendor: &'a Vendor, provider: &'a Provider) -> Listed<'a> {
    let mut models: Vec<_> = provider.models.iter().collect();
    models.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Listed { vendor, provider, models }
}

fn table(source: &str, catalogs: &[Vec<Listed<'_>>]) -> Output {
    Output::new("index.rs", format!("{}\n{}", header("//", source), index::items(catalogs)))
}

fn root(id: &str, list: &[Listed<'_>]) -> Output {
    let mut printer = Printer::new(header("//", &format!("manifests/{id}")));
    // A blank line between modules keeps rustfmt from sorting them.
    // Names of sets say all that is in them, so their lines may be longer than rustfmt likes.
    printer.out.push_str("\nmod index;\n\n#[rustfmt::skip]\nmod sets;\n\n");
    for Listed { provider, .. } in list {
        let (doc, name) = (markdown::inert(&provider.name), naming::module(&provider.id));
        printer.out.extend(["/// ", &doc, ".\npub mod ", &name, ";\n\n"]);
    }
    let names = list
        .iter()
        .map(|listed| Node::raw(format!("&{}::PROVIDER", naming::module(&listed.provider.id))));
    printer.out.push_str("/// Every provider of this catalog, by id.\n");
    printer.item("pub static PROVIDERS: &[&portolan_types::Provider]", &Node::slice(names));
    printer.out.push_str("\n/// This catalog: its providers and the index over their refs.\n");
    let tables = vec![
        ("tags", Node::raw("&index::TAGS")),
        ("starts", Node::raw("&index::STARTS")),
        ("keys", Node::raw("&index::KEYS")),
        ("entries", Node::raw("&index::ENTRIES")),
    ];
    let index = Node::literal("portolan_types::Index", tables, None);
    let fields =
        vec![("id", Node::text(id)), ("providers", Node::raw("PROVIDERS")), ("index", index)];
    let value = Node::literal("portolan_types::Catalog", fields, None);
    printer.item("pub static CATALOG: portolan_types::Catalog", &value);
    Output::new("mod.rs", printer.out)
}

/// The sets that rows name, and nothing where there is no row.
fn shared_sets(id: &str, sets: &Sets<'_>) -> Output {
    let mut printer = Printer::default();
    sets.print(&mut printer);
    let head = header("//", &format!("manifests/{id}"));
    let blank = if printer.out.is_empty() { "" } else { "\n" };
    Output::new("sets.rs", [&head, &printer.imports.text(), blank, &printer.out].concat())
}

fn module(Listed { vendor, provider, models }: &Listed<'_>, sets: &Sets<'_>) -> Output {
    let mut printer = Printer::default();
    printer.imports.ty("Provider");
    printer.out.push('\n');
    printer.out.push_str(&summary::provider(vendor, provider));
    printer.item("pub static PROVIDER: Provider", &provider::row(vendor, provider));
    places(&mut printer, provider);
    let shared = Shared::of(models);
    shared.print(&mut printer);
    for model in models {
        one_model(&mut printer, provider, model, (sets, &shared));
    }
    all_models(&mut printer, provider, models);
    let head = header("//", &format!("manifests/{}", vendor.manifest));
    let imports = printer.imports.text();
    let path = format!("{}.rs", naming::module(&provider.id));
    Output::new(path, [head, imports, printer.out].concat())
}

/// Where the provider answers. Endpoints of a provider with regions stand in no static of their own.
fn places(printer: &mut Printer, provider: &Provider) {
    if provider.region_policy.0 == RegionPolicy::None {
        printer.imports.ty("Endpoint");
        printer.out.push_str("\n/// Where the provider answers, the default api first.\n");
        let endpoints = provider::endpoints(&provider.endpoints);
        return printer.item("pub static ENDPOINTS: &[Endpoint]", &endpoints);
    }
    printer.out.push('\n');
    printer.out.push_str(&shape::region_enum(provider));
    printer.imports.ty("RegionRow");
    printer.out.push('\n');
    printer.item("static REGIONS: &[RegionRow]", &provider::regions(&provider.regions));
}

fn one_model(
    printer: &mut Printer,
    provider: &Provider,
    model: &Model,
    (sets, shared): (&Sets<'_>, &Shared<'_>),
) {
    printer.imports.ty("Model");
    printer.out.push('\n');
    printer.out.push_str(&summary::model(model));
    if model.status.0 == Status::Retired {
        let note = format!("{:?}", summary::end(model));
        printer.out.extend(["#[deprecated(note = ", &note, ")]\n"]);
    }
    let row = model::row(&provider.id, model, sets, shared);
    if !is_regional(provider) {
        return printer.item(&format!("pub static {}: Model", model.rust_name), &row);
    }
    let head = format!("pub static {}: Regional<Region>", model.rust_name);
    printer.item(&head, &Node::call("Regional::new(", [row]));
}

/// Whether a model cannot be asked without a region, so that its static has a type that says so.
fn is_regional(provider: &Provider) -> bool {
    provider.region_policy.0 == RegionPolicy::Required
}

fn all_models(printer: &mut Printer, provider: &Provider, models: &[&Model]) {
    printer.imports.ty("Model");
    printer.out.push_str("\n/// Every model of this provider, by id.\n");
    if models.iter().any(|model| model.status.0 == Status::Retired) {
        printer
            .out
            .push_str("#[expect(deprecated, reason = \"retired models keep their rows\")]\n");
    }
    let names = models.iter().map(|Model { rust_name, .. }| {
        Node::raw(if is_regional(provider) {
            format!("{rust_name}.row()")
        } else {
            format!("&{rust_name}")
        })
    });
    printer.item("pub static MODELS: &[&Model]", &Node::slice(names));
}
