//! The frozen catalog: every manifest resolved, defaulted and sorted, without a trace of how it was written.
//!
//! What is checked becomes this, and every emitter reads nothing else. Serialized it is `catalog.json`: fields that hold
//! nothing are left out, words are their ids, rates are exact decimals as texts.

mod price;
mod provider;

pub use price::{Card, Converted, Price, Rates, Tier, Window};
pub use provider::{
    Auth, AuthChoice, AuthGroup, Claims, Cloud, Dialect, Endpoint, Hint, KeyRule, ModelsUrl, OAuth,
    Parameter, Provider, Region, Service, ServiceModel, Variable, WrongPrefix,
};

use std::collections::BTreeMap;

use portolan_types::{Api, Capability, Modality, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::manifest::{Day, FactKey, Word};

/// The version of the shape of `catalog.json`. It changes when a field is renamed or removed.
pub const SCHEMA_VERSION: u32 = 2;

/// Declares structs of the catalog: fields are always written, those after `..optional` only if they hold something.
macro_rules! ir {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $( $(#[doc = $field_doc:literal])* $field:ident : $ty:ty, )*
            $( ..optional { $( $(#[doc = $opt_doc:literal])* $opt:ident : $opt_ty:ty, )+ } )?
        }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
            $($(
                $(#[doc = $opt_doc])*
                #[serde(default, skip_serializing_if = "crate::catalog::is_default")]
                pub $opt: $opt_ty,
            )+)?
        }
    )+};
}
use ir;

/// Whether a value says nothing, so that it is left out.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

ir! {
    /// Every vendor, provider and model.
    Catalog {
        /// The version of this shape.
        version: u32,
        /// The base models, by id.
        base_models: Vec<BaseModel>,
        /// The vendors, by catalog and id.
        vendors: Vec<Vendor>,
    }

    /// Who runs the service.
    Vendor {
        /// The id.
        id: String,
        /// The catalog: `labs`, `clouds`, `gateways`, `local` or a private one.
        catalog: String,
        /// The manifest, relative to the manifest folder.
        manifest: String,
        /// The name for people.
        name: String,
        /// The addressable services, by id.
        providers: Vec<Provider>,
        ..optional {
            /// The name in other languages, by language tag.
            labels: BTreeMap<String, String>,
            /// The vendor's pages, by kind.
            links: BTreeMap<String, String>,
            /// Where the facts are from.
            source: Source,
            /// Other pages that facts are from.
            sources: Vec<SourcePage>,
            /// What a reader has to know.
            notes: Vec<String>,
        }
    }

    /// Another page that facts are from.
    SourcePage {
        /// The page.
        url: String,
        /// When the facts were last compared with it.
        checked: Day,
        ..optional {
            /// What is from there.
            note: Option<String>,
        }
    }

    /// What a lab released, apart from who serves it.
    BaseModel {
        /// The id, as `lab/model`.
        id: String,
        /// The name for people.
        name: String,
        /// The facts, those of its own base model included.
        facts: Facts,
        ..optional {
            /// The base model that it was derived from.
            base: Option<String>,
            /// Where the facts are from.
            source: Source,
        }
    }

    /// A model as one provider serves it, with everything that its base model and its provider say.
    Model {
        /// The model id.
        id: String,
        /// The name for people.
        name: String,
        /// The Rust constant.
        rust_name: String,
        /// Where it is in its life.
        status: Word<Status>,
        /// The facts.
        facts: Facts,
        /// What it costs.
        price: Price,
        ..optional {
            /// The base model that is served.
            base: Option<String>,
            /// The name in other languages, by language tag.
            labels: BTreeMap<String, String>,
            /// Other ids of the same.
            aliases: Vec<String>,
            /// When the vendor retires it or did.
            retires: Option<Day>,
            /// Where the vendor says so.
            retires_source: Option<String>,
            /// When a source last listed it.
            last_seen: Option<Day>,
            /// The ref of the model to use instead.
            replacement: Option<String>,
            /// The wire protocol, where it is not the provider's default.
            api: Option<Word<Api>>,
            /// The regions that serve it; left out, every region does.
            regions: Vec<String>,
            /// Where the facts are from.
            source: Source,
            /// Facts that are from other sources.
            fact_sources: Vec<FactSource>,
            /// What a reader has to know.
            notes: Vec<String>,
            /// What other sources say instead.
            disagreements: Vec<Disagreement>,
            /// The manifest keys by which a private manifest overrides the public row.
            overrides: Vec<String>,
        }
    }

    /// Facts of a model. What nobody said is left out.
    Facts {
        /// What the model does.
        capability: Word<Capability>,
        ..optional {
            /// The family that the lab counts the model to.
            family: Option<String>,
            /// When it was released.
            released: Option<Day>,
            /// The knowledge cutoff.
            cutoff: Option<Day>,
            /// What goes in.
            input: Vec<Word<Modality>>,
            /// What comes out.
            output: Vec<Word<Modality>>,
            /// The context window in tokens, input and output together.
            context: Option<u64>,
            /// The most input tokens of one request.
            max_input: Option<u64>,
            /// The most output tokens of one answer.
            max_output: Option<u64>,
            /// Whether it reasons before it answers.
            reasoning: Option<bool>,
            /// How a request controls the reasoning.
            reasoning_control: Option<ReasoningControl>,
            /// Whether it calls tools.
            tools: Option<bool>,
            /// Whether it answers in a JSON Schema that the request gives.
            structured_output: Option<bool>,
            /// Whether it takes a sampling temperature.
            temperature: Option<bool>,
            /// Whether it takes attached files.
            attachments: Option<bool>,
            /// Whether its weights are published.
            open_weights: Option<bool>,
            /// The field of an answer that holds the reasoning text.
            reasoning_field: Option<String>,
            /// The request field that limits the output tokens.
            token_limit_field: Option<String>,
            /// Request parameters that the model refuses.
            refuses: Vec<String>,
        }
    }

    /// How a request controls the reasoning of a model.
    ReasoningControl {
        ..optional {
            /// Whether a request can switch it on and off.
            toggle: Option<bool>,
            /// The effort levels, from least to most.
            efforts: Vec<String>,
            /// The level that applies when a request names none.
            default_effort: Option<String>,
            /// The fewest reasoning tokens that a request may set.
            budget_min: Option<u64>,
            /// The most reasoning tokens that a request may set.
            budget_max: Option<u64>,
        }
    }

    /// Facts of a model that are from another source than the model's.
    FactSource {
        /// The facts, by their keys in a manifest.
        facts: Vec<Word<FactKey>>,
        /// The source.
        source: String,
        /// When the facts were last compared with it.
        checked: Day,
    }

    /// What another source says of a fact.
    Disagreement {
        /// The fact, by its key.
        field: String,
        /// What the other source says.
        says: String,
        /// The other source.
        source: String,
        ..optional {
            /// The date of the other source.
            checked: Option<Day>,
            /// Why this catalog says otherwise.
            note: Option<String>,
        }
    }
}

/// Where a fact is from and when it was last compared with that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: Option<String>,
    /// When the fact was last compared with it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub checked: Option<Day>,
}

impl Facts {
    /// Facts of which only the capability is known.
    pub fn of(capability: Capability) -> Self {
        Self {
            capability: Word(capability),
            family: None,
            released: None,
            cutoff: None,
            input: Vec::new(),
            output: Vec::new(),
            context: None,
            max_input: None,
            max_output: None,
            reasoning: None,
            reasoning_control: None,
            tools: None,
            structured_output: None,
            temperature: None,
            attachments: None,
            open_weights: None,
            reasoning_field: None,
            token_limit_field: None,
            refuses: Vec::new(),
        }
    }
}

impl Catalog {
    /// Every provider with its vendor.
    pub fn providers(&self) -> impl Iterator<Item = (&Vendor, &Provider)> {
        self.vendors.iter().flat_map(|vendor| vendor.providers.iter().map(move |p| (vendor, p)))
    }

    /// The catalogs that have a vendor, by id.
    pub fn catalog_ids(&self) -> Vec<&str> {
        let mut ids: Vec<_> = self.vendors.iter().map(|vendor| vendor.catalog.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
