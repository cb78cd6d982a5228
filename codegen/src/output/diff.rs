//! Changes as text for people.

use std::time::Duration;

use similar::TextDiff;

use super::{Change, ChangeKind};

/// More lines of one file than these are only counted.
const MOST_LINES: usize = 40;
/// A longer search for the smallest diff gives a larger one.
const SEARCH: Duration = Duration::from_millis(500);

/// The change of a file as a unified diff.
pub(super) fn of(change: &Change) -> String {
    let old = String::from_utf8_lossy(&change.old);
    let name = |there: bool| if there { change.path.as_str() } else { "/dev/null" };
    let header = (name(change.kind != ChangeKind::Added), name(change.kind != ChangeKind::Removed));
    let diff = TextDiff::configure().timeout(SEARCH).diff_lines(old.as_ref(), &change.new);
    let text = diff.unified_diff().context_radius(2).header(header.0, header.1).to_string();
    shortened(&text)
}

fn shortened(text: &str) -> String {
    let lines = text.lines().count();
    // The two lines of the header do not count.
    let shown = MOST_LINES + 2;
    let mut short: String = text.split_inclusive('\n').take(shown).collect();
    if lines > shown {
        short.extend(["... and ", &(lines - shown).to_string(), " more lines\n"]);
    }
    short
}
