//! The kinds of changes, each with its level, the version step that follows and its words: the one table that says so.
//! The JSON Schema of a report and the table in the guide are made from it.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

/// What a change means for whoever uses the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What was there can no longer be used as before.
    Breaking,
    /// Something more can be used.
    Feature,
    /// A value is another.
    Data,
}

impl Level {
    /// Every level, the gravest first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Feature, Self::Data];

    /// The id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Feature => "feature",
            Self::Data => "data",
        }
    }
}

/// Which part of a version number goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// None: nothing changed.
    None,
    /// The third.
    Patch,
    /// The second.
    Minor,
    /// The first.
    Major,
}

impl Step {
    /// The id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The step of a crate whose first number is 0: cargo takes its second number for the first, its third for both others.
    ///
    /// ```
    /// use portolan_codegen::diff::Step;
    ///
    /// assert_eq!(Step::Major.before_1_0(), Step::Minor);
    /// assert_eq!(Step::Minor.before_1_0(), Step::Patch);
    /// ```
    #[must_use]
    pub const fn before_1_0(self) -> Self {
        match self {
            Self::None => Self::None,
            Self::Patch | Self::Minor => Self::Patch,
            Self::Major => Self::Minor,
        }
    }
}

/// Declares the kinds. `{field}`, `{from}`, `{to}` and `{currency}` in the words are filled in.
macro_rules! kinds {
    ($($level:ident $step:ident {
        $( $(#[doc = $doc:literal])+ $name:ident = $id:literal: $words:literal, )+
    })+) => {
        /// What changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
        pub enum Kind {
            $($( $(#[doc = $doc])+ #[serde(rename = $id)] $name, )+)+
        }

        impl Kind {
            /// Every kind, the gravest first.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// The id.
            pub const fn id(self) -> &'static str {
                match self { $($(Self::$name => $id,)+)+ }
            }

            /// What it means for whoever uses the catalog.
            pub const fn level(self) -> Level {
                match self { $($(Self::$name)|+ => Level::$level,)+ }
            }

            /// The version step that follows for the catalog's crate.
            pub const fn step(self) -> Step {
                match self { $($(Self::$name)|+ => Step::$step,)+ }
            }

            /// The words for people, its `{fields}` to be filled in.
            pub(super) const fn words(self) -> &'static str {
                match self { $($(Self::$name => $words,)+)+ }
            }
        }

        /// The kinds of each level and step.
        const GROUPS: &[(Level, Step, &[Kind])] =
            &[$((Level::$level, Step::$step, &[$(Kind::$name,)+]),)+];
    };
}

kinds! {
    Breaking Major {
        /// A vendor is gone.
        VendorRemoved = "vendor-removed": "vendor removed",
        /// A provider is gone.
        ProviderRemoved = "provider-removed": "provider removed",
        /// A provider went into another catalog, and so into another crate.
        ProviderMovedAway = "provider-moved-away": "provider moved to {to}",
        /// A model is gone.
        ModelRemoved = "model-removed": "removed",
        /// A model has another id: the old one is an alias of the new, or named the new as its replacement, and base and
        /// facts are the same.
        ModelRenamed = "model-renamed": "renamed from {from}",
        /// A base model is gone.
        BaseModelRemoved = "base-model-removed": "removed",
        /// The constant of a model has another name.
        RustNameChanged = "rust-name-changed": "Rust name {from} -> {to}",
        /// An alias of a model is gone.
        AliasRemoved = "alias-removed": "alias {from} removed",
        /// The list of models is complete in another way.
        CoverageChanged = "coverage-changed": "coverage {from} -> {to}",
        /// A region is gone.
        RegionRemoved = "region-removed": "region {from} removed",
        /// Regions are asked for in another way that breaks callers.
        RegionPolicyChanged = "region-policy-changed": "region policy {from} -> {to}",
        /// A request that names no region goes elsewhere.
        DefaultRegionChanged = "default-region-changed": "default region {from} -> {to}",
        /// A protocol is no longer served.
        EndpointRemoved = "endpoint-removed": "endpoint {from} removed",
        /// An address needs one more value.
        VariableAdded = "variable-added": "variable {to} of the address added",
        /// Models that are not listed are refused.
        PassThroughRemoved = "pass-through-removed": "no longer takes models that are not listed",
        /// A credential is needed now.
        AuthRequired = "auth-required": "needs a credential now",
        /// A set of environment variables is no credential any more.
        EnvRemoved = "env-removed": "environment {from} removed",
        /// An auth choice is gone.
        ChoiceRemoved = "choice-removed": "auth choice {from} removed",
        /// An auth choice has another id, which lists the old one as deprecated.
        ChoiceRenamed = "choice-renamed": "auth choice {from} renamed to {to}",
        /// An earlier id of an auth choice is no longer taken.
        ChoiceAliasRemoved = "choice-alias-removed": "earlier id {from} of auth choice {field} removed",
        /// The flag of an auth choice is gone or another.
        FlagRemoved = "flag-removed": "flag of auth choice {field}: {from} -> {to}",
        /// A capability is gone.
        ServiceRemoved = "service-removed": "capability {from} removed",
        /// The id of a capability is gone or another.
        ServiceIdChanged = "service-id-changed": "id of capability {field}: {from} -> {to}",
        /// An alias of a capability is gone.
        ServiceAliasRemoved = "service-alias-removed": "alias {from} of capability {field} removed",
        /// A model of a capability is gone.
        ServiceModelRemoved = "service-model-removed": "model {from} of capability {field} removed",
    }
    Feature Minor {
        /// A vendor is new.
        VendorAdded = "vendor-added": "vendor added",
        /// A provider is new.
        ProviderAdded = "provider-added": "provider added",
        /// A provider came from another catalog.
        ProviderMovedIn = "provider-moved-in": "provider moved here from {from}",
        /// A model is new.
        ModelAdded = "model-added": "added",
        /// A base model is new.
        BaseModelAdded = "base-model-added": "added",
        /// A model has one more alias.
        AliasAdded = "alias-added": "alias {to} added",
        /// A region is new.
        RegionAdded = "region-added": "region {to} added",
        /// A request need not name its region any more.
        RegionOptional = "region-optional": "region policy {from} -> {to}",
        /// One more protocol is served.
        EndpointAdded = "endpoint-added": "endpoint {to} added",
        /// Models that are not listed are taken.
        PassThroughAdded = "pass-through-added": "takes models that are not listed",
        /// A credential is not needed any more.
        AuthOptional = "auth-optional": "needs no credential any more",
        /// One more set of environment variables is a credential.
        EnvAdded = "env-added": "environment {to} added",
        /// An auth choice is new.
        ChoiceAdded = "choice-added": "auth choice {to} added",
        /// One more earlier id of an auth choice is taken.
        ChoiceAliasAdded = "choice-alias-added": "earlier id {to} of auth choice {field} added",
        /// An auth choice has a flag now.
        FlagAdded = "flag-added": "flag {to} of auth choice {field} added",
        /// A capability is new.
        ServiceAdded = "service-added": "capability {to} added",
        /// A capability has one more alias.
        ServiceAliasAdded = "service-alias-added": "alias {to} of capability {field} added",
        /// A capability has one more model.
        ServiceModelAdded = "service-model-added": "model {to} of capability {field} added",
        /// There is a price under conditions that had none.
        CardAdded = "card-added": "price added: {to}",
    }
    Data Minor {
        /// A model is switched off, says the vendor.
        ModelRetired = "model-retired": "retired (was {from})",
        /// A source no longer lists a model.
        ModelDelisted = "model-delisted": "delisted (was {from})",
        /// The vendor advises against a model.
        ModelDeprecated = "model-deprecated": "deprecated (was {from})",
        /// A retired or delisted model is back.
        ModelRevived = "model-revived": "revived: {from} -> {to}",
        /// A model is elsewhere in its life in another way.
        StatusChanged = "status-changed": "status {from} -> {to}",
        /// The date of a retirement.
        RetirementChanged = "retirement-changed": "date of retirement {from} -> {to}",
        /// The model to use instead.
        ModelReplaced = "model-replaced": "replacement {from} -> {to}",
        /// An alias means another model.
        AliasMoved = "alias-moved": "alias {field} means {to}, not {from}",
        /// A rate is higher.
        PriceUp = "price-up": "{field} {from} -> {to} {currency}",
        /// A rate is lower.
        PriceDown = "price-down": "{field} {from} -> {to} {currency}",
        /// Between priced, free, included in a plan and unknown.
        PriceStateChanged = "price-state-changed": "price {from} -> {to}",
        /// Prices are in another currency.
        CurrencyChanged = "currency-changed": "{from} -> {to}",
        /// A form of the price: a meter that had no rate of its own has one.
        RateAdded = "rate-added": "{field} {to} {currency} added",
        /// A form of the price: a meter has no rate of its own any more.
        RateRemoved = "rate-removed": "{field} {from} {currency} removed",
        /// A form of the price: a context tier is new. `from` is what was billed there.
        TierAdded = "tier-added": "tier added: {from} -> {to} {currency}",
        /// A form of the price: a context tier is gone. `to` is what is billed there.
        TierRemoved = "tier-removed": "tier removed: {from} -> {to} {currency}",
        /// A context tier counts in another way.
        TierChanged = "tier-changed": "tier {field} {from} -> {to}",
        /// There is no price under these conditions any more.
        CardRemoved = "card-removed": "price removed: {from}",
        /// The same price holds in another period.
        CardDatesChanged = "card-dates-changed": "{field} of the price {from} -> {to}",
        /// The same price holds at other times of the week.
        CardTimesChanged = "card-times-changed": "times of the price {from} -> {to}",
        /// How a price was converted.
        ConversionChanged = "conversion-changed": "conversion {from} -> {to}",
        /// The model of a request that names none.
        DefaultModelChanged = "default-model-changed": "default model {from} -> {to}",
        /// The base model that is served.
        BaseChanged = "base-changed": "base model {from} -> {to}",
        /// What a model is for.
        CapabilityChanged = "capability-changed": "capability {from} -> {to}",
        /// A limit in tokens.
        LimitChanged = "limit-changed": "limit {field} {from} -> {to}",
        /// What goes in or comes out.
        ModalitiesChanged = "modalities-changed": "modalities of the {field} {from} -> {to}",
        /// What a model can do and what a request may say to it.
        FeatureChanged = "feature-changed": "{field} {from} -> {to}",
        /// Family, release or cutoff.
        FactChanged = "fact-changed": "{field} {from} -> {to}",
        /// The wire protocol of a model.
        ModelApiChanged = "model-api-changed": "api {from} -> {to}",
        /// The regions that serve a model.
        ModelRegionsChanged = "model-regions-changed": "regions: {from} -> {to}",
        /// The vendor of a provider.
        ProviderVendorChanged = "provider-vendor-changed": "vendor {from} -> {to}",
        /// The protocol that is taken when none is named.
        DefaultApiChanged = "default-api-changed": "default api {from} -> {to}",
        /// The address of an endpoint or how it takes the credential.
        EndpointChanged = "endpoint-changed": "endpoint {field}: {from} -> {to}",
        /// A variable of an address.
        VariableChanged = "variable-changed": "variable {field} of the address: {from} -> {to}",
        /// A header that every request carries.
        HeaderChanged = "header-changed": "header {field}: {from} -> {to}",
        /// How a provider speaks `openai-completions`.
        DialectChanged = "dialect-changed": "dialect {field}: {from} -> {to}",
        /// Where a provider lists its models.
        ListsChanged = "lists-changed": "list of models {field}: {from} -> {to}",
        /// The bare model ids that a provider claims.
        ClaimChanged = "claim-changed": "claimed {field}: {from} -> {to}",
        /// What adjusts a provider.
        ConfigChanged = "config-changed": "configuration of {field}: {from} -> {to}",
        /// What a key looks like and where it works.
        KeyRuleChanged = "key-rule-changed": "key rule {field}: {from} -> {to}",
        /// Method, region or login of an auth choice.
        ChoiceChanged = "choice-changed": "auth choice {field}: {from} -> {to}",
        /// An OAuth login.
        LoginChanged = "login-changed": "login {field}: {from} -> {to}",
        /// The credential chain of a cloud.
        CloudChanged = "cloud-changed": "credential chain {from} -> {to}",
        /// The provider whose credentials serve here too.
        SharedAuthChanged = "shared-auth-changed": "credentials shared with {from} -> {to}",
        /// A rule of a capability.
        ServiceChanged = "service-changed": "capability {field}: {from} -> {to}",
    }
    Data Patch {
        /// The name for people.
        NameChanged = "name-changed": "{field} {from} -> {to}",
        /// Another text for people, or a page for them.
        TextChanged = "text-changed": "{field}: {from} -> {to}",
        /// What another source says of a fact.
        DisagreementChanged = "disagreement-changed": "other sources on {field}: {from} -> {to}",
        /// When a source last listed a model.
        LastSeenChanged = "last-seen-changed": "last seen {from} -> {to}",
        /// Where a fact is from.
        SourceChanged = "source-changed": "{field} {from} -> {to}",
        /// When a fact was last compared with its source.
        CheckedAgain = "checked-again": "{field} checked {from} -> {to}",
    }
}

/// The table of levels in Markdown, for the guide.
pub fn levels() -> String {
    let mut out = "| level | step | kinds of changes |\n|---|---|---|\n".to_owned();
    for (level, step, kinds) in GROUPS {
        let ids: Vec<_> = kinds.iter().map(|kind| format!("`{}`", kind.id())).collect();
        let (level, step, ids) = (level.id(), step.id(), ids.join(", "));
        // Writing into a text cannot fail.
        let _ = writeln!(out, "| {level} | {step} | {ids} |");
    }
    out
}
