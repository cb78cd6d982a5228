//! Serves streams of chat completions from bytes that are made before: `bulk` in one write, `each` with a write per event,
//! `paced` with its time in each text, `many` slowly. Prints its address. A process of its own, so that the producer is not
//! measured.

use std::sync::Arc;
use std::time::Duration;

use stream_harness::{CHUNKS, MANY, PACED, now};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

fn main() {
    let (_, most) =
        nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).unwrap();
    nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE, most, most).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        let each: Arc<Vec<_>> =
            Arc::new((0..CHUNKS).map(|number| text(&format!(" word{number:06}"))).collect());
        let bulk = Arc::new([head(), each.concat(), tail()].concat());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(serve(stream, Arc::clone(&each), Arc::clone(&bulk)));
        }
    });
}

/// Answers one request after the other, until the other side has gone.
async fn serve(mut stream: TcpStream, each: Arc<Vec<Vec<u8>>>, bulk: Arc<Vec<u8>>) {
    while let Some(path) = request(&mut stream).await {
        let written = match path.as_str() {
            "bulk" => stream.write_all(&bulk).await,
            "each" => write_each(&mut stream, &each).await,
            "paced" => slowly(&mut stream, PACED, Duration::from_micros(2_300)).await,
            "many" => slowly(&mut stream, MANY, Duration::from_millis(50)).await,
            other => panic!("no stream `{other}`"),
        };
        if written.is_err() {
            return;
        }
    }
}

async fn write_each(stream: &mut TcpStream, each: &[Vec<u8>]) -> std::io::Result<()> {
    stream.write_all(&head()).await?;
    for event in each {
        stream.write_all(event).await?;
    }
    stream.write_all(&tail()).await
}

async fn slowly(stream: &mut TcpStream, count: u64, pause: Duration) -> std::io::Result<()> {
    stream.write_all(&head()).await?;
    for _ in 0..count {
        tokio::time::sleep(pause).await;
        stream.write_all(&text(&format!(" {}", now()))).await?;
    }
    stream.write_all(&tail()).await
}

fn head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec()
}

/// An event of some 300 bytes, as a chunk of HTTP.
fn text(text: &str) -> Vec<u8> {
    event(&format!(
        r#"{{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx","object":"chat.completion.chunk","created":1796000000,"model":"gpt-5.4-2026-03-05","service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{{"index":0,"delta":{{"content":"{text}"}},"logprobs":null,"finish_reason":null}}],"usage":null}}"#
    ))
}

fn tail() -> Vec<u8> {
    let about = r#""id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx","object":"chat.completion.chunk","created":1796000000,"model":"gpt-5.4-2026-03-05""#;
    let stop = format!(
        r#"{{{about},"choices":[{{"index":0,"delta":{{}},"finish_reason":"stop"}}],"usage":null}}"#
    );
    let usage = format!(
        r#"{{{about},"choices":[],"usage":{{"prompt_tokens":10,"completion_tokens":20000,"total_tokens":20010}}}}"#
    );
    [event(&stop), event(&usage), event("[DONE]"), b"0\r\n\r\n".to_vec()].concat()
}

fn event(data: &str) -> Vec<u8> {
    let event = format!("data: {data}\n\n");
    format!("{:x}\r\n{event}\r\n", event.len()).into_bytes()
}

/// Reads a request to its end; returns the first part of its path.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4_096]);
    loop {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return head.split('/').nth(1).map(str::to_owned);
            }
        }
    }
}
