//! What must not compile against the generated crates, with the message that people get.

#[test]
fn generated_types_hold_what_they_promise() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/fail/*.rs");
    cases.pass("ui/pass/*.rs");
}
