//! A model as one provider serves it: plain data, one row per `provider/model`.

use crate::card::Price;
use crate::region::Api;
use crate::service::Capability;
use crate::time::Date;
use crate::words::words;

/// A model as one provider serves it. What nobody said is `None`, [`Support::Unknown`] or empty, never a guess.
///
/// The rows are generated as plain literals over [`Model::UNKNOWN`], so the struct is exhaustive and catalogs depend
/// on this crate's exact version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Model {
    /// The provider's id, the part of the ref before the first `/`.
    pub provider: &'static str,
    /// The model id as the provider's api takes it, the part of the ref after the first `/`. Case-sensitive.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The base model that is served, as `lab/model`.
    pub base: Option<&'static str>,
    /// The family that the lab counts the model to.
    pub family: Option<&'static str>,
    /// What the model does.
    pub capability: Capability,
    /// Where the model is in its life.
    pub status: Status,
    /// When it was released.
    pub released: Option<Date>,
    /// The knowledge cutoff.
    pub cutoff: Option<Date>,
    /// When the vendor retires it or did; the vendor's word.
    pub retires: Option<Date>,
    /// When a source last listed it; set where the status is [`Status::Delisted`].
    pub last_seen: Option<Date>,
    /// The ref of the model to use instead.
    pub replacement: Option<&'static str>,
    /// What goes in.
    pub input: &'static [Modality],
    /// What comes out.
    pub output: &'static [Modality],
    /// The context window in tokens, input and output together.
    pub context: Option<u64>,
    /// The most input tokens of one request.
    pub max_input: Option<u64>,
    /// The most output tokens of one answer.
    pub max_output: Option<u64>,
    /// Whether it reasons before it answers.
    pub reasoning: Support,
    /// How reasoning is controlled.
    pub reasoning_control: Option<&'static ReasoningControl>,
    /// Whether it calls tools.
    pub tools: Support,
    /// Whether it answers in a JSON Schema that the request gives.
    pub structured_output: Support,
    /// Whether it takes a sampling temperature.
    pub temperature: Support,
    /// Whether it takes attached files.
    pub attachments: Support,
    /// Whether its weights are published.
    pub open_weights: Support,
    /// The wire protocol where it is not the provider's default.
    pub api: Option<Api>,
    /// The field of an answer that holds the reasoning text.
    pub reasoning_field: Option<&'static str>,
    /// The request field that limits the output tokens.
    pub token_limit_field: Option<&'static str>,
    /// Request parameters that the model refuses.
    pub refuses: &'static [&'static str],
    /// The regions that serve it; empty means every region of the provider.
    pub regions: &'static [&'static str],
    /// Other model ids under which the provider serves the same.
    pub aliases: &'static [&'static str],
    /// What it costs.
    pub price: Price,
}

impl Model {
    /// Nothing known: what generated rows start from.
    pub const UNKNOWN: Self = Self {
        provider: "",
        id: "",
        name: "",
        base: None,
        family: None,
        capability: Capability::Chat,
        status: Status::Active,
        released: None,
        cutoff: None,
        retires: None,
        last_seen: None,
        replacement: None,
        input: &[],
        output: &[],
        context: None,
        max_input: None,
        max_output: None,
        reasoning: Support::Unknown,
        reasoning_control: None,
        tools: Support::Unknown,
        structured_output: Support::Unknown,
        temperature: Support::Unknown,
        attachments: Support::Unknown,
        open_weights: Support::Unknown,
        api: None,
        reasoning_field: None,
        token_limit_field: None,
        refuses: &[],
        regions: &[],
        aliases: &[],
        price: Price::Unknown,
    };

    /// Whether the model answers in this region of its provider.
    pub fn serves(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.contains(&region)
    }
}

words! {
    /// Where a model is in its life.
    Status {
        /// For use.
        Active = "active",
        /// For early trial: alpha or beta.
        Preview = "preview",
        /// The vendor advises against it or has named a retirement date.
        Deprecated = "deprecated",
        /// The vendor has switched it off.
        Retired = "retired",
        /// A source no longer lists it; nobody said why.
        Delisted = "delisted",
    }
}

words! {
    /// A kind of content.
    Modality {
        /// Text.
        Text = "text",
        /// Still images.
        Image = "image",
        /// Sound.
        Audio = "audio",
        /// Moving images.
        Video = "video",
        /// PDF documents.
        Pdf = "pdf",
        /// Vectors.
        Embedding = "embedding",
    }
}

words! {
    /// Whether something is so, where it may be that nobody said.
    Support {
        /// Nobody said.
        Unknown = "unknown",
        /// It is not.
        No = "no",
        /// It is.
        Yes = "yes",
    }
}

/// How a request controls the reasoning of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReasoningControl {
    /// Whether a request can switch it on and off.
    pub toggle: Support,
    /// The effort levels, from least to most; empty if there are none.
    pub efforts: &'static [&'static str],
    /// The level that applies when a request names none.
    pub default_effort: Option<&'static str>,
    /// The fewest and the most reasoning tokens that a request may set.
    pub budget: Option<Budget>,
}

/// The bounds of a reasoning budget, in tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// The fewest that a request may set.
    pub min: Option<u64>,
    /// The most that a request may set.
    pub max: Option<u64>,
}
