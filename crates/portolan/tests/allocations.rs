//! What decoding costs in allocations.

use portolan::types::Api;
use portolan::wire::{Decoder, Target};
use portolan::{Event, catalog};

#[test]
fn an_event_of_text_takes_one_allocation() {
    const EVENTS: u64 = 1_000;
    for (reference, api, event) in [
        (
            "deepseek/deepseek-v4-pro",
            Api::OpenaiCompletions,
            "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}],\"usage\":null}\n\n",
        ),
        (
            "openai/gpt-4o-mini",
            Api::OpenaiResponses,
            "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\" word\"}\n\n",
        ),
        (
            "anthropic/claude-opus-4-5",
            Api::AnthropicMessages,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" word\"}}\n\n",
        ),
        (
            "google/gemini-2.5-pro",
            Api::GoogleGenerativeAi,
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" word\"}]}}],\"usageMetadata\":{\"promptTokenCount\":1}}\n\n",
        ),
        (
            "ollama-cloud/deepseek-v4-pro",
            Api::Ollama,
            "{\"message\":{\"content\":\" word\"},\"done\":false}\n",
        ),
    ] {
        let mut decoder = Decoder::new(&Target::new(catalog::find(reference).unwrap(), api));
        let mut decode = |events: u64| {
            for _ in 0..events {
                decoder.push(event.as_bytes());
                assert_eq!(decoder.next_event().unwrap(), Some(Event::Text(" word".to_owned())));
            }
        };
        // Buffers grow to their size.
        decode(EVENTS);
        let measured = allocation_counter::measure(|| decode(EVENTS));
        // The text of the event, and the one that it is compared with.
        assert!(measured.count_total <= EVENTS * 2 + 10, "{api}: {}", measured.count_total);
    }
}
