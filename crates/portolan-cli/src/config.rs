//! `portolan config`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use portolan_codegen::load::Input;
use serde_json::json;

use crate::failure::Failure;
use crate::settings::{self, bytes, checked};
use crate::terminal::Look;
use crate::{Said, Voice};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Says everything that is wrong with a file.
    Check {
        /// The file; the user's own unless it is named, `-` is the standard input.
        file: Option<PathBuf>,
    },
    /// Prints the JSON Schema of the file, for editors.
    Schema,
}

pub(crate) fn run(command: &Command, voice: Voice) -> Result<Said, Failure> {
    let file = match command {
        Command::Check { file } => file,
        Command::Schema => {
            let text = portolan_codegen::emit::json::user_schema();
            let schema = serde_json::from_str(&text);
            let schema: serde_json::Value =
                schema.map_err(|error| Failure::new("schema", error.to_string()))?;
            return Ok(Said::new(schema, text));
        }
    };
    let path = file.clone().map_or_else(settings::path, Ok)?;
    let bytes = if path == Path::new("-") { input(&path)? } else { bytes(&path)? };
    let user = checked(&Input { path: path.display().to_string(), bytes })?;
    if !user.mistakes.is_empty() {
        let look = Look::of_errors(voice.color);
        let failure = settings::failure(&user, &path, look.color);
        return Err(Failure { help: None, ..failure });
    }
    let shown = path.display().to_string();
    let text = format!("`{shown}` has no mistakes\n");
    Ok(Said::new(json!({"file": shown, "mistakes": []}), text))
}

fn input(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(settings::MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Failure::file(path, error))?;
    Ok(bytes)
}
