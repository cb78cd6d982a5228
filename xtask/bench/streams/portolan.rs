//! Portolan's client.

use portolan::{Client, Environment, Event};
use stream_harness::Saw;

fn main() {
    stream_harness::run(
        |url| {
            let environment = Environment::new().with("OPENAI_API_KEY", "sk-1");
            (Client::builder().environment(environment).build().unwrap(), url)
        },
        async |(client, url), each| {
            let chat = client.chat("openai/gpt-4o-mini").endpoint(url.as_str()).user("hi");
            let mut stream = chat.stream().await.unwrap();
            let mut used = false;
            while let Some(event) = stream.next().await {
                match event.unwrap() {
                    Event::Text(text) => each(&text),
                    Event::Done(answer) => used = answer.usage.is_ok(),
                    _ => {}
                }
            }
            Saw::Texts { used }
        },
    );
}
