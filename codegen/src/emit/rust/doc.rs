//! Doc comments. Takes a summary and points, in which texts of manifests are [`inert`](crate::emit::markdown::inert);
//! returns comment lines.

/// A doc comment while its lines are written: a summary, then points.
pub(super) struct Doc {
    out: String,
    has_points: bool,
}

impl Doc {
    /// A comment with this first line. The markup in it is the caller's; texts of manifests are made inert.
    pub(super) fn new(summary: &str) -> Self {
        Self { out: format!("/// {summary}\n"), has_points: false }
    }

    /// One more point of the list below the summary.
    pub(super) fn point(&mut self, text: &str) {
        if !std::mem::replace(&mut self.has_points, true) {
            self.out.push_str("///\n");
        }
        self.out.extend(["/// - ", text, "\n"]);
    }

    pub(super) fn text(self) -> String {
        self.out
    }
}
