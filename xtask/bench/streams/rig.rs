//! rig's client.

use futures_util::StreamExt as _;
use rig_core::completion::CompletionRequest;
use rig_core::providers::openai::OpenAIConfig;
use rig_core::streaming::{Item, StreamEvent};
use stream_harness::Saw;

fn main() {
    stream_harness::run(
        |url| {
            let config = OpenAIConfig::new("sk-1").with_base_url(url);
            config.client().chat("gpt-4o-mini")
        },
        async |model, each| {
            let mut stream = model.stream(CompletionRequest::new("hi")).unwrap();
            while let Some(event) = stream.next().await {
                if let Item::Event(StreamEvent::Text { text, .. }) = event.unwrap() {
                    each(&text);
                }
            }
            let used = stream.partial().usage.input_tokens.is_some();
            Saw::Texts { used }
        },
    );
}
