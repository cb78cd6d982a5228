//! Numbers that bound one another.

use std::cmp::Ordering;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Spanned;

/// A number and the key that it stands under.
pub(super) type Named<'m, T> = (&'static str, Option<&'m Spanned<T>>);

/// Reports the first of two numbers if both are known and it is above the second.
pub(super) fn not_above<T>(
    (low_key, low): Named<'_, T>,
    (high_key, high): Named<'_, T>,
    compare: impl Fn(&T, &T) -> Ordering,
    out: &mut Diagnostics,
) {
    let (Some(low), Some(high)) = (low, high) else { return };
    if compare(&low.value, &high.value).is_gt() {
        let message = format!("`{low_key}` is above `{high_key}`");
        let help =
            format!("mend the one that is wrong, or leave it out if nobody says `{low_key}`");
        out.push(
            Diagnostic::new(Code::OutOfBounds, low.span, message)
                .secondary(high.span, format!("`{high_key}` is here"))
                .help(help),
        );
    }
}
