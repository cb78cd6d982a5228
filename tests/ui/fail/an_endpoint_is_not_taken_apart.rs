//! An endpoint cannot be made up out of a URL's parts.
use portolan_catalog::types::{Api, Endpoint, Header};

fn main() {
    let _ = Endpoint { api: Api::Ollama, url: "http://127.0.0.1", header: Header::None };
}
