//! `portolan onboard` and `chat` on a terminal: a pseudo-terminal that a test types into.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use serde_json::json;

use crate::login::{Vendor, gives_a_token, lets_wait};
use crate::peer::{Peer, STREAM};
use crate::{Home, PRO, with};

/// A terminal with the command in it.
struct Terminal {
    child: Child,
    keyboard: File,
    /// The bytes so far: a character may come in two parts.
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn new(home: &Home, columns: u16, arguments: &[&str]) -> Self {
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).unwrap();
        let mut command = home.command(arguments, &[("TERM", "xterm-256color")]);
        command.stdin(pty.slave.try_clone().unwrap());
        command.stdout(pty.slave.try_clone().unwrap()).stderr(pty.slave);
        let child = command.spawn().unwrap();
        // The command holds the other side, which must close when the process ends.
        drop(command);
        let keyboard = File::from(pty.master);
        let mut output = keyboard.try_clone().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let shown = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                shown.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { child, keyboard, screen }
    }

    /// Waits for a text to be on the screen.
    fn sees(&self, text: &str) {
        let since = Instant::now();
        while !self.screen().contains(text) {
            assert!(since.elapsed() < Duration::from_secs(30), "no `{text}` in {}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// The exit code and everything that was ever on the screen.
    fn ends(mut self) -> (Option<i32>, String) {
        let since = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if since.elapsed() > Duration::from_secs(60) {
                self.child.kill().unwrap();
                panic!("it waits: {}", self.screen());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        std::thread::sleep(Duration::from_millis(100));
        (status.code(), self.screen())
    }
}

#[test]
fn a_person_finds_a_choice_is_advised_about_the_key_and_takes_the_default_model() {
    let home = Home::new();
    let mut terminal = Terminal::new(&home, 100, &["onboard"]);
    terminal.sees("Whose models?");
    terminal.types("xiaomi");
    terminal.sees("Xiaomi (Pay-as-you-go / Token Plan)");
    terminal.types("\r");
    terminal.sees("Which credential?");
    terminal.types("\u{1b}[B\u{1b}[B\r");
    terminal.sees("it is not shown");
    terminal.types("sk-planted\r");
    terminal.sees("is for `xiaomi`: use `xiaomi-api-key`");
    terminal.types("\u{15}");
    terminal.types(&"\u{7f}".repeat(12));
    terminal.types("tp-planted\r");
    terminal.sees("the default model?");
    terminal.types("y\r");
    terminal.sees("is the default model");
    let (code, screen) = terminal.ends();
    assert_eq!(code, Some(0));
    assert!(!screen.contains("planted"), "{screen}");
    let status = home.json(&["status"]);
    let status = with(&status, "provider", "xiaomi-token-plan");
    assert_eq!((&status["state"], &status["region"]), (&json!("ready"), &json!("sgp")));
    assert_eq!(home.read("config.yaml"), "default_model: xiaomi-token-plan/mimo-v2.5-pro\n");
}

#[test]
fn who_stops_has_stored_nothing_and_a_whole_terminal() {
    for stop in ["\u{3}", "\u{1b}"] {
        let home = Home::new();
        let mut terminal =
            Terminal::new(&home, 100, &["onboard", "--auth-choice", "xiaomi-api-key"]);
        terminal.sees("it is not shown");
        terminal.types("sk-pl");
        terminal.types(stop);
        terminal.sees("error[interrupted]");
        let (code, screen) = terminal.ends();
        assert_eq!(code, Some(1));
        // The cursor is there again and a paste is no longer marked.
        assert!(screen.rfind("\u{1b}[?25h") > screen.rfind("\u{1b}[?25l"), "{screen:?}");
        assert!(screen.contains("\u{1b}[?2004l"), "{screen:?}");
        assert!(!home.path("auth.json").exists());
    }
}

#[test]
fn a_login_is_found_waited_for_and_given_up() {
    let home = Vendor::new(gives_a_token).home();
    let mut terminal = Terminal::new(&home, 100, &["onboard"]);
    terminal.sees("Whose models?");
    terminal.types("acme-login\r");
    terminal.sees("the code: AB-CD");
    terminal.sees("waiting, 9:5");
    let (code, screen) = terminal.ends();
    assert!(code == Some(0) && screen.contains("the login of `acme` is in"), "{screen}");
    assert!(!screen.contains("planted"), "{screen}");

    let home = Vendor::new(lets_wait).home();
    let terminal = Terminal::new(&home, 100, &["onboard", "--auth-choice", "acme-login"]);
    terminal.sees("waiting, 9:5");
    let pid = terminal.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    terminal.sees("nothing was stored");
    let (code, screen) = terminal.ends();
    // The line of the wait is cleared before the error.
    assert!(code == Some(1) && screen.contains("left\r\u{1b}[K\u{1b}[1m"), "{screen:?}");
    assert!(!home.path("auth.json").exists());
}

#[test]
fn nobody_is_asked_where_everything_is_said_or_nobody_wants_it() {
    let home = Home::new();
    let (code, screen) = Terminal::new(&home, 100, &["onboard", "--xiaomi-api-key", "sk-1"]).ends();
    assert!(code == Some(0) && screen.contains("try it: portolan chat"), "{screen}");
    let (code, screen) = Terminal::new(&home, 100, &["onboard", "--non-interactive"]).ends();
    assert!(code == Some(2) && screen.contains("no auth choice is named"), "{screen}");
}

/// An answer that would set the title of the terminal.
const EVIL: &str = concat!(
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\\u001b]0;title\\u0007b\\n\"}}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n",
);

#[test]
fn a_table_fits_the_terminal_and_an_answer_does_nothing_to_it() {
    let home = Home::new();
    home.write(".env", "XIAOMI_API_KEY=sk-1\n");
    let (_, screen) = Terminal::new(&home, 60, &["status"]).ends();
    for line in screen.lines() {
        let plain = line.replace(['\r'], "");
        let mut width = 0;
        let mut escaped = false;
        for c in plain.chars() {
            match c {
                '\u{1b}' => escaped = true,
                'm' if escaped => escaped = false,
                _ if escaped => {}
                _ => width += 1,
            }
        }
        assert!(width <= 60, "{line:?}");
    }
    assert!(screen.contains('…') && screen.contains("\u{1b}[32mready"), "{screen}");

    let peer = Peer::new(&[EVIL, STREAM]);
    let chat = ["chat", "-m", PRO, "--endpoint", &peer.url, "x"];
    let (code, screen) = Terminal::new(&home, 60, &chat).ends();
    assert!(
        code == Some(0) && !screen.contains("\u{1b}]0") && screen.contains("title"),
        "{screen:?}"
    );
    let (_, screen) = Terminal::new(&home, 60, &chat).ends();
    assert!(screen.contains("One two") && screen.contains("USD"), "{screen:?}");
}
