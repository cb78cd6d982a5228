//! async-openai's client.

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::{
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, CreateChatCompletionRequestArgs,
};
use futures_util::StreamExt as _;
use stream_harness::Saw;

fn main() {
    stream_harness::run(
        |url| Client::with_config(OpenAIConfig::new().with_api_base(url).with_api_key("sk-1")),
        async |client, each| {
            let user = ChatCompletionRequestUserMessage::from("hi");
            let options = ChatCompletionStreamOptions {
                include_usage: Some(true),
                include_obfuscation: None,
            };
            let request = CreateChatCompletionRequestArgs::default()
                .model("gpt-4o-mini")
                .messages([user.into()])
                .stream_options(options)
                .build()
                .unwrap();
            let mut stream = client.chat().create_stream(request).await.unwrap();
            let mut used = false;
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.unwrap();
                used |= chunk.usage.is_some();
                for choice in &chunk.choices {
                    if let Some(text) = &choice.delta.content {
                        each(text);
                    }
                }
            }
            Saw::Texts { used }
        },
    );
}
