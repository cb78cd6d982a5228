//! Columns for people: each as wide as its widest cell, the last as it is. On a terminal that is too narrow the widest
//! columns are cut, the first one last of all, because it is what a person copies.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::terminal::{HEADING, Look};

/// What stands between columns.
const GAP: usize = 2;
/// No column is cut below this width.
const NARROWEST: usize = 6;

/// A cell and how it is painted.
#[derive(Clone, Default)]
pub(crate) struct Cell {
    text: String,
    style: Option<anstyle::Style>,
}

impl Cell {
    /// A painted text.
    pub(crate) fn painted(text: impl Into<String>, style: anstyle::Style) -> Self {
        Self { text: text.into(), style: Some(style) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: None }
    }
}

/// Rows under a heading. Without rows, nothing.
pub(crate) fn table<const N: usize>(look: Look, heading: [&str; N], rows: &[[Cell; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| row[column].text.width());
        cells.chain([heading[column].width()]).max().unwrap_or(0)
    };
    let widths = fitted(std::array::from_fn(widest), look.width);
    let mut out = String::new();
    line(&mut out, look, heading.map(|text| Cell::painted(text, HEADING)).each_ref(), &widths);
    for row in rows {
        line(&mut out, look, row.each_ref(), &widths);
    }
    out
}

fn line<const N: usize>(out: &mut String, look: Look, cells: [&Cell; N], widths: &[usize; N]) {
    let last = cells.iter().rposition(|cell| !cell.text.is_empty());
    for (column, (cell, width)) in cells.into_iter().zip(widths).enumerate() {
        let text = cut(&cell.text, *width);
        out.push_str(&cell.style.map_or(text.clone(), |style| look.paint(style, &text)));
        if Some(column) == last {
            break;
        }
        out.push_str(&" ".repeat(width.saturating_sub(text.width()) + GAP));
    }
    out.push('\n');
}

/// Widths of columns that fit a line: the widest of those after the first are cut to one width, then the first.
fn fitted<const N: usize>(mut widths: [usize; N], line: Option<usize>) -> [usize; N] {
    let Some(line) = line else { return widths };
    let room = line.saturating_sub(GAP * (N - 1));
    while widths.iter().sum::<usize>() > room {
        let rest = (1..N).filter(|column| widths[*column] > NARROWEST);
        let widest = rest.max_by_key(|column| widths[*column]);
        let Some(column) = widest.or((widths[0] > NARROWEST).then_some(0)) else { break };
        widths[column] -= 1;
    }
    widths
}

/// A text of at most this width. What is cut ends with `…`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain<const N: usize>(rows: &[[&str; N]]) -> Vec<[Cell; N]> {
        rows.iter().map(|row| row.map(Cell::from)).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = plain(&[["a", "中文", ""], ["bbb", "c", "d"]]);
        let shown = table(Look::default(), ["x", "y", "z"], &rows);
        assert_eq!(shown, "x    y     z\na    中文\nbbb  c     d\n");
        assert_eq!(table::<1>(Look::default(), ["x"], &[]), "");
    }

    #[test]
    fn what_is_too_wide_is_cut_and_the_first_column_last() {
        let rows = plain(&[["provider/model", "a long name of it", "and 中文中文中文 advice"]]);
        let at =
            |width| table(Look { width: Some(width), color: false }, ["R", "NAME", "A"], &rows);
        for width in [30, 36, 44, 60, 80] {
            assert!(at(width).lines().all(|line| line.width() <= width), "{width}: {}", at(width));
            assert!(at(width).contains("provider/model"), "{}", at(width));
        }
        assert!(at(44).contains('…') && !at(80).contains('…'), "{}", at(44));
        assert!(at(8).contains("provi…"), "{}", at(8));
    }

    #[test]
    fn paint_takes_no_room() {
        let look = Look { width: Some(20), color: true };
        let rows = [[Cell::painted("ready", crate::terminal::GOOD), Cell::from("x")]];
        let shown = table(look, ["STATE", "Y"], &rows);
        assert!(shown.contains("\u{1b}[32mready\u{1b}[0m  x\n"), "{shown:?}");
    }
}
