//! genai's client.

use futures_util::StreamExt as _;
use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ModelSpec, ServiceTarget};
use stream_harness::Saw;

fn main() {
    stream_harness::run(
        |url| (Client::builder().build().unwrap(), url),
        async |(client, url), each| {
            let target = ModelSpec::Target(ServiceTarget {
                model: ModelIden::from_static(AdapterKind::OpenAI, "gpt-4o-mini"),
                endpoint: Endpoint::from_owned(format!("{url}/")),
                auth: AuthData::Key("sk-1".to_owned()),
            });
            let request = ChatRequest::new(vec![ChatMessage::user("hi")]);
            let options = ChatOptions::default().with_capture_usage(true);
            let answer = client.exec_chat_stream(target, request, Some(&options)).await.unwrap();
            let (mut stream, mut used) = (answer.stream, false);
            while let Some(event) = stream.next().await {
                match event.unwrap() {
                    ChatStreamEvent::Chunk(chunk) => each(&chunk.content),
                    ChatStreamEvent::End(end) => used = end.captured_usage.is_some(),
                    _ => {}
                }
            }
            Saw::Texts { used }
        },
    );
}
