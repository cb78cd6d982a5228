//! A client that only takes the bytes: what no client can do without.

use stream_harness::Saw;

fn main() {
    stream_harness::run(
        |url| (reqwest::Client::new(), url),
        async |(http, url), _| {
            let request = http.post(format!("{url}/chat/completions")).body("{}");
            let mut response = request.send().await.unwrap();
            let mut bytes = 0;
            while let Some(chunk) = response.chunk().await.unwrap() {
                bytes += chunk.len();
            }
            Saw::Bytes(bytes)
        },
    );
}
