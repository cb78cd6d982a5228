//! The Markdown that a page is made of: anchors, headings, tables, lists. Takes cells and lines that are Markdown already.

/// A page while its parts are written.
#[derive(Default)]
pub(super) struct Page {
    out: String,
}

impl Page {
    /// A page whose first line says where it is from.
    pub(super) fn new(head: &str) -> Self {
        Self { out: format!("<!-- {head} -->\n") }
    }

    /// A heading of a level, its text Markdown already.
    pub(super) fn title(&mut self, level: usize, text: &str) {
        self.out.extend(["\n", &"#".repeat(level), " ", text, "\n"]);
    }

    /// A part under its name, nothing if it is empty.
    pub(super) fn part(&mut self, name: &str, body: &str) {
        if !body.is_empty() {
            let name = name.replace('.', "-");
            let lines = [
                "\n<!-- ANCHOR: ",
                &name,
                " -->\n\n",
                body,
                "\n<!-- ANCHOR_END: ",
                &name,
                " -->\n",
            ];
            self.out.extend(lines);
        }
    }

    /// A part under its name with a heading that does not belong to it.
    pub(super) fn section(&mut self, level: usize, title: &str, name: &str, body: &str) {
        if !body.is_empty() {
            self.title(level, title);
            self.part(name, body);
        }
    }

    pub(super) fn text(self) -> String {
        self.out
    }
}

/// A table. Every row has a cell for each column.
pub(super) struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these columns.
    pub(super) fn new<T: Into<String>>(columns: impl IntoIterator<Item = T>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// One more row.
    pub(super) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// One more row, if there is something to say.
    pub(super) fn fact(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.row([name.to_owned(), value]);
        }
    }

    /// The table, nothing without rows.
    pub(super) fn text(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let rule: Vec<_> = self.columns.iter().map(|_| "---".to_owned()).collect();
        [&self.columns, &rule].into_iter().chain(&self.rows).map(|cells| line(cells)).collect()
    }
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A list, nothing without items.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let lines = items.into_iter().flat_map(|item| ["- ".to_owned(), item, "\n".to_owned()]);
    lines.collect()
}

/// Blocks below one another, with a blank line between those that hold something.
pub(super) fn blocks(blocks: impl IntoIterator<Item = String>) -> String {
    let blocks: Vec<_> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    blocks.join("\n")
}

/// A sentence as a block, nothing if it is empty.
pub(super) fn paragraph(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}
