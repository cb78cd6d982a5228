//! What the rows of a catalog say again and again, as constants that its modules share: lists of modalities, sets of
//! features, ways to control reasoning, regions and rates of rarer meters. A row then names a set in one word, and the
//! compiler has a tenth of the work.
//!
//! Takes the models of a catalog; returns `sets.rs` and the values of rows. A constant is named after what it holds, so
//! a name never comes to mean something else; what has no short name, or is said once, is written where it is said.

use std::collections::BTreeMap;

use portolan_types::{Meter, Modality, rate_text};

use super::layout::{Node, Printer};
use super::row::{Row, number, some, some_number, some_text, support, texts};
use crate::catalog::{Facts, Model, Price, Rates, ReasoningControl};
use crate::manifest::Word;

/// The module that has the constants.
const MODULE: &str = "sets";

/// Longer names would not fit into a line of a row.
const MAX_NAME: usize = 74;

/// The constants of a catalog.
#[derive(Default)]
pub(super) struct Sets<'a> {
    modalities: Named<&'a [Word<Modality>]>,
    features: Named<Features>,
    reasoning: Named<&'a ReasoningControl>,
    regions: Named<&'a [String]>,
    rates: Named<Vec<(Meter, u64)>>,
}

/// Whether each feature is there, by name, in the order of the struct.
type Features = [(&'static str, Option<bool>); 6];

impl<'a> Sets<'a> {
    /// The sets of these models.
    pub(super) fn of(models: impl Iterator<Item = &'a Model>) -> Self {
        let mut sets = Self::default();
        for model in models {
            sets.count(model);
        }
        sets.modalities.keep_repeated();
        sets.features.keep_repeated();
        sets.reasoning.keep_repeated();
        sets.regions.keep_repeated();
        sets.rates.keep_repeated();
        sets
    }

    fn count(&mut self, model: &'a Model) {
        let facts = &model.facts;
        for list in [&facts.input, &facts.output] {
            self.modalities.count(modalities_name(list), list);
        }
        let features = features(facts);
        self.features.count(features_name(&features), features);
        if let Some(control) = &facts.reasoning_control {
            self.reasoning.count(reasoning_name(control), control);
        }
        let Price::Priced(cards) = &model.price else { return };
        for card in cards {
            self.regions.count(regions_name(&card.regions), &card.regions);
            for rates in [&card.rates].into_iter().chain(card.tiers.iter().map(|tier| &tier.rates))
            {
                let others = others(rates);
                self.rates.count(rates_name(&others), others);
            }
        }
    }

    /// Writes the constants.
    pub(super) fn print(&self, printer: &mut Printer) {
        let mut item = |name: &str, ty: &str, value: Node<'_>| {
            printer.item(&format!("pub(super) const {name}: {ty}"), &value);
        };
        for (name, list) in self.modalities.all() {
            item(name, "&[Modality]", written_modalities(list));
        }
        for (name, features) in self.features.all() {
            item(name, "Features", written_features(features));
        }
        for (name, control) in self.reasoning.all() {
            item(name, "Option<&ReasoningControl>", some(Some(written_control(control))));
        }
        for (name, list) in self.regions.all() {
            item(name, "&[&str]", texts(list));
        }
        for (name, rates) in self.rates.all() {
            item(name, "&[(Meter, u64)]", written_rates(rates));
        }
        if self.modalities.all().next().is_some() {
            printer.imports.ty("Modality");
        }
        if self.rates.all().next().is_some() {
            printer.imports.ty("Meter");
        }
    }

    /// A list of modalities.
    pub(super) fn modalities<'s>(&self, list: &[Word<Modality>]) -> Node<'s> {
        self.modalities.value(modalities_name(list), &list, || written_modalities(list))
    }

    /// What a model can do.
    pub(super) fn features<'s>(&self, facts: &Facts) -> Node<'s> {
        let features = features(facts);
        self.features.value(features_name(&features), &features, || written_features(&features))
    }

    /// How a model's reasoning is controlled.
    pub(super) fn reasoning<'s>(&self, control: Option<&'s ReasoningControl>) -> Node<'s> {
        let Some(control) = control else { return some(None) };
        let written = || some(Some(written_control(control)));
        self.reasoning.value(reasoning_name(control), &control, written)
    }

    /// The regions of a card.
    pub(super) fn regions<'s>(&self, list: &'s [String]) -> Node<'s> {
        self.regions.value(regions_name(list), &list, || texts(list))
    }

    /// The rates that have no field of their own.
    pub(super) fn other_rates<'s>(&self, rates: &Rates) -> Node<'s> {
        let others = others(rates);
        self.rates.value(rates_name(&others), &others, || written_rates(&others))
    }
}

/// Values by the name that says what they hold, and how often each is said.
struct Named<T>(BTreeMap<String, (T, usize)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: PartialEq> Named<T> {
    /// Counts a value. Of two with one name only the first has it; an empty name is none.
    fn count(&mut self, name: String, value: T) {
        if (1..=MAX_NAME).contains(&name.len()) {
            self.0.entry(name).or_insert((value, 0)).1 += 1;
        }
    }

    fn keep_repeated(&mut self) {
        self.0.retain(|_, (_, count)| *count > 1);
    }

    fn all(&self) -> impl Iterator<Item = (&String, &T)> {
        self.0.iter().map(|(name, (value, _))| (name, value))
    }

    /// The constant of a value, else the value as it is written.
    fn value<'s>(&self, name: String, value: &T, written: impl FnOnce() -> Node<'s>) -> Node<'s> {
        match self.0.get(&name) {
            Some((constant, _)) if constant == value => Node::shared(MODULE, name),
            _ => written(),
        }
    }
}

fn modalities_name(list: &[Word<Modality>]) -> String {
    upper(&list.iter().map(|word| word.0.id()).collect::<Vec<_>>().join("_"))
}

fn features(facts: &Facts) -> Features {
    [
        ("reasoning", facts.reasoning),
        ("tools", facts.tools),
        ("structured_output", facts.structured_output),
        ("temperature", facts.temperature),
        ("attachments", facts.attachments),
        ("open_weights", facts.open_weights),
    ]
}

/// First what is there, then, after a `NO`, what is not; what nobody said is not in it.
fn features_name(features: &Features) -> String {
    let with =
        |said| features.iter().filter(move |(_, is)| *is == Some(said)).map(|(name, _)| *name);
    let no = with(false).next().map(|_| "no");
    upper(&with(true).chain(no).chain(with(false)).collect::<Vec<_>>().join("_"))
}

fn reasoning_name(control: &ReasoningControl) -> String {
    let mut words = Vec::new();
    words.extend(control.toggle.map(|there| if there { "toggle" } else { "no_toggle" }.to_owned()));
    if !control.efforts.is_empty() {
        words.push(format!("efforts_{}", control.efforts.join("_")));
    }
    words.extend(control.default_effort.as_ref().map(|effort| format!("default_{effort}")));
    words.extend(control.budget_min.map(|least| format!("budget_from_{least}")));
    words.extend(control.budget_max.map(|most| format!("budget_to_{most}")));
    upper(&words.join("_"))
}

fn regions_name(list: &[String]) -> String {
    if list.is_empty() { String::new() } else { upper(&format!("in_{}", list.join("_"))) }
}

/// Those of meters that are no fields of a card.
fn others(rates: &Rates) -> Vec<(Meter, u64)> {
    let is_field = |meter| {
        matches!(meter, Meter::Input | Meter::CacheRead | Meter::CacheWrite | Meter::Output)
    };
    rates.0.iter().filter(|(meter, _)| !is_field(*meter)).copied().collect()
}

fn rates_name(rates: &[(Meter, u64)]) -> String {
    let words = rates.iter().map(|(meter, rate)| format!("{meter}_{}", rate_text(*rate)));
    upper(&words.collect::<Vec<_>>().join("_"))
}

/// A name in the case of constants; what may not stand in one is a `_`.
fn upper(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(letter).collect()
}

fn written_modalities<'s>(list: &[Word<Modality>]) -> Node<'s> {
    Node::slice(list.iter().map(|word| Node::imported("Modality", format!("{:?}", word.0))))
}

fn written_features<'s>(features: &Features) -> Node<'s> {
    let row = Row::over("Features", Node::raw("Features::UNKNOWN"));
    features.iter().fold(row, |row, (name, said)| row.set(name, support(*said))).end()
}

fn written_control(control: &ReasoningControl) -> Node<'_> {
    let budget = (control.budget_min.is_some() || control.budget_max.is_some()).then(|| {
        let row = Row::whole("Budget").set("min", some_number(control.budget_min));
        row.set("max", some_number(control.budget_max)).end()
    });
    Row::whole("&ReasoningControl")
        .set("toggle", support(control.toggle))
        .set("efforts", texts(&control.efforts))
        .set("default_effort", some_text(control.default_effort.as_ref()))
        .set("budget", some(budget))
        .end()
}

fn written_rates<'s>(rates: &[(Meter, u64)]) -> Node<'s> {
    Node::slice(rates.iter().map(|(meter, rate)| {
        Node::call("(", [Node::imported("Meter", format!("{meter:?}")), number(*rate)])
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_there_and_what_is_not() {
        let facts = |reasoning, tools, weights| {
            Features::from([
                ("reasoning", reasoning),
                ("tools", tools),
                ("structured_output", None),
                ("temperature", None),
                ("attachments", None),
                ("open_weights", weights),
            ])
        };
        let name = |features| features_name(&features);
        assert_eq!(name(facts(Some(true), None, Some(true))), "REASONING_OPEN_WEIGHTS");
        assert_eq!(name(facts(Some(false), Some(true), None)), "TOOLS_NO_REASONING");
        assert_eq!(name(facts(Some(false), None, Some(false))), "NO_REASONING_OPEN_WEIGHTS");
        assert_eq!(name(facts(None, None, None)), "");
    }

    #[test]
    fn every_set_of_features_has_a_name_that_fits_into_a_row() {
        let all = "REASONING_TOOLS_STRUCTURED_OUTPUT_TEMPERATURE_ATTACHMENTS_NO_OPEN_WEIGHTS";
        assert!(all.len() <= MAX_NAME);
        assert!(format!("    features: {MODULE}::{all},").len() <= 100);
    }

    #[test]
    fn rates_and_efforts_are_spelled_in_letters_digits_and_lines() {
        let rates =
            [(Meter::CacheWrite1h, 2_500_000_000_000), (Meter::Searches, 10_000_000_000_000)];
        assert_eq!(rates_name(&rates), "CACHE_WRITE_1H_2_5_SEARCHES_10");
        let control = ReasoningControl {
            toggle: Some(true),
            efforts: vec!["low".to_owned(), "x-high".to_owned()],
            default_effort: Some("low".to_owned()),
            budget_min: Some(1_024),
            budget_max: None,
        };
        let name = "TOGGLE_EFFORTS_LOW_X_HIGH_DEFAULT_LOW_BUDGET_FROM_1024";
        assert_eq!(reasoning_name(&control), name);
    }

    #[test]
    fn of_two_values_with_one_name_only_the_first_is_a_constant() {
        let mut named = Named::default();
        for value in ["x-high", "x_high", "x-high"] {
            named.count(upper(value), value);
        }
        named.count("LONG".repeat(30), "long");
        named.count("LONG".repeat(30), "long");
        named.count("ONCE".to_owned(), "once");
        named.keep_repeated();
        assert_eq!(named.all().collect::<Vec<_>>(), [(&"X_HIGH".to_owned(), &"x-high")]);
        let text = |value: &'static str| {
            let mut printer = Printer::default();
            printer.item("const A: &str", &named.value(upper(value), &value, || Node::text(value)));
            printer.out
        };
        assert_eq!(text("x-high"), "const A: &str = sets::X_HIGH;\n");
        assert_eq!(text("x_high"), "const A: &str = \"x_high\";\n");
        assert_eq!(text("once"), "const A: &str = \"once\";\n");
    }
}
