//! A peer that says exactly what a test writes, byte by byte, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the peer does after a request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Writes these bytes again and again, until nobody takes them.
    Forever(Vec<u8>),
    /// Does nothing for a while.
    Wait(Duration),
    /// Closes the connection.
    Close,
    /// Closes the connection without the courtesy of an end: what is on its way is lost.
    Reset,
    /// Says that nothing more comes, and goes on listening.
    HalfClose,
}

/// A peer on this machine.
pub(crate) struct Peer {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    connections: usize,
    hung_up: usize,
}

impl Peer {
    /// Answers the first request with the first script and so on; the last script is for all further ones.
    pub(crate) async fn new(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, scripts.clone(), Arc::clone(&shared)));
            }
        });
        Self { url, seen }
    }

    /// A peer with one answer to everything.
    pub(crate) async fn saying(steps: Vec<Step>) -> Self {
        Self::new(vec![steps]).await
    }

    /// A peer on a thread of its own, which this thread's allocations are not counted with.
    pub(crate) fn elsewhere(steps: Vec<Step>) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                sender.send(Self::saying(steps).await).unwrap();
                // It serves until the tests end.
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().unwrap()
    }

    /// The requests so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// How many connections the other side closed.
    pub(crate) fn hung_up(&self) -> usize {
        self.seen.lock().unwrap().hung_up
    }
}

async fn serve(mut stream: TcpStream, scripts: Vec<Vec<Step>>, seen: Arc<Mutex<Seen>>) {
    stream.set_nodelay(true).unwrap();
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.requests.push(request);
            seen.requests.len() - 1
        };
        for step in &scripts[number.min(scripts.len() - 1)] {
            match step {
                Step::Write(bytes) => {
                    if stream.write_all(bytes).await.is_err() {
                        break;
                    }
                }
                Step::Forever(bytes) => while stream.write_all(bytes).await.is_ok() {},
                Step::Wait(time) => tokio::time::sleep(*time).await,
                Step::Close => return,
                Step::Reset => return stream.set_zero_linger().unwrap(),
                Step::HalfClose => stream.shutdown().await.unwrap(),
            }
        }
    }
    seen.lock().unwrap().hung_up += 1;
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => read.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

/// A whole answer of bytes that are compressed.
pub(crate) fn packed(headers: &str, body: &[u8]) -> Vec<Step> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{headers}\r\n");
    vec![Step::Write(head.into_bytes()), Step::Write(body.to_vec())]
}

/// Bytes as gzip packs them.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// As many mebibytes of one letter as gzip packs them, without the effort: one block again and again, and no end.
pub(crate) fn bomb(mebibytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"").unwrap();
    packer.flush().unwrap();
    let head = packer.get_ref().len();
    packer.write_all(&vec![b'['; 1 << 20]).unwrap();
    packer.flush().unwrap();
    let (head, block) = packer.get_ref().split_at(head);
    [head.to_vec(), block.repeat(mebibytes)].concat()
}

/// A whole answer.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    vec![Step::Write(text.into_bytes())]
}

/// The head of a streamed answer.
pub(crate) fn head(kind: &str) -> Step {
    let text = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nx-request-id: req-7\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    Step::Write(text.into_bytes())
}

/// Bytes of a streamed answer, as one chunk of HTTP.
pub(crate) fn chunk(bytes: &[u8]) -> Step {
    let mut out = format!("{:x}\r\n", bytes.len()).into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
    Step::Write(out)
}

/// The end of a streamed answer.
pub(crate) fn end() -> Step {
    Step::Write(b"0\r\n\r\n".to_vec())
}

/// Server-sent events, a chunk each, and the end.
pub(crate) fn events(data: &[&str]) -> Vec<Step> {
    let chunks = data.iter().map(|data| chunk(format!("data: {data}\n\n").as_bytes()));
    [head("text/event-stream")].into_iter().chain(chunks).chain([end()]).collect()
}

/// An answer of three words with usage.
pub(crate) fn three_words() -> Vec<Step> {
    events(&[
        r#"{"id":"c1","model":"m","choices":[{"delta":{"role":"assistant","content":"One "}}]}"#,
        r#"{"choices":[{"delta":{"content":"two "}}]}"#,
        r#"{"choices":[{"delta":{"content":"three"}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}"#,
        "[DONE]",
    ])
}
