//! Models of providers whose region must be named. Takes a row and a region of the row's own provider; returns the two
//! together, which is what a request needs. There is no way from such a static to a request without a region.

use core::fmt;
use core::marker::PhantomData;

use crate::model::Model;
use crate::region::{Region, RegionName};

/// A model of a provider that requires a region: a row, with the type of the provider's regions.
///
/// What the catalog says of it is [`Regional::row`]. A request needs a region: [`Regional::at`].
pub struct Regional<R> {
    row: Model,
    regions: PhantomData<fn() -> R>,
}

impl<R> Regional<R> {
    #[doc(hidden)]
    pub const fn new(row: Model) -> Self {
        Self { row, regions: PhantomData }
    }

    /// What the catalog says of the model. A row does not know its provider's regions, so what takes rows must ask for a
    /// region when it runs.
    pub const fn row(&self) -> &Model {
        &self.row
    }
}

impl<R: Region> Regional<R> {
    /// The model in a region of its provider.
    pub fn at(&'static self, region: R) -> Placed {
        Placed { model: &self.row, region: region.name() }
    }
}

impl<R> fmt::Debug for Regional<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row.fmt(f)
    }
}

/// A model in a region of its provider, as [`Regional::at`] makes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    model: &'static Model,
    region: RegionName,
}

impl Placed {
    /// The model.
    pub const fn model(&self) -> &'static Model {
        self.model
    }

    /// The region.
    pub const fn region(&self) -> RegionName {
        self.region
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::RegionRow;

    #[derive(Clone, Copy)]
    struct Moon;

    static MOON: RegionRow = RegionRow::new("moon", "The Moon", &[]);
    static NOVA: Regional<Moon> = Regional::new(Model { id: "nova", ..Model::UNKNOWN });

    impl Region for Moon {
        fn row(self) -> &'static RegionRow {
            &MOON
        }
    }

    #[test]
    fn a_row_is_read_and_placed_with_a_region() {
        assert_eq!(NOVA.row().id, "nova");
        let placed = NOVA.at(Moon);
        assert_eq!((placed.model().id, placed.region().id), ("nova", "moon"));
    }
}
