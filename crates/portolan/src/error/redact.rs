//! Takes secrets out of texts of others. Some vendors repeat the key that they refuse: as it was sent, as it stands in an
//! address or in JSON, or cut off where our own excerpt of their words ends.

use std::borrow::Cow;

/// What stands where a secret was.
const PLACEHOLDER: &str = "[redacted]";

/// What is shorter is no key, and taking it out would spell the key by what is missing.
const SHORTEST: usize = 6;

/// The text without the secret.
pub(crate) fn redacted<'t>(text: &'t str, secret: &str) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for spelling in spellings(secret).iter().filter(|spelling| spelling.len() >= SHORTEST) {
        if text.contains(spelling.as_str()) {
            text = Cow::Owned(text.replace(spelling.as_str(), PLACEHOLDER));
        }
        if let Some(whole) = without_cut(&text, spelling) {
            text = Cow::Owned(whole);
        }
    }
    text
}

/// The ways in which a secret is written: as it is, in an address, in JSON.
fn spellings(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_owned()];
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let escaped = serde_json::Value::from(secret).to_string();
    for other in [encoded, escaped.trim_matches('"').to_owned()] {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

/// The text without starts of the secret where it was cut: before an ellipsis and at its end. Nothing, where there are
/// none.
fn without_cut(text: &str, secret: &str) -> Option<String> {
    let ellipses = text.match_indices('…').map(|(at, _)| at);
    let ends: Vec<_> = ellipses.chain([text.len()]).collect();
    let mut out = text.to_owned();
    // From the back, so that what lies before stays where it is.
    for end in ends.into_iter().rev() {
        let starts =
            (SHORTEST..secret.len()).rev().filter(|length| secret.is_char_boundary(*length));
        let cut = starts.into_iter().find(|length| text[..end].ends_with(&secret[..*length]));
        if let Some(length) = cut {
            out.replace_range(end - length..end, PLACEHOLDER);
        }
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_in_each_of_its_spellings_and_where_it_is_cut() {
        let key = "sk-a/b+\"c\"-planted";
        for (text, expected) in [
            ("no key at all", "no key at all"),
            ("bad sk-a/b+\"c\"-planted!", "bad [redacted]!"),
            ("?key=sk-a%2Fb%2B%22c%22-planted&x", "?key=[redacted]&x"),
            (r#"{"key":"sk-a/b+\"c\"-planted"}"#, r#"{"key":"[redacted]"}"#),
            ("words sk-a/b+\"c\"-pla…", "words [redacted]…"),
            ("page `sk-a/b+…`, then sk-a/b+", "page `[redacted]…`, then [redacted]"),
            // What is short is left: a start of a key that many have.
            ("it starts with sk-a", "it starts with sk-a"),
        ] {
            assert_eq!(redacted(text, key), expected);
        }
        assert_eq!(redacted("an abc", "abc"), "an abc");
        assert_eq!(redacted("schlüssel-äö…", "schlüssel-äöü-lang"), "[redacted]…");
    }
}
