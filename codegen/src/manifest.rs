//! The manifest language: what a vendor's file and a lab's file of base models may say.
//!
//! Pure shapes, one declaration per mapping; the doc comments are what editors show and what the authoring guide is
//! made of. Meaning (does the base exist, do cards overlap) is the business of `check`.

mod auth;
mod facts;
mod number;
mod price;
mod provider;
mod scalar;
mod service;
mod word;

pub use auth::{
    AuthShape, ChoiceShape, CloudShape, GroupShape, KeyShape, OAuthShape, WrongKeyShape,
};
pub use facts::{
    BaseModelShape, BudgetShape, DelistingShape, DisagreementShape, FactSourceShape, FactsShape,
    FeaturesShape, LimitsShape, ModalitiesShape, ModelShape, ReasoningShape, RetirementShape,
};
pub use number::{Checked, Count, Day, ExchangeRate, Factor, Moment, Number, Rate, TimeWindow};
pub use price::{CardShape, ConvertedShape, PricesShape, TierShape, VariantsShape};
pub use provider::{
    ClaimsShape, DefaultRegion, DefaultsShape, DialectShape, EndpointParts, EndpointShape,
    HintShape, ModelsUrlShape, ProviderShape, RegionPolicyShape, RegionShape, SourceShape,
    VariableShape,
};
pub use scalar::{
    EnvName, FieldName, FieldValue, Flag, HeaderText, Id, IdPattern, Language, ListUrl, ModelId,
    Ref, RustName, Text, Url, UrlTemplate, WebHeader,
};
pub use service::{ParameterShape, ServiceModelShape, ServiceShape};
pub use word::{Closed, FactKey, LinkKind, TierScope, Weekday, Word};

use crate::shape::{Map, shape};
use crate::source::Spanned;

shape! {
    /// A vendor: who runs the service. One file per vendor; the file is named after the vendor's id.
    VendorFile {
        /// The vendor's id.
        /// Example: `xiaomi`
        vendor: Spanned<Id>,
        /// Whether the file says only what is different from the public vendor of the same id. What it says replaces the
        /// public value; regions and models go one by one. Only in private manifests that are laid over the public catalog.
        /// Example: `true`
        r#override: Option<bool>,
        /// Whether what the file says is a person's word, which `cargo xtask import` leaves as it is; it adds models that
        /// are missing. A provider and a model may say otherwise of themselves.
        /// Example: `true`
        pinned: Option<bool>,
        /// The vendor's name for people.
        /// Example: `Xiaomi MiMo`
        name: Text,
        /// The name in other languages.
        /// Example: `{ zh-CN: 小米 MiMo }`
        labels: Map<Language, Text>,
        /// The vendor's pages.
        /// Example: `{ docs: "https://docs.example.com" }`
        links: Map<Word<LinkKind>, Url>,
        /// Where the facts are from, unless a provider, a model or a price card says otherwise.
        /// Example: `"https://docs.example.com/models"`
        source: Option<Spanned<Url>>,
        /// When the facts were last compared with their source, or `unknown`; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Checked>,
        /// Other pages that facts are from.
        /// Example: `[{ url: "https://docs.example.com/pricing", checked: 2026-11-20 }]`
        sources: Vec<SourceShape>,
        /// What a reader of the manifest has to know.
        /// Example: `[The Token Plan has its own keys.]`
        notes: Vec<Text>,
        /// Groups that auth choices are listed under, by id.
        /// Example: `{ xiaomi: { label: Xiaomi } }`
        groups: Map<Id, GroupShape>,
        /// The vendor's addressable services, by provider id.
        /// Example: `{ xiaomi: { name: Xiaomi MiMo, coverage: static, endpoints: { openai-completions: "https://api.example.com/v1" } } }`
        providers: Map<Id, ProviderShape>,
    }

    /// The base models of a lab: what was released, apart from who serves it. One file per lab, named after its id.
    LabFile {
        /// The lab's id, the first part of its base models' ids.
        /// Example: `xiaomi`
        lab: Spanned<Id>,
        /// The lab's name for people.
        /// Example: `Xiaomi`
        name: Text,
        /// Where the facts are from, unless a model says otherwise.
        /// Example: `"https://docs.example.com/models"`
        source: Option<Spanned<Url>>,
        /// When the facts were last compared with their source, or `unknown`; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Checked>,
        /// The models, by id.
        /// Example: `{ mimo-v2.5-pro: { name: MiMo V2.5 Pro } }`
        models: Map<ModelId, BaseModelShape>,
    }
}
