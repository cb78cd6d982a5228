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
    let cutoff = (exact.len() / 3).max(1);
    let near = |candidate: &'a str| {
        let other: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        let usable = exact.len() <= LONGEST && other.len() <= LONGEST;
        if !usable || exact.len().abs_diff(other.len()) > cutoff {
            return None;
        }
        let loose = distance(&folded, &fold(&other));
        (loose <= cutoff && loose < exact.len().max(other.len()))
            .then(|| ((loose, distance(&exact, &other)), candidate))
    };
    candidates.filter_map(near).min_by_key(|(score, _)| *score).map(|(_, candidate)| candidate)
}

fn fold(word: &[char]) -> Vec<char> {
    word.iter().map(|c| if *c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
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
    }
    last[b.len()]
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
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
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
