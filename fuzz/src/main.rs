//! The fuzzer's program: runs the body of the target that `PORTOLAN_FUZZ_TARGET` names. `cargo xtask fuzz` builds and starts
//! it; its arguments are libFuzzer's.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use portolan_fuzz::Target;
use portolan_fuzz::mutate::{Random, mutated};

static TARGET: OnceLock<Target> = OnceLock::new();

fn target() -> Target {
    *TARGET.get_or_init(|| {
        let name =
            std::env::var("PORTOLAN_FUZZ_TARGET").expect("`cargo xtask fuzz` names a target");
        Target::named(&name).expect("a target's name")
    })
}

fuzz_target!(|input: &[u8]| {
    let target = target();
    let asked = allocation_counter::measure(|| target.run(input)).bytes_total;
    let budget = target.budget(input.len());
    assert!(
        asked <= budget,
        "{asked} bytes are asked for, {budget} would be right for this length"
    );
});

fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random::new(seed.into());
    if !target().is_text() || random.below(2) == 0 {
        return fuzzer_mutate(input, size, max_size);
    }
    let mut changed = mutated(target(), &input[..size], &mut random);
    changed.truncate(max_size);
    input[..changed.len()].copy_from_slice(&changed);
    changed.len()
});
