//! What `gen` takes over the manifests, and `diff` and rustc over what it wrote.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use portolan_codegen::catalog::Price;
use portolan_codegen::emit::json;

use super::process::median_cost;
use super::table::Column;
use super::tree::Tree;
use crate::generate::CATALOGS;

/// Runs `gen` with everything to write and `gen --check` with nothing, as whole processes.
pub(super) fn generation(xtask: &Path, tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let rounds = (60_000 / tree.models).clamp(3, 15);
    let command = |more: &[&str]| -> Vec<OsString> {
        let words = [xtask.into(), "gen".into(), "--root".into(), tree.root.clone().into()];
        words.into_iter().chain(more.iter().map(OsString::from)).collect()
    };
    let all = median_cost(rounds, &tree.root, &command(&[]), || tree.forget_generated())?;
    let check = median_cost(rounds, &tree.root, &command(&["--check"]), || Ok(()))?;
    for (name, cost) in [("gen", all), ("gen.check", check)] {
        column.set(format!("{name}.wall"), cost.wall);
        column.set(format!("{name}.cpu"), cost.cpu);
        column.set(format!("{name}.peak"), cost.peak);
    }
    column.set("gen.model", all.cpu / models(tree));
    column.set("gen.check.model", check.cpu / models(tree));
    Ok(())
}

/// Compares the catalog with itself, and with one in which every rate is another.
pub(super) fn comparing(xtask: &Path, tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let rounds = (60_000 / tree.models).clamp(3, 15);
    let path = tree.root.join("crates/portolan-manifests/catalog.json");
    let mut catalog = tree.catalog()?;
    let providers = catalog.vendors.iter_mut().flat_map(|vendor| &mut vendor.providers);
    for model in providers.flat_map(|provider| &mut provider.models) {
        let Price::Priced(cards) = &mut model.price else { continue };
        let rates = cards.iter_mut().flat_map(|card| &mut card.rates.0);
        rates.for_each(|(_, rate)| *rate += 1);
    }
    let other = tree.root.join("other.json");
    fs::write(&other, json::catalog(&catalog))?;
    for (name, other) in [("diff.same", &path), ("diff.prices", &other)] {
        let command = [xtask.into(), "diff".into(), path.clone().into(), other.into()];
        column.set(name, median_cost(rounds, &tree.root, &command, || Ok(()))?.cpu);
    }
    Ok(())
}

/// Checks each generated crate with rustc itself, as `cargo check` does.
pub(super) fn checking(tree: &Tree, column: &mut Column) -> anyhow::Result<()> {
    let rounds = (20_000 / tree.models).clamp(3, 7);
    let out = tree.root.join("check");
    fs::create_dir_all(&out)?;
    let empty = out.join("empty.rs");
    fs::write(&empty, "#![no_std]\n")?;
    let repository = crate::repository();
    let check = |rounds, name: &str, source: PathBuf| {
        median_cost(rounds, &tree.root, &check_call(name, source, &out), || Ok(()))
    };
    check(1, "portolan_types", repository.join("crates/portolan-types/src/lib.rs"))?;
    let floor = check(rounds, "empty", empty)?;
    column.set("check.empty", floor.cpu);
    let (mut cpu, mut peak) = (0.0, 0.0f64);
    for id in CATALOGS {
        let source = tree.root.join(format!("crates/portolan-{id}/src/lib.rs"));
        let cost = check(rounds, &format!("portolan_{id}"), source)?;
        column.set(format!("check.{id}"), cost.cpu);
        cpu += cost.cpu;
        peak = peak.max(cost.peak);
    }
    column.set("check.all", cpu);
    column.set("check.peak", peak);
    column.set("check.model", cpu / models(tree));
    Ok(())
}

/// The compiler that cargo would use.
pub(super) fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// The call with which cargo checks a dependency.
fn check_call(name: &str, source: PathBuf, out: &Path) -> Vec<OsString> {
    let types = out.join("libportolan_types.rmeta");
    let mut command = vec![rustc(), "--crate-name".into(), name.into(), source.into()];
    let fixed =
        ["--edition=2024", "--crate-type=lib", "--emit=metadata", "--cap-lints=allow", "--out-dir"];
    command.extend(fixed.map(OsString::from));
    command.push(out.into());
    if !matches!(name, "portolan_types" | "empty") {
        let mut types_are = OsString::from("portolan_types=");
        types_are.push(types);
        command.extend(["--extern".into(), types_are]);
    }
    command
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn models(tree: &Tree) -> f64 {
    tree.models as f64
}
