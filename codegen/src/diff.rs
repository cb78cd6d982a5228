//! What changed between two catalogs, by meaning.
//!
//! Takes two frozen catalogs; returns typed changes, each with its level, and the version step that follows for each
//! catalog. Rows are laid side by side by their ids, so their order does not matter. What is not told is not different:
//! two catalogs without a change between them say the same.

mod auth;
mod changelog;
mod kind;
mod markdown;
mod model;
mod price;
mod provider;
mod rates;
mod record;
mod service;
mod vendor;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub use changelog::{ChangelogError, in_changelog};
pub use kind::{Kind, Level, Step, levels};
pub use markdown::{changelog_section, markdown};

use self::record::{Recorder, Subject};
use crate::catalog::Catalog;

/// The version of the shape of a report. It changes when a field is renamed or removed.
pub const REPORT_VERSION: u32 = 1;

/// What `cargo xtask diff --format json` writes. Fields that hold nothing are left out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The version of this shape.
    pub version: u32,
    /// Which catalog was before.
    pub from: String,
    /// Which catalog is after.
    pub to: String,
    /// The changes and what follows from them.
    #[serde(flatten)]
    pub changes: Changes,
}

/// What changed between two catalogs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Changes {
    /// The version step of each catalog's crate, by catalog.
    pub crates: Vec<CrateStep>,
    /// The changes, by catalog and vendor, the gravest first.
    pub changes: Vec<Change>,
}

/// The version step of a catalog's crate.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CrateStep {
    /// The crate.
    #[serde(rename = "crate")]
    pub name: String,
    /// The step from version 1.0 on.
    pub step: Step,
    /// The step as long as the first number is 0.
    pub step_before_1_0: Step,
}

/// One change. Values are texts: rates exact decimals, dates as `2026-05-27`, several words with commas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Change {
    /// What it means for whoever uses the catalog.
    pub level: Level,
    /// What changed.
    pub kind: Kind,
    /// The catalog; none for base models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// The vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model id, without its provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The base model, as `lab/model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_model: Option<String>,
    /// The conditions of the price, or the region of an endpoint.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub conditions: Conditions,
    /// The part that changed, where the kind alone does not say it: a meter, a limit, the id of an auth choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How much a rate went up or down, in percent with one digit, as `-56.5`. A change from zero has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// The currency of `from` and `to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// The conditions under which a price changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Conditions {
    /// The service tier, if it is not `standard`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
    /// The regions; empty for every region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What else sets the price, as `kind=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// Weekdays and times, as the manifest says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// The tier above this number of input tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_above: Option<u64>,
    /// The tier above this number of output tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_above: Option<u64>,
    /// The moment from which a new price holds, after the one that `from` of the change says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<String>,
    /// The moment from which the price holds that is new, gone or another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The moment until which it holds, that moment excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl Conditions {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What changed between two catalogs.
///
/// ```
/// use portolan_codegen::{compile, diff::{diff, Kind, Step}, load::Input};
///
/// let catalog = |name: &str| {
///     let text = format!("vendor: acme\nname: {name}\nproviders: {{}}\n");
///     let input = Input { path: "labs/acme.yaml".to_owned(), bytes: text.into() };
///     compile(vec![input], "").result.unwrap()
/// };
/// let changes = diff(&catalog("Acme"), &catalog("Acme AI"));
/// assert_eq!(changes.changes[0].kind, Kind::NameChanged);
/// assert_eq!(changes.crates[0].step, Step::Patch);
/// ```
pub fn diff(before: &Catalog, after: &Catalog) -> Changes {
    let mut changes = Vec::new();
    let mut rec = Recorder { subject: Subject::default(), out: &mut changes };
    vendor::catalogs(&mut rec, before, after);
    changes.sort_by(|a, b| place(a).cmp(&place(b)));
    Changes { crates: steps(before, after, &changes), changes }
}

/// What a change is sorted by: base models last, what is about one thing together.
fn place(change: &Change) -> impl Ord {
    let Change { catalog, vendor, level, provider, model, base_model, conditions, .. } = change;
    let subject = (provider, model, base_model);
    (catalog.is_none(), catalog, vendor, level, subject, conditions, change)
}

/// The step of each catalog that either side has: the greatest of its changes.
fn steps(before: &Catalog, after: &Catalog, changes: &[Change]) -> Vec<CrateStep> {
    let ids = before.catalog_ids().into_iter().chain(after.catalog_ids());
    let mut steps: BTreeMap<&str, Step> = ids.map(|id| (id, Step::None)).collect();
    for change in changes {
        if let Some(step) = change.catalog.as_deref().and_then(|id| steps.get_mut(id)) {
            *step = change.kind.step().max(*step);
        }
    }
    let step = |(id, step): (&str, Step)| CrateStep {
        name: crate_name(id),
        step,
        step_before_1_0: step.before_1_0(),
    };
    steps.into_iter().map(step).collect()
}

/// The crate that a catalog is compiled into.
fn crate_name(catalog: &str) -> String {
    format!("portolan-{catalog}")
}
