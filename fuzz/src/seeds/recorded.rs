//! The answers that the tests of the decoders hold, as inputs. Takes the folder of those tests; returns a stream for each
//! api that a test or table names, made of the frames in its texts, and the frames alone as whole answers.

use std::fs;
use std::io;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Lit;

/// An api by the name of its file of tests, by its word in Rust and by its id.
const APIS: [(&str, &str, &str); 6] = [
    ("openai_completions", "OpenaiCompletions", "openai-completions"),
    ("openai_responses", "OpenaiResponses", "openai-responses"),
    ("anthropic_messages", "AnthropicMessages", "anthropic-messages"),
    ("google_generative_ai", "GoogleGenerativeAi", "google-generative-ai"),
    ("bedrock_converse", "BedrockConverse", "bedrock-converse"),
    ("ollama", "Ollama", "ollama"),
];

/// Reads the answers.
pub(super) fn answers(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut answers = Vec::new();
    for file in files {
        let path = file.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let file = syn::parse_file(&text).map_err(io::Error::other)?;
        let api = APIS.iter().find(|(file, ..)| *file == name).map(|(.., api)| *api);
        for (number, item) in file.items.iter().enumerate() {
            let mut streams = vec![Stream { api, frames: Vec::new() }];
            collect(item.to_token_stream(), &mut streams);
            for (of, stream) in streams.iter().enumerate() {
                answers.extend(stream.inputs(&format!("{name}-{number}-{of}")));
            }
        }
    }
    Ok(answers)
}

/// The frames of one api, each with the text before it, which may be its name.
struct Stream {
    api: Option<&'static str>,
    frames: Vec<(String, String)>,
}

fn collect(tokens: TokenStream, streams: &mut Vec<Stream>) {
    let mut before = String::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), streams),
            TokenTree::Ident(word) => {
                let api = APIS.iter().find(|(_, name, _)| word == *name);
                streams.extend(api.map(|(.., api)| Stream { api: Some(api), frames: Vec::new() }));
            }
            TokenTree::Literal(literal) => {
                let Lit::Str(text) = Lit::new(literal) else { continue };
                // In a format, braces are written twice.
                let text = text.value().replace("{{", "{").replace("}}", "}");
                if text.starts_with('{') && text.contains('"') {
                    let frame = (std::mem::take(&mut before), text);
                    streams.last_mut().expect("one at least").frames.push(frame);
                } else {
                    before = text;
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

impl Stream {
    /// The stream, and each of its frames alone.
    fn inputs(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let Some(api) = self.api.filter(|_| !self.frames.is_empty()) else { return Vec::new() };
        let lines: String =
            self.frames.iter().map(|(before, frame)| line(api, before, frame)).collect();
        let mut inputs = vec![(name.to_owned(), format!("{api}\n{lines}").into_bytes())];
        for (number, (_, frame)) in self.frames.iter().enumerate() {
            inputs.push((format!("{name}-{number}"), format!("{api}\n{frame}").into_bytes()));
        }
        inputs
    }
}

fn line(api: &str, before: &str, frame: &str) -> String {
    match api {
        "ollama" => format!("{frame}\n"),
        "bedrock-converse" => format!("{before} {frame}\n"),
        _ => format!("data: {frame}\n\n"),
    }
}
