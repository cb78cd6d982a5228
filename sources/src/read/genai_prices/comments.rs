//! Comments of the source become notes.
//!
//! A comment says where a number is from, how the source had to bend it to its form, and now and then something that a
//! reader has to know. Only the last is a note; what is left out is listed with the entry.

/// The sentences that are notes, and the others.
pub(super) fn sort(comment: &str, no_note: &[String]) -> (Option<String>, Option<String>) {
    let sentences = sentences(comment);
    let is_note = |sentence: &String| {
        !is_reference(sentence) && !no_note.iter().any(|words| sentence.contains(words))
    };
    let (notes, others): (Vec<_>, Vec<_>) = sentences.into_iter().partition(is_note);
    let joined = |sentences: Vec<String>| (!sentences.is_empty()).then(|| sentences.join(" "));
    (joined(notes), joined(others))
}

/// The sentences, without line breaks. One ends at its stop, or at an address that a new one follows.
fn sentences(comment: &str) -> Vec<String> {
    let words: Vec<&str> = comment.split_whitespace().collect();
    let (mut sentences, mut sentence) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate() {
        sentence.push(*word);
        let next = words.get(at + 1);
        let capital =
            next.is_none_or(|next| next.starts_with(|c: char| c.is_uppercase() || c == '`'));
        let address = next.is_some_and(|next| next.starts_with("https://"));
        let stops = word.trim_end_matches(['"', ')']).ends_with(['.', '!']);
        if next.is_none() || (stops && (capital || address)) || (is_address(word) && capital) {
            sentences.push(sentence.join(" "));
            sentence.clear();
        }
    }
    sentences
}

/// Whether a sentence only says where something stands.
fn is_reference(sentence: &str) -> bool {
    let mut words = sentence.split(' ').filter(|word| !is_address(word)).peekable();
    let only_addresses = words.peek().is_none();
    let says_so = |word: &str| matches!(word, "Ref:" | "Refs:" | "ref:" | "refs:");
    only_addresses || sentence.starts_with("See https://") || words.any(says_so)
}

fn is_address(word: &str) -> bool {
    word.trim_start_matches(['(', '"']).starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(comment: &str) -> (String, String) {
        let (note, rest) = sort(comment, &["`constraint`".to_owned()]);
        (note.unwrap_or_default(), rest.unwrap_or_default())
    }

    #[test]
    fn references_are_no_notes() {
        for comment in [
            "Ref: https://example.com/pricing",
            "See https://example.com/a#b.",
            "https://example.com/a https://example.com/b",
            "Model ID ref: https://example.com/models",
        ] {
            assert_eq!(sorted(comment), (String::new(), comment.to_owned()));
        }
    }

    #[test]
    fn what_a_reader_has_to_know_is_a_note() {
        let comment = "Cache hits are 0.025x input.\nRef: https://example.com/p The Batch API is \
                       20% off.  `constraint` is a union. Retires in 2027.";
        let (note, rest) = sorted(comment);
        assert_eq!(note, "Cache hits are 0.025x input. The Batch API is 20% off. Retires in 2027.");
        assert_eq!(rest, "Ref: https://example.com/p `constraint` is a union.");
    }

    #[test]
    fn a_decimal_and_an_abbreviation_end_no_sentence() {
        let comment = "Audio is $0.004/min, e.g. for calls";
        assert_eq!(sorted(comment).0, comment);
    }
}
