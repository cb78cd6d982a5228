//! How much memory servers can make a client take: what was allocated at most, counted, while the peer is on a thread of
//! its own.

use std::time::Duration;

use allocation_counter::measure;
use portolan::types::Api;
use portolan::{ErrorKind, Event};

use crate::bodies::{APIS, Streaming, WORDS, builder};
use crate::kind;
use crate::peer::{Peer, Step, chunk, end, head};

const MEBIBYTE: u64 = 1 << 20;

/// What the connection itself may take: buffers of HTTP.
const CONNECTION: u64 = 2 * MEBIBYTE;

/// The longest line or message that is taken, 32 mebibytes, in a buffer that doubles: the old and the new one.
const FRAME: u64 = 3 * 32 * MEBIBYTE;

/// The longest answer that comes whole, in the same way.
const WHOLE: u64 = 3 * 64 * MEBIBYTE;

/// Asks a peer that follows a script; returns how it ended and the most bytes that were allocated at a time.
fn ask(streaming: Streaming, steps: Vec<Step>, streamed: bool) -> (Result<String, ErrorKind>, u64) {
    let peer = Peer::elsewhere(steps);
    let client = builder().idle_timeout(Duration::from_secs(20)).build().unwrap();
    let chat = streaming.chat(&client, &peer.url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut result = Err(ErrorKind::Config);
    let measured = measure(|| {
        let answer = runtime.block_on(async {
            if streamed { chat.stream().await?.finish().await } else { chat.send().await }
        });
        result = answer.map(|answer| answer.text()).map_err(|error| kind(&error));
    });
    (result, measured.bytes_max)
}

/// The end without which nothing would be an answer, after the same bytes again and again.
fn forever(streaming: Streaming, first: &[u8], bytes: Vec<u8>) -> Vec<Step> {
    vec![head(streaming.kind), chunk(first), Step::Forever(bytes)]
}

fn mebibyte(byte: u8) -> Vec<u8> {
    let Step::Write(bytes) = chunk(&vec![byte; 1 << 20]) else { unreachable!() };
    bytes
}

#[test]
fn a_line_or_message_without_end() {
    for streaming in APIS {
        let first = match streaming.api {
            // A message that says it has four gibibytes.
            Api::BedrockConverse => {
                let mut prelude = [0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0].to_vec();
                prelude.extend_from_slice(&crc32fast::hash(&prelude).to_be_bytes());
                prelude
            }
            Api::Ollama => b"{\"message\":{\"content\":\"".to_vec(),
            _ => b"data: {\"a\":\"".to_vec(),
        };
        let (result, most) = ask(streaming, forever(streaming, &first, mebibyte(b'x')), true);
        assert_eq!(result, Err(ErrorKind::TooLarge), "{}", streaming.api);
        let bound = if streaming.api == Api::BedrockConverse { CONNECTION } else { FRAME };
        assert!(most < bound + CONNECTION, "{}: {most}", streaming.api);
    }
}

#[test]
fn an_event_of_lines_without_end() {
    for streaming in APIS.into_iter().filter(Streaming::is_sse) {
        let Step::Write(lines) = chunk(&b"data: and so on and on and on\n".repeat(40_000)) else {
            unreachable!()
        };
        let (result, most) = ask(streaming, forever(streaming, b"data: x\n", lines), true);
        assert_eq!(result, Err(ErrorKind::TooLarge), "{}", streaming.api);
        assert!(most < FRAME + CONNECTION, "{}: {most}", streaming.api);
    }
}

#[test]
fn what_is_no_event_leaves_nothing() {
    for streaming in APIS.into_iter().filter(Streaming::is_sse) {
        let comments = chunk(&b": still thinking\n\n".repeat(60_000));
        let comments = std::iter::repeat_n(comments, 16);
        let last = [chunk(&streaming.body()), end()];
        let steps = [head(streaming.kind)].into_iter().chain(comments).chain(last);
        let (result, most) = ask(streaming, steps.collect(), true);
        assert_eq!(result.as_deref(), Ok(WORDS), "{}", streaming.api);
        assert!(most < CONNECTION, "{}: {most}", streaming.api);
    }
}

#[test]
fn a_whole_answer_without_end() {
    let streaming = APIS[0];
    let head = || head("application/json");
    let steps = vec![head(), chunk(b"{\"choices\":\""), Step::Forever(mebibyte(b'x'))];
    for streamed in [false, true] {
        let (result, most) = ask(streaming, steps.clone(), streamed);
        assert_eq!(result, Err(ErrorKind::TooLarge));
        assert!(most < WHOLE + CONNECTION, "{most}");
    }
}

#[test]
fn a_length_is_not_believed_before_it_came() {
    for streaming in APIS {
        for kind in ["application/json", streaming.kind] {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{{",
                1_u64 << 50
            );
            for streamed in [false, true] {
                let steps = vec![Step::Write(head.clone().into_bytes()), Step::Close];
                let (result, most) = ask(streaming, steps, streamed);
                assert!(
                    matches!(result, Err(ErrorKind::Disconnected | ErrorKind::Protocol)),
                    "{result:?}"
                );
                assert!(most < CONNECTION, "{}: {most}", streaming.api);
            }
        }
    }
}

#[test]
fn an_error_without_end() {
    for streaming in APIS {
        let head =
            "HTTP/1.1 500 Oh\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n";
        let steps = vec![Step::Write(head.into()), Step::Forever(mebibyte(b'e'))];
        let (result, most) = ask(streaming, steps, true);
        assert_eq!(result, Err(ErrorKind::Server), "{}", streaming.api);
        assert!(most < 2 * CONNECTION, "{}: {most}", streaming.api);
    }
}

/// There is no task that reads ahead: the peer has to wait.
#[test]
fn what_nobody_reads_is_not_taken_in() {
    for streaming in APIS {
        let more = streaming.up_to(streaming.last - 1)[streaming.beginning().len()..].to_vec();
        let Step::Write(more) = chunk(&more.repeat(1_000)) else { unreachable!() };
        let steps = forever(streaming, &streaming.beginning(), more);
        let peer = Peer::elsewhere(steps);
        let client = builder().build().unwrap();
        let chat = streaming.chat(&client, &peer.url);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let measured = measure(|| {
            runtime.block_on(async {
                let mut stream = chat.stream().await.unwrap();
                assert!(matches!(stream.next().await, Some(Ok(Event::Text(_)))));
                tokio::time::sleep(Duration::from_millis(200)).await;
            });
        });
        assert!(measured.bytes_max < CONNECTION, "{}: {}", streaming.api, measured.bytes_max);
    }
}
