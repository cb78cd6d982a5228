//! The examples of the README and of the book, as tests, and what tests and programs share.
#![doc = include_str!("../../README.md")]
#![expect(clippy::needless_doctest_main, reason = "a build script is shown whole")]

pub mod billed;

/// Makes the code of a page a test under the page's name.
macro_rules! pages {
    ($($name:ident $path:literal)+) => {$(
        #[doc = include_str!(concat!("../../docs/src/", $path))]
        mod $name {}
    )+};
}

pages! {
    start_rust "start/rust.md"
    regions "regions.md"
    prices "prices.md"
    worked "worked.md"
    lookups "lookups.md"
    private "private.md"
}
