//! The usage of an answer that somebody else asked for: a whole body, a recorded stream, or the last frames of one.

use portolan_types::{Api, Context, Entry, Usage};
use serde_json::Value;

use super::{Counts, Fields, UsageError};
use crate::cost::Cost;
use crate::frame::{EventStream, Lines};

/// What an answer used, and how it was served.
///
/// ```
/// use portolan::types::{Api, Context, Date};
/// use portolan::{Used, catalog};
///
/// let body = br#"{"choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":0}}"#;
/// let used = Used::read(Api::OpenaiCompletions, body)?;
/// let entry = catalog::find("xiaomi/mimo-v2.5-pro").unwrap();
/// let at = Date(20_261_120).timestamp().unwrap();
/// assert_eq!(used.cost(&entry, &Context::at(at)).to_string(), "0.435 USD");
/// # Ok::<(), portolan::UsageError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Used {
    /// What was used, per meter.
    pub usage: Usage,
    /// The service tier that served it, in the vendor's word.
    pub service_tier: Option<String>,
}

impl Used {
    /// Reads an answer of an api: a body, or as much of a stream as holds its usage.
    ///
    /// # Errors
    /// [`UsageError`] where it states none, or one that cannot be.
    pub fn read(api: Api, answer: &[u8]) -> Result<Self, UsageError> {
        let (fields, mut counts, mut service_tier) = (Fields::of(api), Counts::default(), None);
        let (mut done, mut stated) = (0, 0);
        for frame in frames(api, answer) {
            for usage in fields.objects(&frame) {
                counts.fold(usage, fields);
            }
            service_tier = fields.tier(&frame).map(str::to_owned).or(service_tier);
            if let Some(model) = frame["modelVersion"].as_str() {
                counts.served_by(model);
            }
            for candidate in frame["candidates"].as_array().into_iter().flatten() {
                let grounding = &candidate["groundingMetadata"];
                for query in queries(grounding) {
                    counts.searched_for(query);
                }
                if has_maps(grounding) {
                    counts.mapped();
                }
            }
            if api == Api::OpenaiResponses {
                let response = frame.get("response").unwrap_or(&frame);
                let items = response["output"].as_array().into_iter().flatten();
                stated = items.filter(|item| is_search(item)).count().max(stated);
                done += usize::from(
                    frame["type"] == "response.output_item.done" && is_search(&frame["item"]),
                );
            }
        }
        // A stream states an item when it is done and again in the whole response, or only in one of them.
        (0..done.max(stated)).for_each(|_| counts.searched());
        Ok(Self { usage: counts.usage()?, service_tier })
    }

    /// What it cost: the catalog's price of a model, by when, where and how the request was served. The service tier that
    /// the answer states counts more than the context's.
    pub fn cost(&self, entry: &Entry, context: &Context<'_>) -> Cost {
        Cost::of(Some(entry), &Ok(self.usage), self.service_tier.as_deref(), context)
    }
}

/// Whether an item of a response is a search that is billed. Of what a call to the web may do, `OpenAI` bills `search`, and
/// neither `open_page` nor `find_in_page`; a call that does not say what it did may be one.
pub(crate) fn is_search(item: &Value) -> bool {
    item["type"] == "web_search_call"
        && matches!(item["action"]["type"].as_str(), None | Some("search"))
}

/// What Google searched for, as the grounding of a candidate says it.
pub(crate) fn queries(grounding: &Value) -> impl Iterator<Item = &str> {
    grounding["webSearchQueries"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether Google Maps is among the sources of a candidate.
pub(crate) fn has_maps(grounding: &Value) -> bool {
    let mut sources = grounding["groundingChunks"].as_array().into_iter().flatten();
    sources.any(|source| source["maps"].is_object())
}

/// The JSON values of an answer, whatever form it has.
fn frames(api: Api, answer: &[u8]) -> Vec<Value> {
    if let Ok(body) = serde_json::from_slice(answer) {
        return match body {
            Value::Array(list) => list,
            body => vec![body],
        };
    }
    let mut frames = Vec::new();
    if api == Api::BedrockConverse {
        let mut stream = EventStream::new(answer.len());
        stream.push(answer);
        // A recording that breaks off has said what it has said.
        while let Ok(Some(frame)) = stream.next() {
            frames.extend(serde_json::from_slice(frame.data).ok());
        }
        return frames;
    }
    // Events and lines of JSON alike have their value on one line.
    let mut lines = Lines::new(answer.len());
    lines.push(answer);
    lines.push(b"\n");
    while let Ok(Some(line)) = lines.next() {
        frames.extend(serde_json::from_slice(line.strip_prefix(b"data:").unwrap_or(line)).ok());
    }
    frames
}
