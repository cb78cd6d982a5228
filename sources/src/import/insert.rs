//! New models into the mapping that holds a provider's or a lab's models.

use portolan_codegen::yaml::{Mapping, Node, Value};

use super::edit::{Document, Edit};

/// The mapping with the key `models`, or without it yet.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// The keys of the provider or the file.
    pub(super) keys: &'a Mapping,
    /// Where it is, for messages.
    pub(super) place: &'a str,
}

impl<'a> Holder<'a> {
    fn models(&self) -> Option<(&'a Node, &'a Mapping)> {
        let node = self.keys.get("models")?;
        match &node.value {
            Value::Mapping(models) => Some((node, models)),
            _ => None,
        }
    }

    /// How far the ids of models are from the margin.
    pub(super) fn indent(&self) -> usize {
        let is_block = |(node, _): &(&Node, &Mapping)| !self.document.is_in_brackets(node);
        let first = self.models().filter(is_block).and_then(|(_, models)| models.entries.first());
        match (first, self.keys.entries.first()) {
            (Some((id, _)), _) => self.document.indent(id.span.start as usize),
            (None, Some((key, _))) => self.document.indent(key.span.start as usize) + 2,
            (None, None) => 2,
        }
    }

    /// The edits that add models, each with its id and its lines: in the order of the ids where those that are there have
    /// it, else behind them.
    pub(super) fn insertions(&self, blocks: Vec<(&str, String)>) -> Result<Vec<Edit>, String> {
        if blocks.is_empty() {
            return Ok(Vec::new());
        }
        let document = self.document;
        let Some((node, models)) = self.models().filter(|(_, models)| !models.entries.is_empty())
        else {
            return Ok(vec![self.first_models(blocks)]);
        };
        if document.is_in_brackets(node) {
            return Err(format!(
                "{}: the models are written in brackets: write one below the other, as `cargo xtask new` does",
                self.place
            ));
        }
        let sorted = models.entries.is_sorted_by(|a, b| *a.0 <= *b.0);
        let edits = blocks.into_iter().map(|(id, block)| {
            let next = models.entries.iter().find(|(other, _)| sorted && other.value.as_str() > id);
            if let Some((key, _)) = next {
                let at = document.with_comments_above(key.span.start as usize);
                return document.insertion(at, format!("{block}\n"));
            }
            let end = models
                .entries
                .last()
                .map_or(node.span.end as usize, |last| document.entry_lines(last).end);
            document.insertion(end, format!("\n{block}"))
        });
        Ok(edits.collect())
    }

    fn first_models(&self, blocks: Vec<(&str, String)>) -> Edit {
        let document = self.document;
        let indent = " ".repeat(self.indent().saturating_sub(2));
        let blocks: Vec<_> = blocks.into_iter().map(|(_, block)| block).collect();
        let text = format!("{indent}models:\n{}", blocks.join("\n"));
        let entries = &self.keys.entries;
        if let Some(entry) = entries.iter().find(|(key, _)| key.value == "models") {
            let range = document.entry_lines(entry);
            let kept = document.kept_comments(&range, &text, indent.len());
            return Edit { range, text: kept + &text };
        }
        let after = entries.iter().find(|(key, _)| key.value == "capabilities");
        let at = match (after, entries.last()) {
            (Some((key, _)), _) => document.with_comments_above(key.span.start as usize),
            (None, Some(last)) => document.entry_lines(last).end,
            (None, None) => document.text.len(),
        };
        document.insertion(at, text)
    }
}
