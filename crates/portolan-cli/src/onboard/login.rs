//! `portolan onboard` for a choice that logs in: shows the page and the code, waits for the person, stores the tokens.
//! What the person needs goes to the standard error at once, also where there is no terminal: a line of text, or with
//! `--json` one object. The standard output has the result alone.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};

use portolan::types::{AuthChoice, Provider};
use portolan::{LoggedIn, Login};
use serde_json::json;

use super::ask::Asked;
use super::{offer, region, stored_as_json};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::{Said, Voice, complain};

/// How often the time that is left is shown anew.
const TICK: Duration = Duration::from_secs(1);

/// Whether a choice logs in, in a way that the catalog describes.
pub(super) fn runs(choice: &AuthChoice) -> bool {
    choice.oauth.is_some()
}

/// Logs in and stores what comes of it.
pub(super) fn run(
    settings: &Settings,
    asked: &Asked,
    (provider, choice): (&'static Provider, &'static AuthChoice),
    said: Option<&str>,
    voice: Voice,
) -> Result<Said, Failure> {
    let region = region(provider, choice, said, asked)?;
    // What could not be kept is not begun.
    let keep = settings.keep()?;
    let client = settings.client()?.build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new("machine", error.to_string()))?;
    let done = runtime.block_on(async {
        let login = async {
            let login = client.login(choice.id, region).await?;
            complain(&invitation(&login, voice.json));
            finish(login, voice).await
        };
        tokio::select! {
            done = login => done.map_err(Failure::from),
            _ = tokio::signal::ctrl_c() => Err(Failure::interrupted("nothing was stored")),
        }
    })?;
    let LoggedIn { stored, notice, .. } = done;
    keep.store(stored)?;
    let status = settings.environment()?.status(provider, region);
    let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
    let kept = keep.words();
    let mut text = format!("the login of `{}`{place} is in {kept}\n", provider.id);
    if let Some(notice) = &notice {
        text.extend([provider.name, " says: ", notice, "\n"]);
    }
    if status.missing.is_empty() {
        text += &first(provider);
        text += &offer(settings, asked, provider)?;
    } else {
        text.extend(["still missing: ", &status.missing.join(", "), "\n"]);
    }
    let mut json = stored_as_json(provider, choice, region, &keep, &status);
    json["notice"] = json!(notice);
    Ok(Said::new(json, text))
}

/// What a person has to do.
fn invitation(login: &Login, json: bool) -> String {
    if json {
        let login = json!({
            "url": login.url(),
            "code": login.code(),
            "expires_in": login.expires_in().as_secs(),
        });
        return json!({ "login": login }).to_string();
    }
    let url = login.url();
    match login.code() {
        Some(code) => format!("open {url}\nand type or compare the code: {code}"),
        None => format!("open {url}\nin a browser of this machine"),
    }
}

/// Waits for the person, and on a terminal shows how long yet. Nothing about the terminal is changed, so whatever ends the
/// command leaves it whole.
async fn finish(login: Login, voice: Voice) -> portolan::Result<LoggedIn> {
    let ends = Instant::now() + login.expires_in();
    let line = Line(!voice.json && stderr().is_terminal());
    let mut done = pin!(login.finish());
    loop {
        let left = ends.saturating_duration_since(Instant::now()).as_secs();
        line.show(&format!("waiting, {}:{:02} left", left / 60, left % 60));
        if let Ok(done) = tokio::time::timeout(TICK, &mut done).await {
            return done;
        }
    }
}

/// A line on the terminal, if there is one, which is cleared when the wait ends, however it does.
struct Line(bool);

impl Line {
    fn show(&self, text: &str) {
        if self.0 {
            // There is nobody to tell if that fails.
            let _ = write!(stderr().lock(), "\r\x1b[K{text}");
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.show("");
    }
}

/// What counts before a login: a key in the environment of this process.
fn first(provider: &Provider) -> String {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match provider.auth.env.iter().find(|set| set.iter().all(is_set)) {
        Some(set) => {
            format!("note: `{}` of this environment counts before it\n", set.join("` and `"))
        }
        None => String::new(),
    }
}
