//! A peer that answers requests, one after another, each with the next of its streams, and keeps what was asked.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// An answer with reasoning, a tool call and usage.
pub(crate) const STREAM: &str = concat!(
    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\",\"content\":\"One \"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"two\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\ndata: [DONE]\n\n",
);

pub(crate) struct Peer {
    /// The base URL.
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl Peer {
    pub(crate) fn new(streams: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, streams) = (Arc::clone(&requests), streams.to_vec());
        std::thread::spawn(move || {
            for events in streams {
                let (mut stream, _) = listener.accept().unwrap();
                let request = request(&mut stream);
                kept.lock().unwrap().push(request);
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                stream.write_all(format!("{head}{events}").as_bytes()).unwrap();
            }
        });
        Self { url, requests }
    }

    /// The bodies of the requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }
}

fn request(stream: &mut TcpStream) -> Value {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
        });
        if body.len() >= length.unwrap() {
            return serde_json::from_str(body).unwrap();
        }
    }
}
