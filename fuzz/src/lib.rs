//! What holds for every input, hostile ones too. Takes bytes, reads from them whatever a part of Portolan takes, and panics
//! where something does not hold that always must.
//!
//! The fuzzer (`cargo xtask fuzz`) and the tests run the same bodies: [`Target`] names them, `seeds` has inputs to begin
//! with, `mutate` changes them.

mod cards;
mod json;
mod manifests;
mod mistakes;
pub mod mutate;
mod price_list;
mod quotes;
pub mod seeds;

/// A part of Portolan that takes what others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The text of one manifest: the parser, the shapes, and how mistakes are shown.
    Load,
    /// Whole manifests, several after one another: every stage up to the generated texts and the prices.
    Compile,
    /// The text of a frozen catalog.
    Catalog,
    /// Cards, a usage and contexts as the price engine takes them, lawful or not.
    Price,
    /// A price list with every kind of condition, compiled and then asked for prices.
    PriceList,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 5] =
        [Self::Load, Self::Compile, Self::Catalog, Self::Price, Self::PriceList];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Compile => "compile",
            Self::Catalog => "catalog",
            Self::Price => "price",
            Self::PriceList => "price-list",
        }
    }

    /// The target with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Whether its inputs are texts that people write, so that changing them by lines and words makes sense.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Load | Self::Compile | Self::Catalog)
    }

    /// Runs the body on an input.
    ///
    /// # Panics
    /// Where something does not hold that always must.
    pub fn run(self, input: &[u8]) {
        match self {
            Self::Load => manifests::load(input),
            Self::Compile => manifests::compile(input),
            Self::Catalog => json::read(input),
            Self::Price => cards::ask(input),
            Self::PriceList => price_list::compile_and_ask(input),
        }
    }

    /// How many bytes a run may ask the allocator for, in all, for an input of this length. It bounds the memory and, as
    /// work without allocation is short here, the time: no input costs more than a multiple of its own size.
    pub const fn budget(self, length: usize) -> u64 {
        let (fixed, per_byte) = match self {
            Self::Load => (4 << 20, 20_000),
            Self::Compile => (8 << 20, 40_000),
            Self::Catalog => (1 << 20, 4_000),
            Self::Price => (1 << 20, 4_000),
            Self::PriceList => (8 << 20, 40_000),
        };
        fixed + per_byte * length as u64
    }
}
