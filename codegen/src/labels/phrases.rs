//! Sentences and parts of such.

use super::phrase::{
    ConvertedPhrase, CountPhrase, DatePhrase, DefaultPhrase, Label, LeadPhrase, NotePhrase,
    PairPhrase, RatePhrase, ShownPhrase, UnitRatePhrase, UnitsRatePhrase, ValuePhrase,
};
use crate::shape::shape;

shape! {
    /// Sentences and parts of such, with `{places}` for what the catalog says.
    PhraseLabels {
        /// Joins two that belong together.
        and: PairPhrase,
        /// Joins variables that make one credential.
        together: PairPhrase,
        /// Joins two of which one is enough.
        or: PairPhrase,
        /// Joins the items of a list.
        list: PairPhrase,
        /// Joins clauses that say different things.
        clauses: PairPhrase,
        /// Joins sentences.
        sentences: PairPhrase,
        /// It is so.
        yes: Label,
        /// It is not so.
        no: Label,
        /// There is none.
        none: Label,
        /// No source says it.
        not_stated: Label,
        /// No source says any.
        none_stated: Label,
        /// Nothing is to be noted.
        no_remark: Label,
        /// A region must be named.
        region_required: ValuePhrase,
        /// A region may be named.
        region_default: DefaultPhrase,
        /// A region must be named, said above the table of them.
        region_must: Label,
        /// The region that is meant where none is named.
        region_if_none: ValuePhrase,
        /// How many regions.
        region_count: CountPhrase,
        /// A key is bound to its region.
        key_per_region: Label,
        /// No credential is needed.
        no_credential: Label,
        /// Another provider's credentials serve too.
        same_as: ValuePhrase,
        /// A cloud's chain of credentials serves.
        cloud_chain: ValuePhrase,
        /// What a cloud credential is for.
        audience: ValuePhrase,
        /// Which sets are complete.
        any_credential: ValuePhrase,
        /// The whole credential.
        the_credential: Label,
        /// A part of a credential.
        credential_with: ValuePhrase,
        /// The credential of a capability.
        credential_for: ValuePhrase,
        /// The group of a choice.
        listed_under: ValuePhrase,
        /// The login of a choice.
        login: ValuePhrase,
        /// The former ids of a choice.
        earlier_ids: ValuePhrase,
        /// The grant type is the usual one.
        standard_grant: Label,
        /// The key belongs here.
        key_fits: Label,
        /// The key belongs to another provider.
        key_belongs: ValuePhrase,
        /// Which choice takes the key.
        use_choice: ValuePhrase,
        /// Any other key.
        any_other: Label,
        /// Such a key is refused.
        key_refused: Label,
        /// Such a key may fit.
        key_unknown: Label,
        /// The default of a capability.
        default_for: ValuePhrase,
        /// A voice.
        voice: ValuePhrase,
        /// Ids that are not listed are passed on.
        passes_through: Label,
        /// Where the models are listed is documented nowhere.
        unlisted: Label,
        /// The vendor's main source.
        main_source: Label,
        /// A note on a model.
        note: NotePhrase,
        /// When a model will be or was retired.
        retires: DatePhrase,
        /// What replaces a model.
        use_instead: ValuePhrase,
        /// The regions of a model.
        only_in: ValuePhrase,
        /// The api of a model.
        speaks: ValuePhrase,
        /// The most input tokens.
        most_input: CountPhrase,
        /// The effort levels.
        efforts: ValuePhrase,
        /// The knowledge cutoff.
        cutoff: DatePhrase,
        /// Aliases.
        also_called: ValuePhrase,
        /// When a source last listed a model.
        last_seen: DatePhrase,
        /// What prices of tokens are for.
        price_unit: CountPhrase,
        /// Leads over to the prices of models that are over.
        ended_prices: Label,
        /// A model is free.
        free: Label,
        /// A rate is free.
        free_rate: Label,
        /// A model is part of a plan.
        included: Label,
        /// The price depends.
        by_condition: Label,
        /// The models that are free.
        free_models: ValuePhrase,
        /// The models that are part of a plan.
        included_models: ValuePhrase,
        /// The models without a known price.
        unpriced_models: ValuePhrase,
        /// A rate of tokens.
        rate: RatePhrase,
        /// A rate of several units.
        rate_per: UnitsRatePhrase,
        /// A rate of one unit.
        rate_per_one: UnitRatePhrase,
        /// The regions of a card.
        in_regions: ValuePhrase,
        /// Which program reads the example of a configuration.
        config_reader: Label,
        /// A card holds in each region by name.
        in_every_region: Label,
        /// A card holds in nearly every region.
        in_regions_but: ValuePhrase,
        /// The vendor's first day.
        from: DatePhrase,
        /// The first sighting.
        seen: DatePhrase,
        /// The vendor's last moment.
        until: DatePhrase,
        /// Before which the form is assumed.
        assumed_before: DatePhrase,
        /// After which the price is assumed.
        assumed_after: DatePhrase,
        /// How a price was converted.
        converted: ConvertedPhrase,
        /// A number of input tokens.
        input_tokens: CountPhrase,
        /// A number of output tokens.
        output_tokens: CountPhrase,
        /// Above a number, the whole request.
        above: ValuePhrase,
        /// From a number on, the whole request.
        at_least: ValuePhrase,
        /// Only the part above a number.
        part_above: ValuePhrase,
        /// Only the part from a number on.
        part_at_least: ValuePhrase,
        /// The models of a capability.
        its_models: ValuePhrase,
        /// A model has no rule of its own.
        no_rule: Label,
        /// Fields that a model needs.
        requires: ValuePhrase,
        /// Fields that must be left out.
        omits: ValuePhrase,
        /// What a model makes.
        makes: ValuePhrase,
        /// The lengths that a model makes.
        seconds: ValuePhrase,
        /// The most results.
        most_results: CountPhrase,
        /// The least value.
        least: ValuePhrase,
        /// The greatest value.
        most: ValuePhrase,
        /// The default value.
        by_default: ValuePhrase,
        /// The other values that one may write.
        one_of: ValuePhrase,
        /// Above the table of all models.
        all_models: LeadPhrase,
        /// The head of a price.
        price_of: ValuePhrase,
        /// How many models a filter leaves.
        counted: ShownPhrase,
    }
}
