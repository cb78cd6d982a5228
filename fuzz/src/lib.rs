//! What holds for every input, hostile ones too. Takes bytes, reads from them whatever a part of Portolan takes, and panics
//! where something does not hold that always must.
//!
//! The fuzzer (`cargo xtask fuzz`) and the tests run the same bodies: [`Target`] names them, `seeds` has inputs to begin
//! with, `mutate` changes them. The bodies are behind a feature, because they run the SDK and `cargo xtask` must not need it.

#[cfg(feature = "bodies")]
mod answers;
#[cfg(feature = "bodies")]
mod cards;
#[cfg(feature = "bodies")]
mod json;
#[cfg(feature = "bodies")]
mod manifests;
#[cfg(feature = "bodies")]
mod mistakes;
pub mod mutate;
#[cfg(feature = "bodies")]
mod price_list;
#[cfg(feature = "bodies")]
mod quotes;
pub mod seeds;
#[cfg(feature = "bodies")]
mod streams;
#[cfg(feature = "bodies")]
mod usages;

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
    /// An answer of a provider, behind a line that names its api: the decoder of the api, in pieces and whole.
    Stream,
    /// An answer as before: what it used, and what that costs.
    Usage,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 7] = [
        Self::Load,
        Self::Compile,
        Self::Catalog,
        Self::Price,
        Self::PriceList,
        Self::Stream,
        Self::Usage,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Compile => "compile",
            Self::Catalog => "catalog",
            Self::Price => "price",
            Self::PriceList => "price-list",
            Self::Stream => "stream",
            Self::Usage => "usage",
        }
    }

    /// The target with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Whether its inputs are texts, so that changing them by lines and words makes sense.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Price | Self::PriceList)
    }

    /// Whether its inputs are answers of providers.
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::Stream | Self::Usage)
    }

    /// Runs the body on an input.
    ///
    /// # Panics
    /// Where something does not hold that always must.
    #[cfg(feature = "bodies")]
    pub fn run(self, input: &[u8]) {
        match self {
            Self::Load => manifests::load(input),
            Self::Compile => manifests::compile(input),
            Self::Catalog => json::read(input),
            Self::Price => cards::ask(input),
            Self::PriceList => price_list::compile_and_ask(input),
            Self::Stream => streams::read(input),
            Self::Usage => usages::read(input),
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
            Self::Stream => (1 << 20, 4_000),
            Self::Usage => (1 << 20, 1_000),
        };
        fixed + per_byte * length as u64
    }
}
