//! The words of closed lists.

use portolan_types::{
    AuthMethod, Capability, CloudChain, Coverage, Meter, Modality, OAuthFlow, ServiceTier, Status,
    Unit,
};
use serde_json::{Value as Json, json};

use super::phrase::Label;
use crate::diagnostic::Diagnostics;
use crate::manifest::{Closed, LinkKind, Weekday};
use crate::shape::{Defs, Fields, Keyed, Property, Shape, decode_mapping, shape};
use crate::yaml::Node;

shape! {
    /// The words of closed lists: a label for every word.
    WordLabels {
        /// What a provider or a model does.
        capability: Words<Capability>,
        /// A kind of content.
        modality: Words<Modality>,
        /// Where a model is in its life.
        status: Words<Status>,
        /// How complete a list of models is.
        coverage: Words<Coverage>,
        /// A kind of credential.
        method: Words<AuthMethod>,
        /// How a login runs.
        flow: Words<OAuthFlow>,
        /// A chain of cloud credentials.
        chain: Words<CloudChain>,
        /// A kind of page.
        link: Words<LinkKind>,
        /// How a request is served.
        service_tier: Words<ServiceTier>,
        /// A day of the week.
        weekday: Words<Weekday>,
        /// What is counted, as it stands behind a price.
        meter: Words<Meter>,
        /// One unit.
        unit: Words<Unit>,
        /// Several units.
        units: Words<Unit>,
    }
}

/// A label for every word of a closed list.
#[derive(Clone, Debug)]
pub struct Words<T>(Vec<(T, Label)>);

impl<T: Closed> Words<T> {
    /// The label of a word.
    pub fn of(&self, word: T) -> &str {
        let found = self.0.iter().find(|(other, _)| *other == word);
        found.map_or_else(|| word.id(), |(_, label)| label)
    }
}

impl<T: Closed> Keyed for Words<T> {
    fn decode_keys(fields: &mut Fields<'_>, out: &mut Diagnostics) -> Option<Self> {
        let labels = T::all().iter().map(|word| (*word, fields.take::<Label>(word.id(), out)));
        labels.map(|(word, label)| Some((word, label?))).collect::<Option<_>>().map(Self)
    }

    fn properties(defs: &mut Defs, list: &mut Vec<Property>) {
        let schema = Label::schema(defs);
        list.extend(T::all().iter().map(|word| Property {
            key: word.id(),
            doc: "",
            required: true,
            schema: schema.clone(),
        }));
    }

    fn key_names(list: &mut Vec<&'static str>) {
        list.extend(T::all().iter().map(|word| word.id()));
    }
}

impl<T: Closed> Shape for Words<T> {
    fn decode(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        decode_mapping(node, out)
    }

    fn schema(_: &mut Defs) -> Json {
        let ids: Vec<_> = T::all().iter().map(|word| word.id()).collect();
        json!({ "type": "object", "propertyNames": { "enum": ids } })
    }
}
