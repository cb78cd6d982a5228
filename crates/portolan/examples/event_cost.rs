//! What a streamed event costs in CPU time over a client that only takes the bytes, beside a loop by hand.
//!
//! `cargo run --release -p portolan --example event_cost` starts itself a second time as the server, so that the producer
//! is not measured. Each run reads 20,000 chunks of some 300 bytes; the median of nine runs after a warm-up is printed.
//! `event_cost decode` only decodes, from memory and without a network: fewer things disturb that, and a profiler sees
//! nothing else.
#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on may panic anywhere")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use nix::sys::resource::{UsageWho, getrusage};
use portolan::types::Api;
use portolan::wire::{Decoder, Target};
use portolan::{Client, Environment, Event, catalog};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const CHUNKS: usize = 20_000;
const RUNS: usize = 9;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("serve") => runtime.block_on(serve(arguments.next().as_deref() == Some("each"))),
        Some("decode") => decode(),
        _ => ["bulk", "each"].into_iter().for_each(|mode| runtime.block_on(measure(mode))),
    }
}

/// As little as a loop by hand can read of a chunk.
#[derive(serde::Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
}

#[derive(serde::Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(serde::Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    content: Option<&'a str>,
}

/// The answer of a server, a chunk of HTTP per event, as one write or one write each.
fn answer() -> Vec<Vec<u8>> {
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut pieces = vec![head.as_bytes().to_vec()];
    pieces.extend((0..CHUNKS).map(|number| chunk(&event(number, ""))));
    pieces.push(chunk("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"));
    pieces.push(chunk(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20000,\"total_tokens\":20010}}\n\n",
    ));
    pieces.push(chunk("data: [DONE]\n\n"));
    pieces.push(b"0\r\n\r\n".to_vec());
    pieces
}

/// One event. Some servers put something else into each, which is `more`.
fn event(number: usize, more: &str) -> String {
    format!(
        "data: {{\"id\":\"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx\",\"object\":\"chat.completion.chunk\",\"created\":1796000000,\
         \"model\":\"gpt-5.4-2026-03-05\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":\
         [{{\"index\":0,\"delta\":{{\"content\":\" word{number:06}\"}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null{more}}}\n\n"
    )
}

/// A name, a model and its api, the first frame, and those after it by their number.
type Case<'a> = (&'a str, (&'a str, Api), Vec<u8>, &'a dyn Fn(usize) -> Vec<u8>);

/// Decodes from memory, each api on its own: texts, and what differs from frame to frame in more than its text.
fn decode() {
    let deepseek = ("deepseek/deepseek-v4-pro", Api::OpenaiCompletions);
    let own = |number| event(number, &format!(",\"nonce\":\"{number:x}\""));
    for (name, events) in [
        ("alike", (0..CHUNKS).map(|number| event(number, "")).collect::<Vec<_>>()),
        ("each its own", (0..CHUNKS).map(own).collect()),
    ] {
        let by_hand = time(|| {
            let texts = events.iter().filter(|event| text_by_hand(event.trim_end().as_bytes()));
            assert_eq!(texts.count(), CHUNKS);
        });
        let events: Vec<_> = events.into_iter().map(String::into_bytes).collect();
        let sdk = decoded(deepseek, b"", &events);
        println!("in memory, {name}: JSON by hand {by_hand} ns an event, portolan {sdk} ns");
    }
    let google = ("google/gemini-2.5-pro", Api::GoogleGenerativeAi);
    let bedrock = ("amazon-bedrock/amazon.nova-pro-v1:0", Api::BedrockConverse);
    let anthropic = ("anthropic/claude-opus-4-5", Api::AnthropicMessages);
    let responses = ("openai/gpt-5.2-pro", Api::OpenaiResponses);
    let ollama = ("ollama-cloud/deepseek-v4-pro", Api::Ollama);
    let padding = |number: usize| "abcdefghijklmnopqrstuvwxyz".get(..number % 26).unwrap();
    let cases: [Case<'_>; 9] = [
        (
            "completions, arguments",
            deepseek,
            sse(
                "",
                &chunk_of(
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                ),
            ),
            &|number| {
                sse(
                    "",
                    &chunk_of(&format!(
                        "{{\"tool_calls\":[{{\"index\":0,\"function\":{{\"arguments\":\" \\\"{number:06}\\\",\"}}}}]}}"
                    )),
                )
            },
        ),
        ("responses, text", responses, Vec::new(), &|number| {
            sse(
                "response.output_text.delta",
                &format!(
                    "{{\"type\":\"response.output_text.delta\",\"sequence_number\":{number},\"item_id\":\"msg_0123456789abcdef0123456789abcdef0123456789abcdef\",\"output_index\":0,\"content_index\":0,\"delta\":\" word{number:06}\",\"logprobs\":[],\"obfuscation\":\"{}\"}}",
                    padding(number)
                ),
            )
        }),
        (
            "responses, arguments",
            responses,
            sse(
                "",
                "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"\"}}",
            ),
            &|number| {
                sse(
                    "response.function_call_arguments.delta",
                    &format!(
                        "{{\"type\":\"response.function_call_arguments.delta\",\"sequence_number\":{number},\"item_id\":\"fc_0123456789abcdef0123456789abcdef0123456789abcdef\",\"output_index\":1,\"delta\":\" \\\"{number:06}\\\",\",\"obfuscation\":\"{}\"}}",
                        padding(number)
                    ),
                )
            },
        ),
        ("anthropic, text", anthropic, Vec::new(), &|number| {
            sse(
                "content_block_delta",
                &format!(
                    "{{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\" word{number:06}\"}}}}"
                ),
            )
        }),
        (
            "anthropic, arguments",
            anthropic,
            sse(
                "",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"f\",\"input\":{}}}",
            ),
            &|number| {
                sse(
                    "content_block_delta",
                    &format!(
                        "{{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{{\"type\":\"input_json_delta\",\"partial_json\":\" \\\"{number:06}\\\",\"}}}}"
                    ),
                )
            },
        ),
        ("google, text", google, Vec::new(), &|number| {
            sse(
                "",
                &format!(
                    "{{\"candidates\": [{{\"content\": {{\"parts\": [{{\"text\": \" word{number:06}\"}}],\"role\": \"model\"}},\"index\": 0}}],\"usageMetadata\": {{\"promptTokenCount\": 10,\"candidatesTokenCount\": {number},\"totalTokenCount\": {},\"promptTokensDetails\": [{{\"modality\": \"TEXT\",\"tokenCount\": 10}}],\"thoughtsTokenCount\": 57}},\"modelVersion\": \"gemini-2.5-pro\",\"responseId\": \"0123456789abcdefghijkl\"}}",
                    number + 67
                ),
            )
        }),
        ("bedrock, text", bedrock, Vec::new(), &|number| {
            message(
                "contentBlockDelta",
                &format!(
                    "{{\"contentBlockIndex\":0,\"delta\":{{\"text\":\" word{number:06}\"}},\"p\":\"{}\"}}",
                    padding(number)
                ),
            )
        }),
        (
            "bedrock, arguments",
            bedrock,
            message(
                "contentBlockStart",
                "{\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"call_1\",\"name\":\"f\"}}}",
            ),
            &|number| {
                message(
                    "contentBlockDelta",
                    &format!(
                        "{{\"contentBlockIndex\":1,\"delta\":{{\"toolUse\":{{\"input\":\" \\\"{number:06}\\\",\"}}}},\"p\":\"{}\"}}",
                        padding(number)
                    ),
                )
            },
        ),
        ("ollama, text", ollama, Vec::new(), &|number| {
            format!("{{\"model\":\"deepseek-v4-pro\",\"created_at\":\"2026-11-27T05:00:00.{number:06}Z\",\"message\":{{\"role\":\"assistant\",\"content\":\" word{number:06}\"}},\"done\":false}}\n").into_bytes()
        }),
    ];
    for (name, model, first, frame) in cases {
        let events: Vec<_> = (0..CHUNKS).map(frame).collect();
        println!("in memory, {name}: {} ns an event", decoded(model, &first, &events));
    }
}

/// The CPU time of an event, which adds to a text or to the arguments of the call that the first frame begins.
fn decoded((reference, api): (&str, Api), first: &[u8], events: &[Vec<u8>]) -> i64 {
    let target = Target::new(catalog::find(reference).unwrap(), api);
    time(|| {
        let mut decoder = Decoder::new(&target);
        decoder.push(first);
        while decoder.next_event().unwrap().is_some() {}
        let mut deltas = 0;
        for event in events {
            decoder.push(event);
            while let Some(Event::Text(_) | Event::ToolArguments { .. }) =
                decoder.next_event().unwrap()
            {
                deltas += 1;
            }
        }
        assert_eq!(deltas, CHUNKS);
    })
}

fn sse(name: &str, data: &str) -> Vec<u8> {
    let name = if name.is_empty() { String::new() } else { format!("event: {name}\n") };
    format!("{name}data: {data}\n\n").into_bytes()
}

/// A chunk of `openai-completions` with this delta.
fn chunk_of(delta: &str) -> String {
    format!(
        "{{\"id\":\"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx\",\"object\":\"chat.completion.chunk\",\"created\":1796000000,\
         \"model\":\"gpt-5.4-2026-03-05\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":\
         [{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}"
    )
}

/// A message of Amazon's event stream.
fn message(name: &str, payload: &str) -> Vec<u8> {
    let mut headers = Vec::new();
    let fields =
        [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")];
    for (name, value) in fields {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let total = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let mut out = total.to_be_bytes().to_vec();
    out.extend_from_slice(&u32::try_from(headers.len()).unwrap().to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(&headers);
    out.extend_from_slice(payload.as_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out
}

/// Whether a line of an event holds a text.
fn text_by_hand(line: &[u8]) -> bool {
    let chunk = line.strip_prefix(b"data: ");
    let chunk = chunk.and_then(|json| serde_json::from_slice::<Chunk<'_>>(json).ok());
    chunk.is_some_and(|chunk| chunk.choices.iter().any(|choice| choice.delta.content.is_some()))
}

/// The median CPU time of a run, in nanoseconds per chunk.
fn time(mut run: impl FnMut()) -> i64 {
    let mut times = Vec::new();
    for _ in 0..=RUNS {
        let start = cpu();
        run();
        times.push((cpu() - start) * 1_000 / i64::try_from(CHUNKS).unwrap());
    }
    times.sort_unstable();
    times[RUNS / 2]
}

async fn serve(each: bool) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let pieces = answer();
    let writes = Arc::new(if each { pieces } else { vec![pieces.concat()] });
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let writes = Arc::clone(&writes);
        tokio::spawn(async move {
            while has_request(&mut stream).await {
                for bytes in writes.iter() {
                    if stream.write_all(bytes).await.is_err() {
                        break;
                    }
                }
            }
        });
    }
}

/// Reads a request to its end.
async fn has_request(stream: &mut tokio::net::TcpStream) -> bool {
    let (mut read, mut buffer) = (Vec::new(), [0; 4_096]);
    loop {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return false,
        }
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return true;
            }
        }
    }
}

async fn measure(mode: &str) {
    let program = std::env::current_exe().unwrap();
    let mut server =
        Command::new(program).args(["serve", mode]).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let url = url.trim();

    let http = reqwest::Client::new();
    let floor = median(async || {
        let mut response = http.post(format!("{url}/")).body("{}").send().await.unwrap();
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.unwrap() {
            bytes += chunk.len();
        }
        assert!(bytes > CHUNKS * 200);
    })
    .await;

    let by_hand = median(async || {
        let mut response = http.post(format!("{url}/")).body("{}").send().await.unwrap();
        let (mut held, mut texts) = (Vec::new(), 0);
        while let Some(chunk) = response.chunk().await.unwrap() {
            held.extend_from_slice(&chunk);
            let mut start = 0;
            while let Some(length) = memchr::memchr(b'\n', &held[start..]) {
                texts += usize::from(text_by_hand(&held[start..start + length]));
                start += length + 1;
            }
            held.drain(..start);
        }
        assert_eq!(texts, CHUNKS);
    })
    .await;

    let environment = Environment::new().with("DEEPSEEK_API_KEY", "sk-1");
    let client = Client::builder().environment(environment).build().unwrap();
    let sdk = median(async || {
        let chat = client.chat("deepseek/deepseek-v4-pro").endpoint(url).user("hi");
        let mut stream = chat.stream().await.unwrap();
        let (mut texts, mut done) = (0, false);
        while let Some(event) = stream.next().await {
            match event.unwrap() {
                Event::Text(_) => texts += 1,
                Event::Done(answer) => done = answer.usage.is_ok(),
                _ => {}
            }
        }
        assert!(texts == CHUNKS && done);
    })
    .await;
    println!(
        "{mode}: bytes only {floor} ns an event; over that a loop by hand {} ns, portolan {} ns",
        by_hand - floor,
        sdk - floor
    );
    server.kill().unwrap();
    server.wait().unwrap();
}

/// The median CPU time of a run, in nanoseconds per chunk.
async fn median(mut run: impl AsyncFnMut()) -> i64 {
    run().await;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = cpu();
        run().await;
        times.push((cpu() - start) * 1_000 / i64::try_from(CHUNKS).unwrap());
    }
    times.sort_unstable();
    times[RUNS / 2]
}

/// The CPU time of this process so far, in microseconds.
fn cpu() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let (user, system) = (usage.user_time(), usage.system_time());
    (user.tv_sec() + system.tv_sec()) * 1_000_000 + user.tv_usec() + system.tv_usec()
}
