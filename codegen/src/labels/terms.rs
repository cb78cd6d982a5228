//! Nouns: what stands at the head of parts, columns and rows.

use super::phrase::Label;
use crate::shape::shape;

shape! {
    /// Nouns: what stands at the head of parts, columns and rows.
    TermLabels {
        /// Property.
        property: Label,
        /// Value.
        value: Label,
        /// Provider.
        provider: Label,
        /// Capabilities.
        capabilities: Label,
        /// APIs.
        apis: Label,
        /// API.
        api: Label,
        /// Base URL.
        base_url: Label,
        /// Key header.
        header: Label,
        /// Request header.
        request_header: Label,
        /// Region.
        region: Label,
        /// Regions.
        regions: Label,
        /// Endpoints.
        endpoints: Label,
        /// Authentication.
        auth: Label,
        /// Credential.
        credential: Label,
        /// Auth choices.
        choices: Label,
        /// Auth choice.
        choice: Label,
        /// Key flags.
        flags: Label,
        /// Flag.
        flag: Label,
        /// Kind.
        method: Label,
        /// Login.
        login: Label,
        /// Flow.
        flow: Label,
        /// Starts at.
        authorize_url: Label,
        /// Token from.
        token_url: Label,
        /// Client id.
        client_id: Label,
        /// Scopes.
        scopes: Label,
        /// Grant type.
        grant_type: Label,
        /// Key rules.
        keys: Label,
        /// A key that starts with.
        prefix: Label,
        /// Means.
        meaning: Label,
        /// Environment.
        environment: Label,
        /// Environment variable.
        env: Label,
        /// Configuration key.
        config_key: Label,
        /// Variable.
        variable: Label,
        /// What it is.
        what: Label,
        /// Models.
        models: Label,
        /// Model.
        model: Label,
        /// Name.
        name: Label,
        /// For.
        purpose: Label,
        /// Input.
        input: Label,
        /// Output.
        output: Label,
        /// Context.
        context: Label,
        /// Max output.
        max_output: Label,
        /// Reasoning.
        reasoning: Label,
        /// Tools.
        tools: Label,
        /// Notes.
        remark: Label,
        /// List of models.
        model_list: Label,
        /// Where the models are listed.
        listed_at: Label,
        /// Default model.
        default_model: Label,
        /// Bare ids it claims.
        claims: Label,
        /// Other model ids.
        other_ids: Label,
        /// Own fields of requests.
        dialect: Label,
        /// Pages.
        pages: Label,
        /// Checked.
        checked: Label,
        /// Retired and delisted models.
        ended: Label,
        /// Status.
        status: Label,
        /// Date.
        date: Label,
        /// Use instead.
        replacement: Label,
        /// Prices.
        prices: Label,
        /// Price.
        price: Label,
        /// Holds for.
        when: Label,
        /// Cache read.
        cache_read: Label,
        /// Other rates.
        other_rates: Label,
        /// Source.
        source: Label,
        /// Id.
        id: Label,
        /// Call.
        call: Label,
        /// Poll.
        poll: Label,
        /// Request.
        request: Label,
        /// Response.
        response: Label,
        /// Voices.
        voices: Label,
        /// Default voice.
        default_voice: Label,
        /// Formats.
        formats: Label,
        /// Default format.
        default_format: Label,
        /// Makes.
        makes: Label,
        /// Parameters.
        parameters: Label,
        /// Rules.
        rules: Label,
        /// Configuration example.
        config: Label,
        /// Sources.
        sources: Label,
        /// Page.
        page: Label,
        /// Facts from other sources than the model's.
        fact_sources: Label,
        /// What other sources say.
        disagreements: Label,
        /// Fact.
        fact: Label,
        /// Says.
        says: Label,
        /// All models.
        all_models: Label,
        /// Filter.
        filter: Label,
    }
}
