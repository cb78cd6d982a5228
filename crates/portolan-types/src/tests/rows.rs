//! How rows spell what nobody said, and what their methods make of it.

use std::vec;
use std::vec::Vec;

use super::{now, priced, quoted, rated, usage};
use crate::{Card, Context, Date, Meter, Model, Timestamp};

#[test]
fn what_a_row_leaves_out_is_not_stated() {
    let model = Model::UNKNOWN;
    assert_eq!([model.base(), model.family(), model.replacement()], [None; 3]);
    assert_eq!([model.reasoning_field(), model.token_limit_field()], [None; 2]);
    let dates = [model.released(), model.cutoff(), model.retires(), model.last_seen()];
    assert_eq!(dates, [None; 4]);
    assert_eq!([model.context(), model.max_input(), model.max_output()], [None; 3]);
    let card = Card::STANDARD;
    assert_eq!((card.from(), card.until()), (None, None));
    assert_eq!((card.seen(), card.checked(), card.source()), (None, None, None));
    assert_eq!(card.rates().iter().count(), 0);
}

#[test]
fn what_a_row_says_is_stated() {
    let model =
        Model { base: "acme/nova", released: 20_260_527, context: 256_000, ..Model::UNKNOWN };
    assert_eq!(model.base(), Some("acme/nova"));
    assert_eq!(model.released(), Some(Date(20_260_527)));
    assert_eq!(model.context(), Some(256_000));
    let card = Card { from: 0, until: 1, seen: 20_260_000, source: "a page", ..Card::STANDARD };
    assert_eq!((card.from(), card.until()), (Some(Timestamp(0)), Some(Timestamp(1))));
    assert_eq!((card.seen(), card.source()), (Some(Date(20_260_000)), Some("a page")));
}

#[test]
fn rates_come_in_the_order_of_the_registry_and_zero_is_one() {
    let all: Vec<_> = Meter::ALL.into_iter().zip(0..).collect();
    let rates = rated(all.clone()).rates();
    assert_eq!(rates.iter().collect::<Vec<_>>(), all);
    for (meter, rate) in all {
        assert_eq!(rates.get(meter), Some(rate), "{meter}");
    }
}

#[test]
fn a_rate_counts_the_same_in_its_field_and_in_the_list() {
    let list = vec![(Meter::Input, 7), (Meter::CacheRead, 5), (Meter::Output, 3)];
    let by_field = rated(list.clone());
    let by_list = Card { others: list.leak(), ..Card::STANDARD };
    let used = [(Meter::Input, 1), (Meter::CacheWrite, 10), (Meter::Output, 100)];
    let total = |card| quoted(&priced(&[card]), &usage(&used), &now()).unwrap().total;
    assert_eq!(total(by_field), total(by_list));
}

#[test]
fn a_card_without_an_end_holds_at_the_last_moment_that_there_is() {
    let last = Context::at(Timestamp(i64::MAX));
    let used = usage(&[(Meter::Input, 1)]);
    let price = |until| priced(&[Card { until, ..rated(vec![(Meter::Input, 1)]) }]);
    assert!(quoted(&price(i64::MAX), &used, &last).is_ok());
    assert!(quoted(&price(i64::MAX - 1), &used, &last).is_err());
}
