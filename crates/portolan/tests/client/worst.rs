//! The worst streams, for every api: cut anywhere, spelled oddly, broken off, never ending. Each gives the whole answer
//! or one typed error, at once and with little memory.

use std::time::{Duration, Instant};

use portolan::{Answer, Error, ErrorKind, Event, Stop};

use crate::bodies::{APIS, FIRST_WORD, Streaming, WORDS, builder};
use crate::kind;
use crate::peer::{Peer, Step, chunk, end, head};

type Scripts = Vec<(&'static str, Vec<Step>)>;

/// The answer to each script.
async fn answers(
    streaming: Streaming,
    scripts: Scripts,
) -> Vec<(&'static str, Result<Answer, Error>)> {
    let (names, scripts): (Vec<_>, Vec<_>) = scripts.into_iter().unzip();
    let peer = Peer::new(scripts).await;
    let client = builder().build().unwrap();
    let chat = streaming.chat(&client, &peer.url);
    let mut answers = Vec::new();
    for name in names {
        let answer = async { chat.stream().await?.finish().await };
        answers.push((name, answer.await));
        assert_eq!(peer.requests().len(), answers.len());
    }
    answers
}

/// Every script gives the whole answer.
async fn are_whole(streaming: Streaming, scripts: Scripts) {
    for (what, answer) in answers(streaming, scripts).await {
        let what = format!("{}: {what}", streaming.api);
        let answer = answer.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(answer.text(), WORDS, "{what}");
        let usage: Vec<_> = answer.usage.unwrap().iter().map(|(_, units)| units).collect();
        assert_eq!(usage, [10, 3], "{what}");
    }
}

/// Every script ends in an error of one of these kinds, before the first word.
async fn are_refused(streaming: Streaming, scripts: Scripts, expected: &[ErrorKind]) {
    for (what, answer) in answers(streaming, scripts).await {
        let error = answer.unwrap_err();
        assert!(expected.contains(&kind(&error)), "{}: {what}: {error}", streaming.api);
    }
}

/// Every script ends in an error of one of these kinds after the first word.
async fn break_off(streaming: Streaming, scripts: Scripts, expected: &[ErrorKind]) {
    let (names, scripts): (Vec<_>, Vec<_>) = scripts.into_iter().unzip();
    let start = || [head(streaming.kind), chunk(&streaming.beginning())];
    let scripts = scripts.into_iter().map(|rest| start().into_iter().chain(rest).collect());
    let peer = Peer::new(scripts.collect()).await;
    let client = builder().idle_timeout(Duration::from_millis(300)).build().unwrap();
    for (number, what) in names.iter().enumerate() {
        let what = format!("{}: {what}", streaming.api);
        let mut stream = streaming.chat(&client, &peer.url).stream().await.unwrap();
        let first = stream.next().await.unwrap().unwrap();
        assert_eq!(first, Event::Text(FIRST_WORD.to_owned()), "{what}");
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(expected.contains(&kind(&error)), "{what}: {error}");
        assert_eq!(stream.partial().unwrap().text(), FIRST_WORD);
        assert!(stream.next().await.is_none());
        assert_eq!(peer.requests().len(), number + 1);
    }
}

fn write(text: impl Into<Vec<u8>>) -> Step {
    Step::Write(text.into())
}

/// A stream as a body of HTTP in chunks.
fn chunked(streaming: Streaming, body: &[u8]) -> Vec<Step> {
    vec![head(streaming.kind), chunk(body), end()]
}

/// The text with other ends of lines.
fn with_ends(body: &[u8], ends: &[&str]) -> Vec<u8> {
    let text = std::str::from_utf8(body).unwrap();
    let lines = text.split_inclusive('\n').zip(ends.iter().cycle());
    let lines = lines.map(|(line, end)| {
        line.strip_suffix('\n').map_or(line.to_owned(), |line| format!("{line}{end}"))
    });
    lines.collect::<String>().into_bytes()
}

#[tokio::test]
async fn cut_at_every_byte() {
    for streaming in APIS {
        let body = streaming.body();
        // A write each, and a chunk of HTTP each, whose own bytes are then apart from each other too.
        let writes = chunked(streaming, &body).into_iter().flat_map(apart);
        let chunks = body.iter().map(|byte| chunk(&[*byte])).flat_map(apart);
        let chunks = [head(streaming.kind)].into_iter().chain(chunks).chain([end()]);
        let mut scripts = vec![("writes", writes.collect()), ("chunks", chunks.collect())];
        // Two writes, wherever the second begins.
        for at in (1..body.len()).step_by(5) {
            let pause = Step::Wait(Duration::from_millis(1));
            let halves = [chunk(&body[..at]), pause, chunk(&body[at..])];
            let script = [head(streaming.kind)].into_iter().chain(halves).chain([end()]);
            scripts.push(("halves", script.collect()));
        }
        are_whole(streaming, scripts).await;
    }
}

fn apart(step: Step) -> Vec<Step> {
    let Step::Write(bytes) = step else { return vec![step] };
    bytes.into_iter().map(|byte| Step::Write(vec![byte])).collect()
}

#[tokio::test]
async fn ends_of_lines_and_what_events_may_have_around_them() {
    for streaming in APIS.into_iter().filter(|streaming| !streaming.body().contains(&0)) {
        let body = streaming.body();
        let mut odd = vec![
            ("CR and LF", with_ends(&body, &["\r\n"])),
            ("CR", with_ends(&body, &["\r"])),
            // A CR before an LF is one end with it.
            ("CR, then both", with_ends(&body, &["\r", "\r\n"])),
            ("LF, then both", with_ends(&body, &["\n", "\r\n"])),
        ];
        if streaming.is_sse() {
            let text = String::from_utf8(body.clone()).unwrap();
            let comments = text.replace("data: ", ": ping\n\nid: 1\nretry: 3\nodd\n:\ndata:");
            odd.push(("a BOM", [b"\xef\xbb\xbf", &body[..]].concat()));
            odd.push(("blank lines", [b"\n\n\r\n", &body[..], b"\n\n"].concat()));
            if !text.contains("event: ") {
                odd.push(("comments", comments.into_bytes()));
            }
        }
        let scripts = odd.into_iter().flat_map(|(what, body)| {
            let script = chunked(streaming, &body);
            let pieces = script.clone().into_iter().flat_map(apart).collect();
            [(what, script), (what, pieces)]
        });
        are_whole(streaming, scripts.collect()).await;
    }
}

#[tokio::test]
async fn ends_of_bodies() {
    for streaming in APIS {
        let body = streaming.body();
        let with = |status: &str, fields: &str, last: Step| {
            let head = format!("{status}\r\ncontent-type: {}\r\n{fields}\r\n", streaming.kind);
            vec![write(head), write(body.clone()), last]
        };
        let none = Step::Wait(Duration::ZERO);
        let length = format!("content-length: {}\r\n", body.len());
        let early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
        let extended = [format!("{:x};a=b\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat();
        let after = write("0\r\nx-after: 1\r\n\r\n");
        let mut scripts = vec![
            ("a length", with("HTTP/1.1 200 OK", &length, none.clone())),
            ("closed", with("HTTP/1.1 200 OK", "", Step::Close)),
            ("half closed", with("HTTP/1.1 200 OK", "", Step::HalfClose)),
            ("an old server", with("HTTP/1.0 200 OK", "", Step::Close)),
            ("hints", [vec![write(early)], chunked(streaming, &body)].concat()),
            ("extensions", vec![head(streaming.kind), write(extended), after]),
        ];
        // Once the answer is whole it does not matter how its connection ends.
        for (what, last) in [
            ("no last chunk", Step::Close),
            ("a reset", Step::Reset),
            ("half an end", Step::HalfClose),
            ("a wrong chunk", write("zz\r\n")),
            ("no end", Step::Wait(Duration::from_secs(60))),
        ] {
            let pause = Step::Wait(Duration::from_millis(20));
            scripts.push((what, vec![head(streaming.kind), chunk(&body), pause, last]));
        }
        are_whole(streaming, scripts).await;
    }
}

#[tokio::test]
async fn broken_off_after_the_first_word() {
    for streaming in APIS {
        let rest = streaming.up_to(streaming.last - 1)[streaming.beginning().len()..].to_vec();
        let cut = rest[..rest.len().min(5)].to_vec();
        let pause = Step::Wait(Duration::from_millis(20));
        let scripts = vec![
            ("closed", vec![Step::Close]),
            ("reset", vec![pause, Step::Reset]),
            ("half closed", vec![Step::HalfClose]),
            ("the last chunk", vec![end()]),
            ("cut off in an event", vec![chunk(&cut), end()]),
            ("cut off in a chunk", vec![write("1000\r\n"), write(cut.clone()), Step::Close]),
            ("a chunk whose size is none", vec![write("zz\r\n")]),
            ("a chunk with a huge size", vec![write("ffffffffffffffffff\r\n")]),
            ("a chunk without its end", vec![write([b"5\r\n", &cut[..], b"no end"].concat())]),
        ];
        break_off(streaming, scripts, &[ErrorKind::Disconnected]).await;
    }
}

#[tokio::test]
async fn an_idle_stream_is_left_and_one_that_only_breathes_is_not() {
    for streaming in APIS {
        let start = Instant::now();
        let idle = vec![("idle", vec![Step::Wait(Duration::from_secs(60))])];
        break_off(streaming, idle, &[ErrorKind::Timeout]).await;
        assert!(start.elapsed() < Duration::from_secs(10));
        if !streaming.is_sse() {
            continue;
        }
        // Longer than the limit, but never silent.
        let breath = [chunk(b": ping\n\n"), Step::Wait(Duration::from_millis(120))];
        let breaths = std::iter::repeat_n(breath, 5).flatten();
        let last = [chunk(&streaming.body()), end()];
        let steps = [head(streaming.kind)].into_iter().chain(breaths).chain(last);
        let peer = Peer::saying(steps.collect()).await;
        let client = builder().idle_timeout(Duration::from_millis(400)).build().unwrap();
        let answer = streaming.chat(&client, &peer.url).stream().await.unwrap().finish().await;
        assert_eq!(answer.unwrap().text(), WORDS);
    }
}

#[tokio::test]
async fn a_stream_that_is_left_open_after_its_reason_to_stop_is_whole() {
    for streaming in APIS {
        // With its usage, and with the reason to stop alone; silent, and kept alive.
        for count in [streaming.last, streaming.settled] {
            let breath = [chunk(b": ping\n\n"), Step::Wait(Duration::from_millis(50))];
            let breaths = if streaming.is_sse() && count == streaming.settled { 100 } else { 0 };
            let start = [head(streaming.kind), chunk(&streaming.up_to(count))];
            let breaths = std::iter::repeat_n(breath, breaths).flatten();
            let steps =
                start.into_iter().chain(breaths).chain([Step::Wait(Duration::from_secs(60))]);
            let peer = Peer::saying(steps.collect()).await;
            let client = builder().idle_timeout(Duration::from_millis(400)).build().unwrap();
            let start = Instant::now();
            let answer = streaming.chat(&client, &peer.url).stream().await.unwrap().finish().await;
            let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", streaming.api));
            assert_eq!((answer.text().as_str(), answer.stop), (WORDS, Stop::End));
            assert_eq!(answer.usage.is_ok(), streaming.settled <= count, "{}", streaming.api);
            assert!(start.elapsed() < Duration::from_secs(4), "{}", streaming.api);
        }
    }
}

#[tokio::test]
async fn a_slow_first_byte() {
    for (limit, is_late) in [(100, true), (60_000, false)] {
        let client = builder().first_byte_timeout(Duration::from_millis(limit)).build().unwrap();
        for streaming in APIS {
            let wait = Step::Wait(Duration::from_millis(300));
            let steps = [wait].into_iter().chain(chunked(streaming, &streaming.body()));
            let peer = Peer::saying(steps.collect()).await;
            match streaming.chat(&client, &peer.url).stream().await {
                Ok(stream) => {
                    let answer = stream.finish().await.unwrap();
                    assert_eq!((is_late, answer.text().as_str()), (false, WORDS));
                }
                Err(error) => assert_eq!((is_late, kind(&error)), (true, ErrorKind::Timeout)),
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_stream_of_the_api() {
    let page = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head></html>\n";
    for streaming in APIS {
        let with = |media: &str| {
            let length = page.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {media}\r\n");
            vec![write(format!("{head}content-length: {length}\r\n\r\n{page}"))]
        };
        let pages = vec![("page", with("text/html")), ("page", with("text/html; charset=utf-8"))];
        are_refused(streaming, pages, &[ErrorKind::Protocol]).await;
        // Where it is said to be a stream, the first bytes of a page may be the length of a message.
        let lies = vec![("page", with(streaming.kind))];
        let kinds = [ErrorKind::Protocol, ErrorKind::Disconnected, ErrorKind::TooLarge];
        are_refused(streaming, lies, &kinds).await;
        let nothing = vec![("nothing", chunked(streaming, b""))];
        are_refused(streaming, nothing, &kinds[..2]).await;
    }
}

#[tokio::test]
async fn heads_that_no_server_should_send() {
    for streaming in APIS {
        let body = streaming.body();
        let with = |fields: &str| {
            let kind = streaming.kind;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{fields}\r\n");
            vec![write(head), write(body.clone()), Step::Close]
        };
        let length = |length: usize| with(&format!("content-length: {length}\r\n"));
        let fine = vec![
            ("much", with(&format!("x-much: {}\r\n", "x".repeat(20_000)))),
            ("many", with(&"x-many: 1\r\n".repeat(80))),
            // It is never reached, but the answer is whole.
            ("a length that is too long", length(body.len() + 1_000_000)),
        ];
        are_whole(streaming, fine).await;
        let wrong = vec![
            ("endless", with(&format!("x-much: {}\r\n", "x".repeat(2 << 20)))),
            ("countless", with(&"x-many: 1\r\n".repeat(20_000))),
            ("two lengths", with("content-length: 1\r\ncontent-length: 2\r\n")),
            ("no length", with("content-length: many\r\n")),
            ("a bare line", with("no colon\r\n")),
            ("no HTTP", vec![write("ICY 200 OK\r\n\r\n")]),
        ];
        are_refused(streaming, wrong, &[ErrorKind::Disconnected]).await;
        // A length that is too short cuts the answer off within an event.
        let short = vec![("short", length(streaming.beginning().len() - 3))];
        are_refused(streaming, short, &[ErrorKind::Disconnected]).await;
    }
}
