//! The fuzzer's bodies on its seeds and on a fixed number of changes to them: what holds for every input holds for these,
//! on every machine and in every run.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use portolan_fuzz::mutate::{Random, mutated};
use portolan_fuzz::{Target, seeds};

use crate::fixtures::{compiled, public, repository};

/// Runs a body and keeps an input on which it breaks, for the fuzzer to run again.
fn run(target: Target, input: &[u8]) {
    let budget = target.budget(input.len());
    let asked = catch_unwind(|| allocation_counter::measure(|| target.run(input)).bytes_total);
    if !asked.is_ok_and(|asked| asked <= budget) {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-breaks", target.name()));
        fs::write(&path, input).unwrap();
        panic!(
            "it panics or asks for more than {budget} bytes: cargo xtask fuzz {} --input {}",
            target.name(),
            path.display()
        );
    }
}

/// Runs the seeds and so many inputs that are made from them.
fn walk(target: Target, steps: u64) {
    let mut inputs: Vec<_> =
        seeds::of(target, &repository()).unwrap().into_iter().map(|(_, seed)| seed).collect();
    assert!(inputs.len() > 1, "nothing to begin with");
    // Long ones take long; the fuzzer has them.
    inputs.retain(|input| input.len() < 8 << 10);
    for input in &inputs {
        run(target, input);
    }
    for step in 0..steps {
        let mut random = Random::new(step);
        let input = random.one(&inputs);
        let input = if target.is_text() {
            mutated(target, input, &mut random)
        } else {
            let mut input = input.clone();
            for _ in 0..8 {
                let at = random.below(input.len());
                input[at] = random.number().to_le_bytes()[0];
            }
            input
        };
        run(target, &input);
    }
}

#[test]
fn any_text_is_loaded_or_refused_with_places_and_mends() {
    walk(Target::Load, 400);
}

#[test]
fn any_manifests_are_compiled_to_sound_outputs_or_refused() {
    walk(Target::Compile, 150);
}

#[test]
fn any_frozen_catalog_is_read_as_it_is_written() {
    walk(Target::Catalog, 300);
}

#[test]
fn any_cards_price_any_usage_the_same_both_ways() {
    walk(Target::Price, 1_000);
}

#[test]
fn any_price_list_that_compiles_prices_by_its_first_card_that_holds() {
    walk(Target::PriceList, 150);
}

#[test]
fn any_answer_streams_the_same_in_any_pieces() {
    walk(Target::Stream, 4_000);
}

#[test]
fn any_usage_is_billed_once_or_not_at_all() {
    walk(Target::Usage, 10_000);
}

#[test]
fn the_public_manifests_cost_little_for_their_size() {
    let inputs = public();
    let size: usize = inputs.iter().map(|input| input.bytes.len()).sum();
    let asked = allocation_counter::measure(|| assert!(compiled(inputs).result.is_ok()));
    let per_byte = asked.bytes_total / size as u64;
    assert!(per_byte <= 200, "{per_byte} bytes are asked for a byte of manifest");
}
