//! What libFuzzer says about a run: takes its log, returns how much was tried and how far it came.

use std::fmt;

/// How much was tried and how far it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Statistics {
    runs: u64,
    /// The edges of the code that the seeds and earlier finds reach.
    before: u64,
    /// Those that are reached at the end.
    after: u64,
    /// The inputs that are kept, each for something that only it reaches.
    corpus: u64,
}

impl Statistics {
    /// Reads a log.
    pub(super) fn read(log: &str) -> Self {
        let mut read = Self::default();
        for line in log.lines() {
            if let Some(runs) = line.strip_prefix("stat::number_of_executed_units:") {
                read.runs = runs.trim().parse().unwrap_or_default();
            }
            let Some(coverage) = number(line, "cov: ") else { continue };
            if line.contains("INITED") {
                read.before = coverage;
            }
            read.after = coverage;
            read.corpus = number(line, "corp: ").unwrap_or(read.corpus);
        }
        read
    }

    /// Adds a later run, which begins where this one ended.
    pub(super) fn add(&mut self, later: &Self) {
        let before = if self.runs == 0 { later.before } else { self.before };
        let runs = self.runs + later.runs;
        let after = self.after.max(later.after);
        *self = Self { runs, before, after, corpus: later.corpus };
    }
}

/// The number behind a word of a line.
fn number(line: &str, word: &str) -> Option<u64> {
    let (_, rest) = line.split_once(word)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, before, after, corpus } = self;
        write!(f, "{runs} runs, {before} edges before and {after} after, {corpus} inputs kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: seed corpus: files: 2\n\
        #3\tINITED cov: 70 ft: 90 corp: 2/9b exec/s: 0 rss: 27Mb\n\
        #425\tNEW    cov: 81 ft: 99 corp: 3/19b lim: 8 exec/s: 0 rss: 27Mb\n\
        #900\tDONE   cov: 82 ft: 99 corp: 4/29b lim: 8 exec/s: 0 rss: 27Mb\n\
        stat::number_of_executed_units: 900\n";

    #[test]
    fn a_log_says_how_much_was_tried_and_how_far_it_came() {
        let mut read = Statistics::read(LOG);
        assert_eq!(read, Statistics { runs: 900, before: 70, after: 82, corpus: 4 });
        read.add(&Statistics { runs: 100, before: 82, after: 90, corpus: 6 });
        assert_eq!(read.to_string(), "1000 runs, 70 edges before and 90 after, 6 inputs kept");
    }
}
