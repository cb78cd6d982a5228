//! The usage of answers of any bytes: no token that the answer does not state, and a price that bills each of them once or
//! says why there is none.

use portolan::{Cost, Used};
use portolan_types::{Context, Date, Entry, Meter};

use crate::{answers, quotes};

/// Reads the usage of an answer and prices it.
pub(crate) fn read(input: &[u8]) {
    let Some((api, came)) = answers::of(input) else { return };
    match Used::read(api, &answers::carried(api, came)) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(used) => {
            stated(&used, came);
            for entry in &answers::entries() {
                priced(&used, entry);
            }
        }
    }
}

/// What was used is what numbers of the answer say, but for searches, which are counted.
fn stated(used: &Used, came: &[u8]) {
    let tokens = used.usage.iter().filter(|(meter, _)| *meter != Meter::Searches);
    let tokens: u128 = tokens.map(|(_, units)| u128::from(units)).sum();
    let numbers = came
        .split(|byte| !byte.is_ascii_digit())
        .filter_map(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
    let most: u128 = numbers.map(u128::from).sum();
    assert!(tokens <= most, "{used:?} of numbers that come to {most}");
}

fn priced(used: &Used, entry: &Entry) {
    let at = Date(20_261_127).timestamp().expect("a day");
    let cost = used.cost(entry, &Context::at(at));
    assert!(!cost.to_string().is_empty());
    let Cost::Known(bill) = cost else { return };
    let lines: Vec<_> = bill.quote.lines().collect();
    quotes::sums_up(&bill.quote, &lines);
    let billed: u128 = lines.iter().map(|line| u128::from(line.units)).sum();
    let units: u128 = used.usage.iter().map(|(_, units)| u128::from(units)).sum();
    assert_eq!(billed, units, "{used:?} is billed as {lines:?}");
}
