//! A model as one provider serves it: plain data, one row per `provider/model`.

use crate::card::Price;
use crate::region::Api;
use crate::service::Capability;
use crate::time::Date;
use crate::words::words;

/// A model as one provider serves it. What nobody said is unknown, never a guess.
///
/// The rows are generated as plain literals over [`Model::UNKNOWN`], so the struct is exhaustive and catalogs depend
/// on this crate's exact version. A row spells dates and limits as plain numbers and leaves out what nobody said, which
/// is 0 or an empty text then; the method of the same name says it as an `Option`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Model {
    /// The provider's id, the part of the ref before the first `/`.
    pub provider: &'static str,
    /// The model id as the provider's api takes it, the part of the ref after the first `/`. Case-sensitive.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// See [`Model::base`](Model::base()).
    pub base: &'static str,
    /// See [`Model::family`](Model::family()).
    pub family: &'static str,
    /// What the model does.
    pub capability: Capability,
    /// Where the model is in its life.
    pub status: Status,
    /// See [`Model::released`](Model::released()).
    pub released: u32,
    /// See [`Model::cutoff`](Model::cutoff()).
    pub cutoff: u32,
    /// See [`Model::retires`](Model::retires()).
    pub retires: u32,
    /// See [`Model::last_seen`](Model::last_seen()).
    pub last_seen: u32,
    /// See [`Model::replacement`](Model::replacement()).
    pub replacement: &'static str,
    /// What goes in.
    pub input: &'static [Modality],
    /// What comes out.
    pub output: &'static [Modality],
    /// See [`Model::context`](Model::context()).
    pub context: u64,
    /// See [`Model::max_input`](Model::max_input()).
    pub max_input: u64,
    /// See [`Model::max_output`](Model::max_output()).
    pub max_output: u64,
    /// What it can do.
    pub features: Features,
    /// How reasoning is controlled.
    pub reasoning_control: Option<&'static ReasoningControl>,
    /// The wire protocol where it is not the provider's default.
    pub api: Option<Api>,
    /// See [`Model::reasoning_field`](Model::reasoning_field()).
    pub reasoning_field: &'static str,
    /// See [`Model::token_limit_field`](Model::token_limit_field()).
    pub token_limit_field: &'static str,
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
        base: "",
        family: "",
        capability: Capability::Chat,
        status: Status::Active,
        released: 0,
        cutoff: 0,
        retires: 0,
        last_seen: 0,
        replacement: "",
        input: &[],
        output: &[],
        context: 0,
        max_input: 0,
        max_output: 0,
        features: Features::UNKNOWN,
        reasoning_control: None,
        api: None,
        reasoning_field: "",
        token_limit_field: "",
        refuses: &[],
        regions: &[],
        aliases: &[],
        price: Price::Unknown,
    };

    /// The base model that is served, as `lab/model`.
    pub const fn base(&self) -> Option<&'static str> {
        stated(self.base)
    }

    /// The family that the lab counts the model to.
    pub const fn family(&self) -> Option<&'static str> {
        stated(self.family)
    }

    /// When it was released.
    pub const fn released(&self) -> Option<Date> {
        Date::stated(self.released)
    }

    /// The knowledge cutoff.
    pub const fn cutoff(&self) -> Option<Date> {
        Date::stated(self.cutoff)
    }

    /// When the vendor retires it or did; the vendor's word.
    pub const fn retires(&self) -> Option<Date> {
        Date::stated(self.retires)
    }

    /// When a source last listed it; set where the status is [`Status::Delisted`].
    pub const fn last_seen(&self) -> Option<Date> {
        Date::stated(self.last_seen)
    }

    /// The ref of the model to use instead.
    pub const fn replacement(&self) -> Option<&'static str> {
        stated(self.replacement)
    }

    /// The context window in tokens, input and output together.
    pub const fn context(&self) -> Option<u64> {
        limit(self.context)
    }

    /// The most input tokens of one request.
    pub const fn max_input(&self) -> Option<u64> {
        limit(self.max_input)
    }

    /// The most output tokens of one answer.
    pub const fn max_output(&self) -> Option<u64> {
        limit(self.max_output)
    }

    /// The field of an answer that holds the reasoning text.
    pub const fn reasoning_field(&self) -> Option<&'static str> {
        stated(self.reasoning_field)
    }

    /// The request field that limits the output tokens.
    pub const fn token_limit_field(&self) -> Option<&'static str> {
        stated(self.token_limit_field)
    }

    /// Whether the model answers in this region of its provider.
    pub fn serves(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.contains(&region)
    }
}

/// The text that a row states; an empty one is none.
pub(crate) const fn stated(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

/// The limit that a row states; 0 is none.
const fn limit(tokens: u64) -> Option<u64> {
    if tokens == 0 { None } else { Some(tokens) }
}

/// What a model can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Features {
    /// Whether it reasons before it answers.
    pub reasoning: Support,
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
}

impl Features {
    /// Nothing known.
    pub const UNKNOWN: Self = Self {
        reasoning: Support::Unknown,
        tools: Support::Unknown,
        structured_output: Support::Unknown,
        temperature: Support::Unknown,
        attachments: Support::Unknown,
        open_weights: Support::Unknown,
    };
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
