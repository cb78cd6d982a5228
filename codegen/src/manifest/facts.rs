//! Models: the facts of a lab, and a model as a provider serves it.

use portolan_types::{Api, Capability, Modality, Status};

use super::{
    Checked, Count, Day, FactKey, FieldName, Id, Language, ModelId, PricesShape, Ref, RustName,
    Text, Url, Word,
};
use crate::shape::{Map, shape};
use crate::source::Spanned;

shape! {
    /// What a lab released, apart from who serves it.
    BaseModelShape {
        /// The name for people.
        /// Example: `MiMo V2.5 Pro`
        name: Text,
        /// The base model whose facts hold here unless said otherwise, by its id or `lab/id`.
        /// Example: `xiaomi/mimo-v2.5`
        base: Option<Spanned<Ref>>,
        /// Where the facts are from.
        /// Example: `"https://docs.example.com/models"`
        source: Option<Spanned<Url>>,
        /// When the facts were last compared with their source, or `unknown`; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Checked>,
        ..flatten {
            /// Facts.
            facts: FactsShape,
        }
    }

    /// Facts of a model that a lab states and a provider may state otherwise.
    FactsShape {
        /// The family that the lab counts the model to.
        /// Example: `mimo`
        family: Option<Text>,
        /// What the model does; it chats unless it says otherwise.
        /// Example: `embeddings`
        capability: Option<Word<Capability>>,
        /// When it was released.
        /// Example: `2026-04-22`
        released: Option<Day>,
        /// The knowledge cutoff; the day, or the day and month, may be left out.
        /// Example: `2025-08`
        cutoff: Option<Day>,
        /// Whether its weights are published.
        /// Example: `true`
        open_weights: Option<bool>,
        /// What goes in and what comes out.
        /// Example: `{ input: [text, image], output: [text] }`
        modalities: Option<ModalitiesShape>,
        /// Limits in tokens.
        /// Example: `{ context: 1_048_576, output: 131_072 }`
        limits: Option<LimitsShape>,
        /// What the model can do.
        /// Example: `{ reasoning: true, tools: true }`
        features: Option<FeaturesShape>,
        /// How a request controls the reasoning.
        /// Example: `{ efforts: [low, medium, high] }`
        reasoning_control: Option<ReasoningShape>,
        /// The field of an answer that holds the reasoning text.
        /// Example: `reasoning_content`
        reasoning_field: Option<FieldName>,
        /// The request field that limits the output tokens.
        /// Example: `max_completion_tokens`
        token_limit_field: Option<FieldName>,
        /// Request parameters that the model refuses.
        /// Example: `[temperature, top_p]`
        refuses: Option<Vec<FieldName>>,
    }

    /// Kinds of content in and out.
    ModalitiesShape {
        /// What goes in.
        /// Example: `[text, image]`
        input: Vec<Word<Modality>>,
        /// What comes out.
        /// Example: `[text]`
        output: Vec<Word<Modality>>,
    }

    /// Limits in tokens.
    LimitsShape {
        /// The context window, input and output together.
        /// Example: `1_048_576`
        context: Option<Spanned<Count>>,
        /// The most input tokens of one request.
        /// Example: `922_000`
        input: Option<Spanned<Count>>,
        /// The most output tokens of one answer.
        /// Example: `131_072`
        output: Option<Spanned<Count>>,
    }

    /// What a model can do; what is left out is unknown.
    FeaturesShape {
        /// Whether it reasons before it answers.
        /// Example: `true`
        reasoning: Option<bool>,
        /// Whether it calls tools.
        /// Example: `true`
        tools: Option<bool>,
        /// Whether it answers in a JSON Schema that the request gives.
        /// Example: `true`
        structured_output: Option<bool>,
        /// Whether it takes a sampling temperature.
        /// Example: `false`
        temperature: Option<bool>,
        /// Whether it takes attached files.
        /// Example: `true`
        attachments: Option<bool>,
    }

    /// How a request controls the reasoning of a model.
    ReasoningShape {
        /// Whether a request can switch it on and off.
        /// Example: `true`
        toggle: Option<bool>,
        /// The effort levels, from least to most.
        /// Example: `[low, medium, high]`
        efforts: Vec<Text>,
        /// The level that applies when a request names none.
        /// Example: `medium`
        default_effort: Option<Spanned<Text>>,
        /// The fewest and the most reasoning tokens that a request may set.
        /// Example: `{ min: 1024, max: 32_000 }`
        budget: Option<BudgetShape>,
    }

    /// Bounds of a reasoning budget, in tokens.
    BudgetShape {
        /// The fewest.
        /// Example: `1024`
        min: Option<Spanned<Count>>,
        /// The most.
        /// Example: `32_000`
        max: Option<Spanned<Count>>,
    }

    /// A model as a provider serves it. What it leaves out is the base model's, then the provider's default.
    ModelShape {
        /// The base model that is served, as `lab/id`.
        /// Example: `xiaomi/mimo-v2.5-pro`
        base: Option<Spanned<Ref>>,
        /// The name for people, where it is not the base model's.
        /// Example: `MiMo V2.5 Pro`
        name: Option<Text>,
        /// The name in other languages.
        /// Example: `{ zh-CN: MiMo V2.5 专业版 }`
        labels: Map<Language, Text>,
        /// Whether it is a person's word, which `cargo xtask import` leaves as it is; the provider's if left out.
        /// Example: `true`
        pinned: Option<bool>,
        /// The Rust name, where two ids of one provider would make the same.
        /// Example: `CLAUDE_3_5_HAIKU_DASHED`
        rust_name: Option<Spanned<RustName>>,
        /// Other ids under which the provider serves the same model.
        /// Example: `[mimo-v2.5-pro-latest]`
        aliases: Vec<Spanned<ModelId>>,
        /// Where the model is in its life; `active` unless it says otherwise. `retired` and `delisted` have keys of
        /// their own.
        /// Example: `preview`
        status: Option<Spanned<Word<Status>>>,
        /// The vendor's word that the model is or will be switched off.
        /// Example: `{ on: 2026-06-24, replacement: mimo-v2.5 }`
        retired: Option<RetirementShape>,
        /// A source no longer lists the model, and nobody said why.
        /// Example: `{ last_seen: 2026-05-01 }`
        delisted: Option<DelistingShape>,
        /// The model to use instead: an id of this provider or a ref of another.
        /// Example: `mimo-v2.5`
        replacement: Option<Spanned<Ref>>,
        /// The wire protocol, where it is not the provider's default.
        /// Example: `anthropic-messages`
        api: Option<Spanned<Word<Api>>>,
        /// The regions that serve it; left out, every region does.
        /// Example: `[cn]`
        regions: Vec<Spanned<Id>>,
        /// What it costs: `free`, `included`, `unknown` or a list of cards.
        /// Example: `[{ input: 0.435, output: 0.87 }]`
        prices: Option<PricesShape>,
        /// Where the facts are from.
        /// Example: `"https://docs.example.com/models/mimo"`
        source: Option<Spanned<Url>>,
        /// When the facts were last compared with their source, or `unknown`; said wherever `source` is.
        /// Example: `2026-11-20`
        checked: Option<Checked>,
        /// Which of the facts are from other sources than the one above.
        /// Example: `[{ facts: [limits.output], source: "https://example.com/models.json", checked: 2026-10-21 }]`
        fact_sources: Vec<FactSourceShape>,
        /// What a reader has to know.
        /// Example: `[Duplicates its reasoning in the content.]`
        notes: Vec<Text>,
        /// What another source says instead.
        /// Example: `[{ field: limits.output, says: "32000", source: "https://example.com/models.json", checked: 2026-07-02 }]`
        disagreements: Vec<DisagreementShape>,
        ..flatten {
            /// Facts.
            facts: FactsShape,
        }
    }

    /// The vendor's word that a model is switched off.
    RetirementShape {
        /// The day.
        /// Example: `2026-06-24`
        on: Spanned<Day>,
        /// The model to use instead: an id of this provider or a ref of another.
        /// Example: `mimo-v2.5`
        replacement: Option<Spanned<Ref>>,
        /// Where the vendor says so.
        /// Example: `"https://docs.example.com/deprecations"`
        source: Option<Url>,
    }

    /// A source no longer lists a model.
    DelistingShape {
        /// When the source last listed it.
        /// Example: `2026-05-01`
        last_seen: Spanned<Day>,
        /// The source.
        /// Example: `"https://example.com/models.json"`
        source: Option<Url>,
    }

    /// Facts of a model that are from another source than the model's.
    FactSourceShape {
        /// The facts, by their keys.
        /// Example: `[limits.output, features.tools]`
        facts: Vec<Spanned<Word<FactKey>>>,
        /// The source.
        /// Example: `"https://example.com/models.json"`
        source: Spanned<Url>,
        /// When the facts were last compared with it.
        /// Example: `2026-10-21`
        checked: Day,
    }

    /// What another source says of a fact.
    DisagreementShape {
        /// The fact, by its key.
        /// Example: `limits.output`
        field: Text,
        /// What the other source says.
        /// Example: `"32000"`
        says: Text,
        /// The other source.
        /// Example: `"https://example.com/models.json"`
        source: Url,
        /// The date of the other source.
        /// Example: `2026-07-02`
        checked: Option<Day>,
        /// Why this manifest says otherwise.
        /// Example: `The vendor's page is later.`
        note: Option<Text>,
    }
}

impl FactsShape {
    /// Whether a fact is said here.
    pub fn says(&self, fact: FactKey) -> bool {
        let limit = |read: fn(&LimitsShape) -> bool| self.limits.as_ref().is_some_and(read);
        let feature = |read: fn(&FeaturesShape) -> bool| self.features.as_ref().is_some_and(read);
        match fact {
            FactKey::Family => self.family.is_some(),
            FactKey::Released => self.released.is_some(),
            FactKey::Cutoff => self.cutoff.is_some(),
            FactKey::OpenWeights => self.open_weights.is_some(),
            FactKey::Input => self.modalities.as_ref().is_some_and(|said| !said.input.is_empty()),
            FactKey::Output => self.modalities.as_ref().is_some_and(|said| !said.output.is_empty()),
            FactKey::Context => limit(|limits| limits.context.is_some()),
            FactKey::MaxInput => limit(|limits| limits.input.is_some()),
            FactKey::MaxOutput => limit(|limits| limits.output.is_some()),
            FactKey::Reasoning => feature(|features| features.reasoning.is_some()),
            FactKey::Tools => feature(|features| features.tools.is_some()),
            FactKey::StructuredOutput => feature(|features| features.structured_output.is_some()),
            FactKey::Temperature => feature(|features| features.temperature.is_some()),
            FactKey::Attachments => feature(|features| features.attachments.is_some()),
            FactKey::ReasoningControl => self.reasoning_control.is_some(),
            FactKey::ReasoningField => self.reasoning_field.is_some(),
            FactKey::TokenLimitField => self.token_limit_field.is_some(),
            FactKey::Refuses => self.refuses.is_some(),
        }
    }
}
