//! The table: a row per measurement, a column per size, the aims last.

use std::collections::BTreeMap;

/// What was measured of one catalog, by the key of the row.
#[derive(Debug, Default)]
pub(super) struct Column {
    /// The size, as the options name it.
    pub(super) label: String,
    /// What was measured.
    pub(super) values: BTreeMap<String, f64>,
}

impl Column {
    pub(super) fn set(&mut self, key: impl Into<String>, value: f64) {
        self.values.insert(key.into(), value);
    }
}

/// A row.
pub(super) struct Row {
    /// The key of its values.
    pub(super) key: &'static str,
    /// What it says, with the unit.
    pub(super) label: &'static str,
    /// What it should be.
    pub(super) aim: Option<Aim>,
}

/// What a measurement should be.
#[derive(Clone, Copy)]
pub(super) struct Aim {
    /// The bound.
    pub(super) bound: f64,
    /// Whether the bound itself meets it.
    pub(super) inclusive: bool,
    /// The only size that it is for.
    pub(super) at: Option<&'static str>,
}

impl Aim {
    /// Below this everywhere.
    pub(super) const fn below(bound: f64) -> Self {
        Self { bound, inclusive: false, at: None }
    }

    /// At most this everywhere.
    pub(super) const fn at_most(bound: f64) -> Self {
        Self { bound, inclusive: true, at: None }
    }

    /// The same for one size alone.
    pub(super) const fn of(self, size: &'static str) -> Self {
        Self { at: Some(size), ..self }
    }

    fn holds(self, value: f64) -> bool {
        if self.inclusive { value <= self.bound } else { value < self.bound }
    }

    /// The aim and whether the row meets it.
    fn verdict(self, key: &str, columns: &[Column]) -> String {
        let sign = if self.inclusive { "<=" } else { "<" };
        let size = self.at.map_or_else(String::new, |size| format!(" at {size}"));
        let held = columns.iter().filter(|column| self.at.is_none_or(|size| column.label == size));
        let values: Vec<_> = held.filter_map(|column| column.values.get(key)).collect();
        let verdict = match values.as_slice() {
            [] => "not measured",
            values if values.iter().all(|value| self.holds(**value)) => "met",
            _ => "MISSED",
        };
        format!("{sign} {}{size}: {verdict}", self.bound)
    }
}

/// The table in Markdown, its columns aligned. A row that no column has a value for is left out.
pub(super) fn table(rows: &[Row], columns: &[Column]) -> String {
    let head = [String::new()].into_iter();
    let head = head.chain(columns.iter().map(|column| column.label.clone()));
    let mut lines: Vec<Vec<String>> = vec![head.chain(["aim".to_owned()]).collect()];
    let measured = |row: &&Row| columns.iter().any(|column| column.values.contains_key(row.key));
    for row in rows.iter().filter(measured) {
        let values = columns.iter().map(|column| column.values.get(row.key));
        let cells = values.map(|value| value.map_or_else(|| "-".to_owned(), |value| text(*value)));
        let aim = row.aim.map_or_else(String::new, |aim| aim.verdict(row.key, columns));
        lines.push([row.label.to_owned()].into_iter().chain(cells).chain([aim]).collect());
    }
    markdown(&lines)
}

/// Lines in Markdown, columns aligned: numbers between the first and the last.
pub(super) fn markdown(lines: &[Vec<String>]) -> String {
    let count = lines.first().map_or(0, Vec::len);
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..count).map(width).collect();
    let is_number = |column: usize| column > 0 && column + 1 < count;
    let cell = |column: usize, text: &str| {
        let width = widths[column];
        if is_number(column) { format!("{text:>width$}") } else { format!("{text:<width$}") }
    };
    let rule = |column: usize| {
        let dashes = "-".repeat(widths[column].max(2) - 1);
        if is_number(column) { format!("{dashes}:") } else { format!("{dashes}-") }
    };
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = String::new();
    for (number, texts) in lines.iter().enumerate() {
        out.push_str(&line(texts.iter().enumerate().map(|(at, text)| cell(at, text)).collect()));
        if number == 0 {
            out.push_str(&line((0..count).map(rule).collect()));
        }
    }
    out
}

/// A number with three digits that count, thousands set apart.
pub(super) fn text(value: f64) -> String {
    let size = value.abs();
    if size >= 999.5 {
        return thousands(&format!("{value:.0}"));
    }
    let decimals = match size {
        s if s == 0.0 || s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.9995 => 2,
        s if s >= 0.09995 => 3,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

fn thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(label: &str, values: &[(&str, f64)]) -> Column {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        Column { label: label.to_owned(), values }
    }

    #[test]
    fn three_digits_count() {
        let shown = [0.0, 0.0834, 0.5, 5.123, 51.23, 512.3, 999.7, 5123.4, 1_234_567.0, -0.25];
        let texts = [
            "0",
            "0.0834",
            "0.500",
            "5.12",
            "51.2",
            "512",
            "1,000",
            "5,123",
            "1,234,567",
            "-0.250",
        ];
        assert_eq!(shown.map(text), texts);
    }

    #[test]
    fn the_table_is_aligned_and_says_whether_aims_are_met() {
        let rows = [
            Row { key: "a", label: "lookup (ns)", aim: Some(Aim::below(15.0).of("5000")) },
            Row { key: "b", label: "start", aim: Some(Aim::at_most(0.0)) },
            Row { key: "c", label: "size (kB)", aim: None },
            Row { key: "never", label: "left out", aim: None },
        ];
        let columns = [
            column("real", &[("a", 99.0), ("b", 0.0)]),
            column("5000", &[("a", 14.0), ("b", 8.0), ("c", 12_000.0)]),
        ];
        let expected = "\
|             | real |   5000 | aim               |
| ----------- | ---: | -----: | ----------------- |
| lookup (ns) | 99.0 |   14.0 | < 15 at 5000: met |
| start       |    0 |   8.00 | <= 0: MISSED      |
| size (kB)   |    - | 12,000 |                   |
";
        assert_eq!(table(&rows, &columns), expected);
    }

    #[test]
    fn an_aim_for_a_size_that_is_not_there_is_not_met() {
        let aim = Aim::below(1.0).of("50000");
        assert_eq!(
            aim.verdict("a", &[column("real", &[("a", 0.5)])]),
            "< 1 at 50000: not measured"
        );
    }
}
