//! The folder of one size, laid out as the repository is: manifests, the crates around what will be generated, and the
//! programs that are measured.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use portolan_codegen::catalog::Catalog;
use portolan_codegen::load::{Input, read_folder};
use portolan_codegen::{compile, naming};

use super::{Size, synthetic};
use crate::generate::{CATALOGS, owned_folders};

/// A laid out folder.
pub(super) struct Tree {
    /// Where it is.
    pub(super) root: PathBuf,
    /// How many models its manifests have.
    pub(super) models: usize,
}

impl Tree {
    /// Lays out the folder of a size.
    pub(super) fn new(size: &Size) -> anyhow::Result<Self> {
        let inputs = match size {
            Size::Real => real_manifests()?,
            Size::Synthetic(models) => synthetic::manifests(*models),
        };
        let tree = Self { root: super::folder().join(size.to_string()), models: 0 };
        remove(&tree.root.join("manifests"))?;
        for input in &inputs {
            tree.put(&format!("manifests/{}", input.path), &input.bytes)?;
        }
        let Ok(catalog) = compile(inputs, "manifests/").result else {
            bail!("the manifests have mistakes; `cargo xtask gen` shows them");
        };
        tree.crates()?;
        tree.programs(&first_model(&catalog)?)?;
        let models = catalog.providers().map(|(_, provider)| provider.models.len()).sum();
        Ok(Self { models, ..tree })
    }

    /// The hand-written part of each catalog's crate.
    fn crates(&self) -> anyhow::Result<()> {
        for id in CATALOGS.into_iter().chain(["catalog"]) {
            for file in ["Cargo.toml", "src/lib.rs"] {
                let path = format!("crates/portolan-{id}/{file}");
                let text = fs::read(crate::repository().join(&path)).context(path.clone())?;
                self.put(&path, &text)?;
            }
        }
        self.put("Cargo.toml", include_bytes!("../../bench/workspace.toml"))
    }

    /// The programs. Those that are linked for a fixed address are others in name alone.
    fn programs(&self, model: &str) -> anyhow::Result<()> {
        let one = include_str!("../../bench/one.rs").replace("@MODEL@", model);
        let sources: [(&str, &str); 6] = [
            ("empty", include_str!("../../bench/empty.rs")),
            ("empty-fixed", include_str!("../../bench/empty.rs")),
            ("one", &one),
            ("all", include_str!("../../bench/all.rs")),
            ("all-fixed", include_str!("../../bench/all.rs")),
            ("measure", include_str!("../../bench/measure.rs")),
        ];
        for (name, source) in sources {
            self.put(&format!("programs/src/bin/{name}.rs"), source.as_bytes())?;
        }
        self.put("programs/Cargo.toml", include_bytes!("../../bench/programs.toml"))
    }

    /// The frozen catalog that `gen` wrote.
    pub(super) fn catalog(&self) -> anyhow::Result<Catalog> {
        let path = self.root.join("crates/portolan-manifests/catalog.json");
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
    }

    /// Removes everything generated, so that the next run has all of it to write.
    pub(super) fn forget_generated(&self) -> anyhow::Result<()> {
        for folder in owned_folders() {
            remove(&self.root.join(folder))?;
        }
        remove(&self.root.join("crates/portolan-manifests"))
    }

    fn put(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.root.join(path);
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn real_manifests() -> anyhow::Result<Vec<Input>> {
    read_folder(&crate::repository().join("manifests")).map_err(|errors| {
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        anyhow!(texts.join("; "))
    })
}

/// The path of a model's static in the crate of the labs.
fn first_model(catalog: &Catalog) -> anyhow::Result<String> {
    let of_labs = catalog.providers().filter(|(vendor, _)| vendor.catalog == "labs");
    let models = of_labs.flat_map(|(_, provider)| {
        provider.models.iter().map(|model| (provider.id.as_str(), model))
    });
    let current = models.filter(|(_, model)| model.retires.is_none());
    let first = current.map(|(id, model)| format!("{}::{}", naming::module(id), model.rust_name));
    first.min().context("the labs have no model")
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
