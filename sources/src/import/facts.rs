//! Facts of a model as a manifest says them, those of its base model left out.

use std::collections::BTreeSet;

use portolan_codegen::catalog::{BaseModel, Facts, ReasoningControl};
use portolan_codegen::manifest::{FactKey, Word};
use portolan_types::Capability;

use super::report::Report;
use super::text::{Entries, Written, count, list, mapping, scalar};

/// The keys under which facts stand, in the order in which a model says them.
pub(super) const FACTS: [&str; 12] = [
    "family",
    "capability",
    "released",
    "cutoff",
    "open_weights",
    "modalities",
    "limits",
    "features",
    "reasoning_control",
    "reasoning_field",
    "token_limit_field",
    "refuses",
];

/// The facts that are different from those of the base model, and those to keep.
pub(super) fn entries(
    facts: &Facts,
    base: Option<&Facts>,
    keep: &BTreeSet<FactKey>,
) -> Vec<(&'static str, Written)> {
    let mut said = Vec::new();
    macro_rules! own {
        ($field:ident, $key:ident) => {
            facts.$field.as_ref().filter(|_| {
                keep.contains(&FactKey::$key) || base.is_none_or(|base| base.$field != facts.$field)
            })
        };
    }
    let mut add = |key: &'static str, value: Option<String>| {
        said.extend(value.map(|value| (key, Written::Line(value))));
    };
    add("family", own!(family, Family).map(|text| scalar(text)));
    // A source that says nothing of it means chat, which the lab may know better.
    let other = facts.capability != base.map_or(Word(Capability::Chat), |base| base.capability);
    let says = facts.capability.0 != Capability::Chat && other;
    add("capability", says.then(|| facts.capability.to_string()));
    add("released", own!(released, Released).map(|day| day.0.to_string()));
    add("cutoff", own!(cutoff, Cutoff).map(|day| day.0.to_string()));
    add("open_weights", own!(open_weights, OpenWeights).map(ToString::to_string));
    add("modalities", modalities(facts, base, keep));
    let limits = in_brackets([
        ("context", own!(context, Context).map(|number| count(*number))),
        ("input", own!(max_input, MaxInput).map(|number| count(*number))),
        ("output", own!(max_output, MaxOutput).map(|number| count(*number))),
    ]);
    add("limits", limits);
    let features = in_brackets([
        ("reasoning", own!(reasoning, Reasoning).map(ToString::to_string)),
        ("tools", own!(tools, Tools).map(ToString::to_string)),
        ("structured_output", own!(structured_output, StructuredOutput).map(ToString::to_string)),
        ("temperature", own!(temperature, Temperature).map(ToString::to_string)),
        ("attachments", own!(attachments, Attachments).map(ToString::to_string)),
    ]);
    add("features", features);
    add("reasoning_control", own!(reasoning_control, ReasoningControl).and_then(control));
    add("reasoning_field", own!(reasoning_field, ReasoningField).map(|text| scalar(text)));
    add("token_limit_field", own!(token_limit_field, TokenLimitField).map(|text| scalar(text)));
    let refuses = !facts.refuses.is_empty()
        && (keep.contains(&FactKey::Refuses)
            || base.is_none_or(|base| base.refuses != facts.refuses));
    add("refuses", refuses.then(|| list(facts.refuses.iter().map(|field| scalar(field)))));
    said
}

/// Both sides, because a manifest that says one takes the other for nothing.
fn modalities(facts: &Facts, base: Option<&Facts>, keep: &BTreeSet<FactKey>) -> Option<String> {
    let or_base = |own: &Vec<_>, of: fn(&Facts) -> &Vec<_>| {
        if own.is_empty() { base.map(of).cloned().unwrap_or_default() } else { own.clone() }
    };
    let input = or_base(&facts.input, |base| &base.input);
    let output = or_base(&facts.output, |base| &base.output);
    let kept = keep.contains(&FactKey::Input) || keep.contains(&FactKey::Output);
    let same = !kept && base.is_some_and(|base| base.input == input && base.output == output);
    if same || (input.is_empty() && output.is_empty()) {
        return None;
    }
    let words = |words: Vec<Word<portolan_types::Modality>>| {
        (!words.is_empty()).then(|| list(words.iter().map(ToString::to_string)))
    };
    in_brackets([("input", words(input)), ("output", words(output))])
}

fn control(control: &ReasoningControl) -> Option<String> {
    let efforts = list(control.efforts.iter().map(|effort| scalar(effort)));
    in_brackets([
        ("toggle", control.toggle.map(|toggle| toggle.to_string())),
        ("efforts", (!control.efforts.is_empty()).then_some(efforts)),
        ("default_effort", control.default_effort.as_deref().map(scalar)),
        (
            "budget",
            in_brackets([
                ("min", control.budget_min.map(count)),
                ("max", control.budget_max.map(count)),
            ]),
        ),
    ])
}

fn in_brackets<const N: usize>(list: [(&str, Option<String>); N]) -> Option<String> {
    let said: Entries =
        list.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    (!said.is_empty()).then(|| mapping(&said))
}

/// What a manifest says of how reasoning is controlled takes the place of all that the base model says of it.
pub(super) fn complete_control(
    facts: &mut Facts,
    base: Option<&BaseModel>,
    key: &str,
    report: &mut Report,
) {
    let Some(control) = &mut facts.reasoning_control else { return };
    // A least budget of nothing is none.
    control.budget_min = control.budget_min.filter(|least| *least > 0);
    if let Some(of_base) = base.and_then(|base| base.facts.reasoning_control.as_ref()) {
        control.toggle = control.toggle.or(of_base.toggle);
        if (control.budget_min, control.budget_max) == (None, None) {
            (control.budget_min, control.budget_max) = (of_base.budget_min, of_base.budget_max);
        }
        if control.efforts.is_empty() {
            control.efforts.clone_from(&of_base.efforts);
            control.default_effort =
                control.default_effort.take().or_else(|| of_base.default_effort.clone());
        }
    }
    let listed = |effort: &String| control.efforts.contains(effort);
    if let Some(effort) = control.default_effort.take_if(|effort| !listed(effort)) {
        let why = "the efforts that it is one of are not known";
        report.omit(key, "reasoning_control.default_effort", &effort, why);
    }
    let ReasoningControl { toggle, efforts, default_effort: _, budget_min, budget_max } = control;
    if (toggle, budget_min, budget_max) == (&mut None, &mut None, &mut None) && efforts.is_empty() {
        facts.reasoning_control = None;
    }
}
