//! What the terminal is like: how wide, and whether colours are wanted. What goes into a pipe or a file has neither.

use std::io::{IsTerminal as _, stderr, stdin, stdout};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

/// When to colour.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a text for people is laid out.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Look {
    /// The columns of the terminal; nothing where there is none and a line may be of any length.
    pub(crate) width: Option<usize>,
    /// Whether to colour.
    pub(crate) color: bool,
}

impl Look {
    /// The look of the standard output.
    pub(crate) fn of_output(color: Color) -> Self {
        let terminal = stdout().is_terminal();
        let size = terminal_size::terminal_size().filter(|_| terminal);
        let width = size.map(|(terminal_size::Width(columns), _)| usize::from(columns));
        // A terminal that is as wide as nothing does not know.
        Self { width: width.filter(|columns| *columns > 0), color: colored(color, terminal) }
    }

    /// The look of the standard error.
    pub(crate) fn of_errors(color: Color) -> Self {
        Self { width: None, color: colored(color, stderr().is_terminal()) }
    }

    /// A text in a style.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn colored(color: Color, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal
                && !set("NO_COLOR")
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Whether a person can be asked: there is a terminal to type into and one to show questions on.
pub(crate) fn asks() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const POOR: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// A text without what would move the cursor or change the terminal: line ends and tabs stay.
pub(crate) fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let is_harmful = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(is_harmful) {
        text.replace(is_harmful, "\u{fffd}").into()
    } else {
        text.into()
    }
}
