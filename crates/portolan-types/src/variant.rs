//! The closed sets of what else sets a price: resolution, image size, quality and the like.
//!
//! One table holds every value of every kind. A set of variants is a bit per value with at most one
//! value of a kind, so a card's conditions are checked with a few masks.

use core::fmt;

use crate::words::words;

words! {
    /// What a [`Variant`] is a value of.
    VariantKind {
        /// The resolution of a video.
        Resolution = "resolution",
        /// The size of an image, as width by height or as a size class.
        ImageSize = "image_size",
        /// The quality of an image.
        Quality = "quality",
        /// The number of diffusion steps of an image.
        Steps = "steps",
        /// How much of the web a search answer reads.
        SearchContext = "search_context",
        /// Which search runs.
        SearchType = "search_type",
        /// Whether the model thinks before it answers.
        Thinking = "thinking",
        /// Whether a video has sound.
        Audio = "audio",
        /// Whether a transcript is made while the sound comes in.
        Streaming = "streaming",
        /// For how long capacity is taken.
        Commitment = "commitment",
        /// How many results a search may give.
        MaxResults = "max_results",
    }
}

macro_rules! variants {
    ($($kind:ident { $($name:ident $value:literal,)* })*) => {
        /// One value of one kind. The Rust name of a value is its `Debug` text.
        ///
        /// ```
        /// use portolan_types::{Variant, VariantKind};
        ///
        /// let variant = Variant::from_parts("resolution", "720p").unwrap();
        /// assert_eq!(variant, Variant::Resolution720p);
        /// assert_eq!(variant.kind(), VariantKind::Resolution);
        /// assert_eq!(variant.to_string(), "resolution=720p");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Variant {
            $($(#[doc = concat!("`", $value, "`, a ", stringify!($kind), ".")] $name,)*)*
        }

        impl Variant {
            /// Every variant, kind by kind.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// What it is a value of.
            #[inline]
            pub const fn kind(self) -> VariantKind {
                match self {
                    $($(Self::$name)|* => VariantKind::$kind,)*
                }
            }

            /// The value alone, as in `720p`.
            pub const fn value(self) -> &'static str {
                match self {
                    $($(Self::$name => $value,)*)*
                }
            }
        }
    };
}

variants! {
    Resolution {
        Resolution480p "480p",
        Resolution720p "720p",
        Resolution768p "768p",
        Resolution1024p "1024p",
        Resolution1080p "1080p",
        Resolution2k "2k",
        Resolution4k "4k",
    }
    ImageSize {
        ImageSizeHalfK "0.5K",
        ImageSize1k "1K",
        ImageSize2k "2K",
        ImageSize4k "4K",
        ImageSize512 "512",
        ImageSize1024 "1024",
        ImageSize1536 "1536",
        ImageSize512x512 "512x512",
        ImageSize1024x768 "1024x768",
        ImageSize1024x1024 "1024x1024",
        ImageSize1024x1536 "1024x1536",
        ImageSize1536x1024 "1536x1024",
        ImageSize1024x1792 "1024x1792",
        ImageSize1792x1024 "1792x1024",
        ImageSize1920x1080 "1920x1080",
        ImageSize2560x1440 "2560x1440",
        ImageSize3840x2160 "3840x2160",
        ImageSizeMax "max",
    }
    Quality {
        QualityLow "low",
        QualityStandard "standard",
        QualityMedium "medium",
        QualityHigh "high",
        QualityXhigh "xhigh",
        QualityMax "max",
        QualityHd "hd",
    }
    Steps {
        Steps50 "50",
        StepsMax "max",
    }
    SearchContext {
        SearchContextLow "low",
        SearchContextMedium "medium",
        SearchContextHigh "high",
    }
    SearchType {
        SearchTypeFast "fast",
        SearchTypeWeb "web",
    }
    Thinking {
        ThinkingOn "on",
        ThinkingOff "off",
    }
    Audio {
        AudioOn "on",
        AudioOff "off",
    }
    Streaming {
        StreamingOn "on",
        StreamingOff "off",
    }
    Commitment {
        Commitment1Month "1-month",
        Commitment6Month "6-month",
    }
    MaxResults {
        MaxResults0To25 "0-25",
        MaxResults26To100 "26-100",
        MaxResults1To10 "1-10",
        MaxResults11To20 "11-20",
        MaxResults21To30 "21-30",
        MaxResults31To40 "31-40",
        MaxResults41To50 "41-50",
        MaxResults51To60 "51-60",
        MaxResults61To70 "61-70",
        MaxResults71To80 "71-80",
        MaxResults81To90 "81-90",
        MaxResults91To100 "91-100",
    }
}

impl Variant {
    /// The variant of a kind's id and a value, both spelt exactly.
    pub fn from_parts(kind: &str, value: &str) -> Option<Self> {
        let kind = VariantKind::from_id(kind)?;
        Self::ALL.iter().copied().find(|variant| variant.kind() == kind && variant.value() == value)
    }

    const fn bit(self) -> u128 {
        1 << self as u8
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind(), self.value())
    }
}

impl VariantKind {
    /// The values of this kind.
    pub fn values(self) -> impl Iterator<Item = Variant> {
        Variant::ALL.iter().copied().filter(move |variant| variant.kind() == self)
    }

    const fn mask(self) -> u128 {
        const MASKS: [u128; VariantKind::ALL.len()] = {
            let (mut masks, mut i) = ([0; VariantKind::ALL.len()], 0);
            while i < Variant::ALL.len() {
                masks[Variant::ALL[i].kind() as usize] |= Variant::ALL[i].bit();
                i += 1;
            }
            masks
        };
        MASKS[self as usize]
    }
}

/// Variants of a request, at most one of a kind. A kind that is not in the set was not named.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct VariantSet(u128);

impl VariantSet {
    /// No variant.
    pub const EMPTY: Self = Self(0);

    /// The set with this variant, in place of another of its kind.
    #[must_use]
    pub const fn with(self, variant: Variant) -> Self {
        Self(self.without(variant.kind()).0 | variant.bit())
    }

    /// The set without a value of this kind.
    #[must_use]
    pub const fn without(self, kind: VariantKind) -> Self {
        Self(self.0 & !kind.mask())
    }

    /// Whether it holds this variant.
    pub const fn contains(self, variant: Variant) -> bool {
        self.0 & variant.bit() != 0
    }

    /// Whether it names a value of this kind.
    pub const fn kind_set(self, kind: VariantKind) -> bool {
        self.0 & kind.mask() != 0
    }

    /// Its variants, kind by kind.
    pub fn iter(self) -> impl Iterator<Item = Variant> {
        Variant::ALL.iter().copied().filter(move |variant| self.contains(*variant))
    }
}

impl fmt::Debug for VariantSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Variant> for VariantSet {
    fn from_iter<I: IntoIterator<Item = Variant>>(variants: I) -> Self {
        variants.into_iter().fold(Self::EMPTY, Self::with)
    }
}
