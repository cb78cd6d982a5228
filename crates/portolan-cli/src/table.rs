//! Columns for people: each as wide as its widest cell, the last as it is.

use unicode_width::UnicodeWidthStr as _;

/// Rows under a heading. Without rows, nothing.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([heading[column].width()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut out = String::new();
    for row in
        std::iter::once(heading).chain(rows.iter().map(|row| row.each_ref().map(String::as_str)))
    {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["a".to_owned(), "中文".to_owned(), String::new()],
            ["bbb".to_owned(), "c".to_owned(), "d".to_owned()],
        ];
        assert_eq!(table(["x", "y", "z"], &rows), "x    y     z\na    中文\nbbb  c     d\n");
        assert_eq!(table(["x"], &[]), "");
    }
}
