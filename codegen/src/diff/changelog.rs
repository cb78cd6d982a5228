//! The marked section of a changelog that holds the unreleased changes of data. Everything around it is somebody's own
//! text and stays as it is.

use std::fmt;
use std::ops::Range;

/// The line above the section.
const START: &str = "<!-- changes of data: written by `cargo xtask diff --changelog` -->";
/// The line below it.
const END: &str = "<!-- end of the changes of data -->";

const UNRELEASED: &str = "## Unreleased";
const DATA: &str = "### Data";

/// Why a section has no place in a changelog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangelogError {
    /// There is no heading for what is not released.
    NoHeading,
    /// The marks are not one of each, in order.
    Marks,
}

impl fmt::Display for ChangelogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeading => {
                write!(f, "no heading `{UNRELEASED}`; add one above the released versions")
            }
            Self::Marks => write!(
                f,
                "the marks under `{UNRELEASED}` are no pair; write one `{START}` and below it one \
                 `{END}`, or neither"
            ),
        }
    }
}

impl std::error::Error for ChangelogError {}

/// A changelog with this section instead of the one that it had, or at the end of the unreleased part on data. Without
/// text, without a section.
///
/// # Errors
/// If the changelog has no unreleased part, or the marks in it are no pair.
pub fn in_changelog(changelog: &str, section: &str) -> Result<String, ChangelogError> {
    let lines: Vec<_> = changelog.split_inclusive('\n').collect();
    let place = place(&lines)?;
    if section.is_empty() && place.lines.is_empty() {
        return Ok(changelog.to_owned());
    }
    let (before, after) = (lines[..place.lines.start].concat(), lines[place.lines.end..].concat());
    let (before, after) = (before.trim_end(), after.trim_start_matches(['\r', '\n']));
    let mut own = String::new();
    if !section.is_empty() {
        if !place.has_heading {
            own.extend(["\n", DATA, "\n"]);
        }
        own.extend(["\n", START, "\n\n", section.trim_end(), "\n\n", END, "\n"]);
    }
    if !after.is_empty() {
        own.push('\n');
    }
    let own = "\n".to_owned() + &own;
    // What stands around the section may mix line ends; its own follow the file's.
    let own = if changelog.contains("\r\n") { own.replace('\n', "\r\n") } else { own };
    Ok([before, &own, after].concat())
}

/// Where the section is or goes.
struct Place {
    lines: Range<usize>,
    /// Whether it is below a heading for data.
    has_heading: bool,
}

fn place(lines: &[&str]) -> Result<Place, ChangelogError> {
    let headings = headings(lines);
    let all = 0..lines.len();
    let top = all.into_iter().find(|at| headings[*at] && lines[*at].trim_end() == UNRELEASED);
    let top = top.ok_or(ChangelogError::NoHeading)?;
    let next = |from: usize, mark: &str| {
        (from..lines.len()).find(|at| headings[*at] && lines[*at].starts_with(mark))
    };
    let bottom = next(top + 1, "## ").unwrap_or(lines.len());
    let marks =
        |mark: &str| (top..bottom).filter(|at| lines[*at].trim_end() == mark).collect::<Vec<_>>();
    match (marks(START).as_slice(), marks(END).as_slice()) {
        ([start], [end]) if start < end => Ok(Place { lines: *start..end + 1, has_heading: true }),
        ([], []) => {
            let data = (top..bottom).find(|at| headings[*at] && lines[*at].trim_end() == DATA);
            let end = data.and_then(|data| next(data + 1, "### "));
            let end = end.map_or(bottom, |end| end.min(bottom));
            Ok(Place { lines: end..end, has_heading: data.is_some() })
        }
        _ => Err(ChangelogError::Marks),
    }
}

/// Which lines are headings, those in fenced code apart.
fn headings(lines: &[&str]) -> Vec<bool> {
    let mut fenced = false;
    let of = |line: &&str| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && line.starts_with('#')
    };
    lines.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "\
# Changelog

## Unreleased

### Code

- One.

### Data

- Two.

## 0.1.0

### Data

- Three.
";

    #[test]
    fn the_section_goes_to_the_end_of_the_unreleased_data() {
        let out = in_changelog(WRITTEN, "- New.\n").unwrap();
        let expected =
            WRITTEN.replace("- Two.\n", &format!("- Two.\n\n{START}\n\n- New.\n\n{END}\n"));
        assert_eq!(out, expected);
    }

    #[test]
    fn a_section_is_replaced_and_goes_without_a_trace() {
        let first = in_changelog(WRITTEN, "- New.\n").unwrap();
        assert_eq!(in_changelog(&first, "- New.\n").unwrap(), first);
        let second = in_changelog(&first, "- Newer.\n- Newest.\n").unwrap();
        assert_eq!(second, in_changelog(WRITTEN, "- Newer.\n- Newest.\n").unwrap());
        assert_eq!(in_changelog(&second, "").unwrap(), WRITTEN);
        assert_eq!(in_changelog(WRITTEN, "").unwrap(), WRITTEN);
    }

    #[test]
    fn a_released_section_stays() {
        let released = in_changelog(WRITTEN, "- Old.\n").unwrap().replace(UNRELEASED, "## 0.2.0");
        let text = released.replacen("# Changelog\n", "# Changelog\n\n## Unreleased\n", 1);
        let out = in_changelog(&text, "- New.\n").unwrap();
        assert!(out.contains("- Old.\n") && out.contains("- New.\n"));
        assert!(out.find("- New.") < out.find("## 0.2.0"));
        assert_eq!(in_changelog(&out, "").unwrap().matches("### Data").count(), 3);
    }

    #[test]
    fn line_ends_are_those_of_the_file() {
        let text = WRITTEN.replace('\n', "\r\n");
        let out = in_changelog(&text, "- New.\n").unwrap();
        assert_eq!(out.replace("\r\n", "\n"), in_changelog(WRITTEN, "- New.\n").unwrap());
        assert_eq!(out.matches('\n').count(), out.matches("\r\n").count());
        assert_eq!(in_changelog(&out, "- New.\n").unwrap(), out);
    }

    #[test]
    fn headings_in_code_are_none() {
        let text = "# Changelog\n\n```md\n## Unreleased\n```\n";
        assert_eq!(in_changelog(text, "- New.\n"), Err(ChangelogError::NoHeading));
    }

    #[test]
    fn marks_must_be_a_pair() {
        let twice = format!("## Unreleased\n{START}\n{START}\n{END}\n");
        let alone = format!("## Unreleased\n{END}\n");
        let crossed = format!("## Unreleased\n{END}\n{START}\n");
        for text in [twice, alone, crossed] {
            assert_eq!(in_changelog(&text, "- New.\n"), Err(ChangelogError::Marks));
        }
    }
}
