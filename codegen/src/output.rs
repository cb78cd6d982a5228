//! Stand-in.
use crate::emit::Output;
use std::path::{Path, PathBuf};
/// Plan.
pub struct Plan { root: PathBuf, changed: Vec<Output>, removed: Vec<PathBuf> }
impl Plan {
    /// New.
    pub fn new(root: &Path, outputs: &[Output], owned: &[String]) -> std::io::Result<Self> {
        let changed = outputs.iter().filter(|o| std::fs::read_to_string(root.join(&o.path)).ok().as_deref() != Some(&o.contents)).cloned().collect();
        let mut removed = Vec::new();
        for f in owned { if let Ok(d) = std::fs::read_dir(root.join(f)) { for e in d { let e = e?.path(); if !outputs.iter().any(|o| root.join(&o.path) == e) { removed.push(e); } } } }
        Ok(Self { root: root.to_owned(), changed, removed })
    }
    /// Empty.
    pub fn is_empty(&self) -> bool { self.changed.is_empty() && self.removed.is_empty() }
    /// Diff.
    pub fn diff(&self) -> String { self.changed.iter().map(|o| format!("{}\n", o.path)).collect() }
    /// Summary.
    pub fn summary(&self) -> String { format!("{} changed, {} removed", self.changed.len(), self.removed.len()) }
    /// Write.
    pub fn write(&self) -> std::io::Result<()> {
        for o in &self.changed { let p = self.root.join(&o.path); std::fs::create_dir_all(p.parent().unwrap())?; std::fs::write(p, &o.contents)?; }
        for r in &self.removed { std::fs::remove_file(r)?; }
        Ok(())
    }
}
