//! The closed registry of mistakes the compiler reports. One table gives every code its variant,
//! its stable id and its title; ids are never reused, and nothing else invents one.

mod explain;

macro_rules! codes {
    ($($variant:ident = $id:literal, $title:literal;)+) => {
        /// What kind of mistake a diagnostic reports. Ordered by id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!($id, ": ", $title, ".")] $variant,)+
        }

        impl Code {
            /// Every code, ascending.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable id, such as `M0201`.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            /// One line that names the kind of mistake, such as `unknown key`.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }
        }
    };
}

// M01xx: the text is not the YAML that manifests use. M02xx: a value has the wrong shape. M03xx: a
// reference dangles. M04xx: two things claim one name. M05xx: prices. M06xx: regions and endpoints.
// M07xx: models and services.
codes! {
    Syntax = "M0101", "not valid YAML";
    SecondDocument = "M0102", "more than one document in a file";
    NotUtf8 = "M0103", "not UTF-8 text";
    ForbiddenCharacter = "M0104", "a control or direction character";
    ForbiddenYaml = "M0105", "a part of YAML that manifests do not use";
    TooDeep = "M0106", "nested too deeply";
    TooLarge = "M0107", "a file too large to read";
    DuplicateKey = "M0108", "the same key twice in one mapping";
    KeyNotText = "M0109", "a key that is not a plain text";

    UnknownKey = "M0201", "unknown key";
    MissingKey = "M0202", "missing key";
    WrongType = "M0203", "a value of the wrong type";
    UnknownValue = "M0204", "a value outside its closed list";
    MalformedId = "M0205", "malformed id";
    MalformedDecimal = "M0206", "malformed decimal number";
    DecimalOutOfRange = "M0207", "a decimal too precise or too large to keep exactly";
    MalformedInteger = "M0208", "malformed whole number";
    MalformedDate = "M0209", "malformed date";
    MalformedUrl = "M0210", "malformed URL";
    MalformedEnvName = "M0211", "malformed environment variable name";
    MalformedTimeWindow = "M0212", "malformed time window";
    EmptyValue = "M0213", "an empty value";
    UnmarkedZero = "M0214", "a zero that nobody called free";
    DuplicateItem = "M0215", "the same item twice in one list";

    UnknownBase = "M0301", "unknown base model";
    UnknownModel = "M0302", "unknown model";
    UnknownRegion = "M0303", "unknown region";
    UnknownReplacement = "M0304", "unknown replacement";
    UnknownProvider = "M0305", "unknown provider";
    UnknownGroup = "M0306", "unknown group";
    UnknownLogin = "M0307", "unknown OAuth login";
    UnknownCard = "M0308", "`like` refers to no card above it";
    DefaultNotListed = "M0309", "a default that is not in its list";

    DuplicateProvider = "M0401", "two providers with one id";
    DuplicateRustName = "M0402", "two things with one Rust name";
    DuplicateChoice = "M0403", "two auth choices with one id";
    SharedVariable = "M0404", "an environment variable of two providers";
    DuplicateModel = "M0405", "two models with one id or alias";
    FileName = "M0406", "a file that is not named after its id";
    DuplicateVendor = "M0407", "two files of one vendor or lab";
    Circle = "M0408", "references that go in a circle or on without end";
    PublicId = "M0409", "an id of the public catalog";
    OverridesNothing = "M0410", "an override of nothing";
    NoCurrency = "M0411", "a price without its currency over one in another than US dollars";

    OverlappingCards = "M0501", "price cards that overlap";
    TierOrder = "M0502", "tiers that are unsorted or doubled";
    IncompleteTier = "M0503", "a tier without a rate that its card has";
    TierGrid = "M0504", "a grid of tiers with a gap";
    EmptyPeriod = "M0505", "a period that ends before it starts";
    InexactProduct = "M0506", "a derived rate that is not exact";
    NoRates = "M0507", "a card without rates";
    TierForm = "M0508", "a tier that says no single rule";
    NoSource = "M0509", "a price without a source, or a source without its date";
    NoPrices = "M0510", "a model without prices";
    NoSighting = "M0511", "a card that was never seen before the next was";
    DuplicateCard = "M0512", "two cards with one id";

    RegionPolicy = "M0601", "regions and region policy that do not fit";
    NoEndpoint = "M0602", "a provider or region without an endpoint";
    UnknownApi = "M0603", "an api without an endpoint";
    TemplateVariable = "M0604", "an endpoint variable that does not fit its declaration";
    NoDefaultApi = "M0605", "several apis and no default";
    NoList = "M0606", "an incomplete list of models and nobody to ask for more";
    PlainHttp = "M0607", "a key that would go to another machine unencrypted";

    NoName = "M0701", "a model without a name";
    StatusConflict = "M0702", "a status that its dates contradict";
    MisplacedKey = "M0703", "a key that does not fit this kind";
    OutOfBounds = "M0704", "a number that another beside it excludes";
    FactSource = "M0705", "a fact source that fits no fact";
}

impl Code {
    /// Whether it is about the text or the shape of a value, not about what values mean together.
    pub(crate) fn is_shape(self) -> bool {
        self < Self::UnknownBase
    }

    /// The code with this id.
    ///
    /// ```
    /// use portolan_codegen::code::Code;
    ///
    /// assert_eq!(Code::from_id("M0201"), Some(Code::UnknownKey));
    /// assert_eq!(Code::from_id("M9999"), None);
    /// ```
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_well_formed_and_ascend() {
        for code in Code::ALL {
            let digits = code.id().strip_prefix('M').unwrap();
            assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
        assert!(Code::ALL.is_sorted_by(|a, b| a.id() < b.id()));
    }

    #[test]
    fn titles_are_one_line_and_differ() {
        let mut titles: Vec<_> = Code::ALL.iter().map(|code| code.title()).collect();
        assert!(titles.iter().all(|t| !t.is_empty() && !t.contains('\n') && !t.ends_with('.')));
        titles.sort_unstable();
        assert!(titles.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_id_leads_back_to_its_code() {
        assert!(Code::ALL.iter().all(|code| Code::from_id(code.id()) == Some(*code)));
        assert_eq!(Code::from_id("m0101"), None);
        assert_eq!(Code::Syntax.to_string(), "M0101");
    }
}
