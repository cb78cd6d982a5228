//! The rows of the table and the aims.

use super::table::{Aim, Column, Row};

const fn row(key: &'static str, label: &'static str) -> Row {
    Row { key, label, aim: None }
}

impl Row {
    const fn aim(self, aim: Aim) -> Self {
        Self { aim: Some(aim), ..self }
    }
}

/// Every row, in order.
pub(super) const ROWS: &[Row] = &[
    row("models", "models"),
    row("gen.wall", "`gen`, everything to write: wall (ms)"),
    row("gen.cpu", "`gen`: CPU (ms)"),
    row("gen.model", "`gen`: CPU per model (ms)").aim(Aim::below(0.1)),
    row("gen.growth", "`gen`: CPU per model, over that at 5000").aim(Aim::at_most(1.5).of("50000")),
    row("gen.peak", "`gen`: peak memory (MB)"),
    row("gen.check.wall", "`gen --check`, nothing to write: wall (ms)"),
    row("gen.check.cpu", "`gen --check`: CPU (ms)"),
    row("gen.check.model", "`gen --check`: CPU per model (ms)"),
    row("gen.check.peak", "`gen --check`: peak memory (MB)"),
    row("diff.same", "`diff` with itself: CPU (ms)").aim(Aim::below(500.0).of("real")),
    row("diff.prices", "`diff`, every rate another: CPU (ms)").aim(Aim::below(500.0).of("real")),
    row("check.empty", "rustc check, an empty crate: CPU (ms)"),
    row("check.labs", "rustc check, labs: CPU (ms)").aim(Aim::below(1000.0).of("real")),
    row("check.clouds", "rustc check, clouds: CPU (ms)"),
    row("check.gateways", "rustc check, gateways: CPU (ms)"),
    row("check.local", "rustc check, local: CPU (ms)"),
    row("check.all", "rustc check, all four: CPU (ms)"),
    row("check.model", "rustc check: CPU per model (ms)").aim(Aim::below(0.6)),
    row("check.peak", "rustc check: peak memory (MB)"),
    row("lookup.loop", "empty loop over refs (ns)"),
    row("lookup.hit", "lookup in all catalogs, hit (ns)").aim(Aim::below(15.0).of("5000")),
    row("lookup.miss", "lookup in all catalogs, miss (ns)").aim(Aim::below(6.0).of("5000")),
    row("lookup.one.hit", "lookup in the largest catalog, hit (ns)"),
    row("lookup.one.miss", "lookup in the largest catalog, miss (ns)"),
    row("total.free", "`total`, free: what asking takes (ns)"),
    row("total.flat", "`total`, one flat card (ns)").aim(Aim::below(10.0)),
    row("total.service", "`total`, service tiers (ns)").aim(Aim::below(20.0)),
    row("total.context", "`total`, context tiers (ns)").aim(Aim::below(20.0)),
    row("total.dates", "`total`, dates (ns)").aim(Aim::below(20.0)),
    row("total.windows", "`total`, hours (ns)").aim(Aim::below(20.0)),
    row("total.together", "`total`, all four together (ns)").aim(Aim::below(20.0)),
    row("total.places", "`total`, regions and variants (ns)").aim(Aim::below(20.0)),
    row("quote.flat", "`quote`, one flat card (ns)"),
    row("quote.service", "`quote`, service tiers (ns)"),
    row("quote.context", "`quote`, context tiers (ns)"),
    row("quote.dates", "`quote`, dates (ns)"),
    row("quote.windows", "`quote`, hours (ns)"),
    row("quote.together", "`quote`, all four together (ns)"),
    row("quote.places", "`quote`, regions and variants (ns)"),
    row("start.empty.min", "start-up of an empty program: least (µs)"),
    row("start.empty.median", "start-up of an empty program: median (µs)"),
    row("start.all.min", "start-up with everything indexed: least (µs)"),
    row("start.all.median", "start-up with everything indexed: median (µs)"),
    row("start.relocations", "start-up: relocations added"),
    row("start.relocation", "start-up: time per relocation added (ns)"),
    row("start.constructors", "start-up: bytes of constructors added").aim(Aim::at_most(0.0)),
    row("start.rest", "start-up: added without relocations (% of empty)").aim(Aim::below(5.0)),
    row("size.empty", "size of an empty program (kB)"),
    row("size.one", "size added by naming one model (kB)"),
    row("size.all", "size added by indexing everything (kB)"),
];

/// What follows from other measurements.
pub(super) fn derive(columns: &mut [Column]) {
    let at_5000 = columns.iter().find(|column| column.label == "5000");
    let at_5000 = at_5000.and_then(|column| column.values.get("gen.model").copied());
    for column in columns {
        if let (Some(least), Some(own)) = (at_5000, column.values.get("gen.model").copied()) {
            column.set("gen.growth", own / least);
        }
        let of = |key: &str| column.values.get(key).copied();
        if let (Some(empty), Some(all), Some(count)) =
            (of("start.empty.min"), of("start.all.min"), of("start.relocations"))
        {
            column.set("start.relocation", (all - empty) * 1e3 / count);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_rows_have_a_key() {
        let keys: BTreeSet<_> = ROWS.iter().map(|row| row.key).collect();
        assert_eq!(keys.len(), ROWS.len());
    }

    #[test]
    fn growth_is_over_the_size_of_5000() {
        let column = |label: &str, value| {
            let mut column = Column { label: label.to_owned(), ..Column::default() };
            column.set("gen.model", value);
            column
        };
        let mut columns = [column("5000", 0.05), column("50000", 0.06)];
        derive(&mut columns);
        let growth = columns[1].values["gen.growth"];
        assert!((growth - 1.2).abs() < 1e-9, "{growth}");
    }
}
