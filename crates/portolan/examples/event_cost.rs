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

/// Decodes from memory: events that are the same but for their text, and events that are not.
fn decode() {
    let target =
        Target::new(catalog::find("deepseek/deepseek-v4-pro").unwrap(), Api::OpenaiCompletions);
    let varied = |number| event(number, &format!(",\"obfuscation\":\"{number:x}\""));
    for (name, events) in [
        ("alike", (0..CHUNKS).map(|number| event(number, "")).collect::<Vec<_>>()),
        ("each its own", (0..CHUNKS).map(varied).collect()),
    ] {
        let by_hand = time(|| {
            let texts = events.iter().filter(|event| text_by_hand(event.trim_end().as_bytes()));
            assert_eq!(texts.count(), CHUNKS);
        });
        let sdk = time(|| {
            let mut decoder = Decoder::new(&target);
            let mut texts = 0;
            for event in &events {
                decoder.push(event.as_bytes());
                while let Some(Event::Text(_)) = decoder.next_event().unwrap() {
                    texts += 1;
                }
            }
            assert_eq!(texts, CHUNKS);
        });
        println!("in memory, {name}: JSON by hand {by_hand} ns an event, portolan {sdk} ns");
    }
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
