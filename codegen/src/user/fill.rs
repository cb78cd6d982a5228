//! What a provider of the user's own may leave out: its name is its id, its list of models is complete, its prices are
//! unknown, and without a key it needs none.

use super::{mapping, plain};
use crate::source::{Span, Spanned};
use crate::yaml::{Mapping, Node, Scalar, Value};

/// The provider with what it leaves out. A value of another kind stays for the decoder to say so.
pub(super) fn own(id: &Spanned<String>, mut said: Node, has_key: bool) -> Node {
    let Value::Mapping(provider) = &mut said.value else { return said };
    add(provider, id.span, "name", || quoted(&id.value));
    add(provider, id.span, "coverage", || plain("static"));
    add(provider, id.span, "auth", || {
        let required = plain(if has_key { "true" } else { "false" });
        let key = Spanned::new("required".to_owned(), id.span);
        mapping(id.span, vec![(key, Node { span: id.span, value: required })]).value
    });
    let models = provider.entries.iter_mut().find(|(key, _)| key.value == "models");
    if let Some((_, Node { value: Value::Mapping(models), .. })) = models {
        for (id, said) in &mut models.entries {
            model(id, said);
        }
    }
    said
}

fn model(id: &Spanned<String>, said: &mut Node) {
    if said.value == Value::Null {
        said.value = Value::Mapping(Mapping::default());
    }
    let Value::Mapping(model) = &mut said.value else { return };
    if model.get("base").is_none() {
        add(model, id.span, "name", || quoted(&id.value));
    }
    add(model, id.span, "prices", || plain("unknown"));
}

fn add(mapping: &mut Mapping, span: Span, key: &str, value: impl FnOnce() -> Value) {
    if mapping.get(key).is_none() {
        let node = Node { span, value: value() };
        mapping.entries.push((Spanned::new(key.to_owned(), span), node));
    }
}

/// A text that is one whatever it looks like.
fn quoted(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.to_owned(), quoted: true })
}
