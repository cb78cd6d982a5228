//! The closed registry of meters: what is counted, in which unit, and how many units a rate is for.
//!
//! One table is the only place that knows a meter. Meters are disjoint: each unit of usage is
//! counted by exactly one. Token meters come first, so "is it a token meter" is one comparison,
//! and a meter comes after the meter that it falls back to.

use core::fmt;

use crate::money::AMOUNT_STEPS_PER_RATE_STEP;
use crate::words::words;

words! {
    /// What a meter counts.
    Unit {
        /// A token of text, image, audio or video.
        Token = "token",
        /// A Unicode character.
        Character = "character",
        /// A pixel.
        Pixel = "pixel",
        /// A second of audio or video.
        Second = "second",
        /// An image.
        Image = "image",
        /// A page of a document.
        Page = "page",
        /// A request, a query or a call of a tool.
        Call = "call",
        /// A session, as of a code interpreter.
        Session = "session",
        /// A token kept in a cache for an hour.
        TokenHour = "token-hour",
        /// A gigabyte kept for a day.
        GbDay = "GB-day",
        /// A piece of music.
        Song = "song",
        /// A credit of the vendor's own.
        Credit = "credit",
    }
}

/// The meter that bills a usage for which a card has no rate of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fallback {
    /// The meter whose rate is used instead.
    pub meter: Meter,
    /// Whether a quote must say so. Not where every vendor bills it this way.
    pub assumed: bool,
}

/// On which side of a request a token meter counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
    Neither,
}

struct Row {
    id: &'static str,
    unit: Unit,
    per: u64,
    side: Side,
    fallback: Option<Fallback>,
    times: u128,
    over: u128,
}

impl Row {
    /// A rate counts 1e-12 of a currency unit per `per`, an amount 1e-18: an amount is rate times
    /// units times 10^6 over `per`, kept here in lowest terms.
    const fn new(
        id: &'static str,
        unit: Unit,
        per: u64,
        side: Side,
        fallback: Option<Fallback>,
    ) -> Self {
        let (mut a, mut b) = (AMOUNT_STEPS_PER_RATE_STEP, per as u128);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let (times, over) = (AMOUNT_STEPS_PER_RATE_STEP / a, per as u128 / a);
        Self { id, unit, per, side, fallback, times, over }
    }
}

macro_rules! meters {
    ($(#[doc = $doc:literal] $name:ident $id:literal $unit:ident $per:literal $side:ident $fallback:expr;)*) => {
        /// What is counted: one row of the closed registry of meters.
        ///
        /// ```
        /// use portolan_types::{Meter, Unit};
        ///
        /// let meter = Meter::from_id("cache_read").unwrap();
        /// assert_eq!(meter, Meter::CacheRead);
        /// assert_eq!((meter.unit(), meter.per()), (Unit::Token, 1_000_000));
        /// assert!(meter.is_input());
        /// let fallback = meter.fallback().unwrap();
        /// assert_eq!((fallback.meter, fallback.assumed), (Meter::Input, true));
        /// assert_eq!(Meter::CacheWrite1h.fallback(), None);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Meter {
            $(#[doc = $doc] $name,)*
        }

        impl Meter {
            /// Every meter, in the order of the registry.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$name,)*];

            /// How many meters there are.
            pub const COUNT: usize = [$($id,)*].len();

            const ROWS: [Row; Self::COUNT] =
                [$(Row::new($id, Unit::$unit, $per, Side::$side, $fallback),)*];
        }
    };
}

meters! {
    /// Uncached text input.
    Input "input" Token 1_000_000 In None;
    /// Input read from a cache.
    CacheRead "cache_read" Token 1_000_000 In Some(assumed(Meter::Input));
    /// Input written to a cache for five minutes, or for a time that nobody states.
    CacheWrite "cache_write" Token 1_000_000 In Some(assumed(Meter::Input));
    /// Input written to a cache for an hour. No fallback: it costs up to 1.6 times the other.
    CacheWrite1h "cache_write_1h" Token 1_000_000 In None;
    /// Audio input, in tokens.
    InputAudio "input_audio" Token 1_000_000 In None;
    /// Image input, in tokens.
    InputImage "input_image" Token 1_000_000 In None;
    /// Video input, in tokens.
    InputVideo "input_video" Token 1_000_000 In None;
    /// Audio input read from a cache, in tokens.
    CacheReadAudio "cache_read_audio" Token 1_000_000 In None;
    /// Image input read from a cache, in tokens.
    CacheReadImage "cache_read_image" Token 1_000_000 In None;
    /// Video input read from a cache, in tokens.
    CacheReadVideo "cache_read_video" Token 1_000_000 In None;
    /// Audio input written to a cache, in tokens.
    CacheWriteAudio "cache_write_audio" Token 1_000_000 In None;
    /// Text output without reasoning.
    Output "output" Token 1_000_000 Out None;
    /// Reasoning. Vendors that name no rate for it bill it as output.
    Reasoning "reasoning" Token 1_000_000 Out Some(billed(Meter::Output));
    /// Audio output, in tokens.
    OutputAudio "output_audio" Token 1_000_000 Out None;
    /// Image output, in tokens.
    OutputImage "output_image" Token 1_000_000 Out None;
    /// Video output, in tokens.
    OutputVideo "output_video" Token 1_000_000 Out None;
    /// Text of sources that an answer cites, in tokens.
    Citation "citation" Token 1_000_000 Neither None;
    /// Characters of input.
    CharactersIn "characters_in" Character 1_000_000 Neither None;
    /// Characters of output.
    CharactersOut "characters_out" Character 1_000_000 Neither None;
    /// Pixels of input.
    PixelsIn "pixels_in" Pixel 1_000_000 Neither None;
    /// Pixels of output.
    PixelsOut "pixels_out" Pixel 1_000_000 Neither None;
    /// Seconds of audio input. A rate is for an hour.
    AudioSecondsIn "audio_seconds_in" Second 3_600 Neither None;
    /// Seconds of audio output. A rate is for an hour.
    AudioSecondsOut "audio_seconds_out" Second 3_600 Neither None;
    /// Seconds of video input.
    VideoSecondsIn "video_seconds_in" Second 1 Neither None;
    /// Seconds of video output.
    VideoSecondsOut "video_seconds_out" Second 1 Neither None;
    /// Images of input.
    ImagesIn "images_in" Image 1 Neither None;
    /// Images of output.
    ImagesOut "images_out" Image 1 Neither None;
    /// Pieces of music of output.
    SongsOut "songs_out" Song 1 Neither None;
    /// Pages of documents.
    Pages "pages" Page 1_000 Neither None;
    /// Pages of documents that were annotated too.
    AnnotatedPages "annotated_pages" Page 1_000 Neither None;
    /// Requests.
    Requests "requests" Call 1_000 Neither None;
    /// Messages of text in a session that is billed by time otherwise.
    TextMessages "text_messages" Call 1_000 Neither None;
    /// Searches, on the web or in files.
    Searches "searches" Call 1_000 Neither None;
    /// Queries of a map.
    MapsQueries "maps_queries" Call 1_000 Neither None;
    /// Queries whose documents were reranked.
    RerankQueries "rerank_queries" Call 1_000 Neither None;
    /// Calls of the vendor's own tools.
    ToolCalls "tool_calls" Call 1_000 Neither None;
    /// Sessions, as of a code interpreter.
    Sessions "sessions" Session 1 Neither None;
    /// Seconds of capacity that is kept ready, as a provisioned model unit. A rate is for an hour.
    ProvisionedSeconds "provisioned_seconds" Second 3_600 Neither None;
    /// Tokens kept in a cache, times hours.
    CacheStorage "cache_storage" TokenHour 1_000_000 Neither None;
    /// Gigabytes kept, times days.
    FileStorage "file_storage" GbDay 1 Neither None;
    /// Credits of the vendor's own.
    Credits "credits" Credit 1 Neither None;
}

impl Meter {
    /// The last token meter: every meter up to here counts tokens, none after it does.
    const LAST_TOKEN: Self = Self::Citation;

    /// The meters that count towards a request's input tokens, a bit per meter.
    pub(crate) const INPUT_MASK: u64 = Self::mask_of(Side::In);

    /// The meters that count towards a request's output tokens, a bit per meter.
    pub(crate) const OUTPUT_MASK: u64 = Self::mask_of(Side::Out);

    /// The id: the key of manifests, the name in JSON and of flags.
    pub const fn id(self) -> &'static str {
        self.row().id
    }

    /// The meter with this id, spelt exactly.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meter| meter.id() == id)
    }

    /// What one unit is.
    pub const fn unit(self) -> Unit {
        self.row().unit
    }

    /// How many units a rate is for.
    pub const fn per(self) -> u64 {
        self.row().per
    }

    /// Whether it counts towards a request's input tokens, the count of context tiers.
    pub const fn is_input(self) -> bool {
        self.bit() & Self::INPUT_MASK != 0
    }

    /// Whether it counts towards a request's output tokens.
    pub const fn is_output(self) -> bool {
        self.bit() & Self::OUTPUT_MASK != 0
    }

    /// Whether it counts tokens.
    #[inline]
    pub const fn is_token(self) -> bool {
        self as u8 <= Self::LAST_TOKEN as u8
    }

    /// What bills it where a card has no rate for it; none is an error there.
    pub const fn fallback(self) -> Option<Fallback> {
        self.row().fallback
    }

    /// How to scale rate times units to an amount: times the first, over the second.
    pub(crate) const fn scale(self) -> (u128, u128) {
        let row = self.row();
        (row.times, row.over)
    }

    #[inline]
    pub(crate) const fn bit(self) -> u64 {
        1 << self as u8
    }

    const fn row(self) -> &'static Row {
        const ROWS: &[Row; Meter::COUNT] = &Meter::ROWS;
        &ROWS[self as usize]
    }

    const fn mask_of(side: Side) -> u64 {
        let (mut mask, mut i) = (0, 0);
        while i < Self::COUNT {
            if Self::ROWS[i].side as u8 == side as u8 {
                mask |= 1 << i;
            }
            i += 1;
        }
        mask
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

const fn assumed(meter: Meter) -> Fallback {
    Fallback { meter, assumed: true }
}

const fn billed(meter: Meter) -> Fallback {
    Fallback { meter, assumed: false }
}
