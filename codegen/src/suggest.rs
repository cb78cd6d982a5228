//! Nearest names, for "did you mean". Takes what was written and the names that exist, returns the
//! one that is probably meant. The same input gives the same answer.

/// The candidate nearest to `word`, `None` if none is near. Letter case counts little, and of
/// equally near candidates the first is taken.
///
/// ```
/// use portolan_codegen::suggest::nearest;
///
/// let keys = ["context", "max_output"];
/// assert_eq!(nearest("contxt", keys.into_iter()), Some("context"));
/// assert_eq!(nearest("maxOutput", keys.into_iter()), Some("max_output"));
/// assert_eq!(nearest("price", keys.into_iter()), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words are no slips of the pen, and comparing them would cost their lengths' product.
    const LONGEST: usize = 80;
    let exact: Vec<char> = word.chars().take(LONGEST + 1).collect();
    let folded = fold(&exact);
    let mut cutoff = (exact.len() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        let usable = exact.len() <= LONGEST && other.len() <= LONGEST;
        if !usable || exact.len().abs_diff(other.len()) > cutoff {
            continue;
        }
        let Some(loose) = distance(&folded, &fold(&other), cutoff) else { continue };
        let score = (loose, distance(&exact, &other, LONGEST));
        let nearer = best.is_none_or(|(least, _)| score < least);
        if nearer && loose < exact.len().max(other.len()) {
            best = Some((score, candidate));
            cutoff = loose;
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(word: &[char]) -> Vec<char> {
    word.iter().map(|c| if *c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour, if they are no more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(from != to)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
        // Every later row grows from one of these two.
        if before.iter().chain(&last).all(|cost| *cost > most) {
            return None;
        }
    }
    Some(last[b.len()]).filter(|cost| *cost <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
        nearest(word, candidates.iter().copied())
    }

    #[test]
    fn distance_counts_edits_and_swaps() {
        let count = |a: &str, b: &str| {
            let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
            let exact = distance(&a, &b, 9).unwrap();
            // A lower bound on what counts finds the same or nothing.
            assert!(
                (0..9).all(|most| distance(&a, &b, most) == Some(exact).filter(|n| *n <= most))
            );
            exact
        };
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("api-kye", "api-key"), 1);
        assert_eq!(count("模型", "模形"), 1);
        assert_eq!(count("same", "same"), 0);
    }

    #[test]
    fn slips_are_found() {
        assert_eq!(pick("cache_raed", &["cache_read", "cache_write"]), Some("cache_read"));
        assert_eq!(pick("default-model", &["default_model", "models"]), Some("default_model"));
        assert_eq!(pick("AUTH", &["api", "auth"]), Some("auth"));
        assert_eq!(pick("mimo-v9", &["mimo-v2.5", "mimo-v2"]), Some("mimo-v2"));
    }

    #[test]
    fn strangers_are_not_suggested() {
        assert_eq!(pick("zebra", &["input", "output"]), None);
        assert_eq!(pick("x", &["y", "z"]), None);
        assert_eq!(pick("", &["a"]), None);
        assert_eq!(pick("input", &[]), None);
    }

    #[test]
    fn ties_go_to_the_same_case_and_then_to_the_first() {
        assert_eq!(pick("Pro", &["pro", "Pro", "PRO"]), Some("Pro"));
        assert_eq!(pick("abce", &["abcf", "abcg"]), Some("abcf"));
    }

    #[test]
    fn very_long_words_are_passed_over() {
        let long = "a".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str(), "a"].into_iter()), None);
        assert_eq!(nearest("aa", [long.as_str()].into_iter()), None);
    }
}
