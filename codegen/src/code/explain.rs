//! What each code means, why it is a mistake and how it is mended, in two or three sentences. The match has an arm for
//! every code, so a new one does not compile without its explanation.

use super::Code;

impl Code {
    /// What the code means, why it is a mistake and how it is mended, for a person who meets it for the first time.
    /// Code words stand in backticks.
    ///
    /// ```
    /// use portolan_codegen::code::Code;
    ///
    /// assert!(Code::UnmarkedZero.explanation().contains("`free`"));
    /// ```
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Syntax => {
                "The file is no YAML, so nothing below the place can be read. Most often a bracket or a quote is not \
                 closed, a line is indented with a tab, or two lines that belong together are indented differently. \
                 Close it, or indent with spaces."
            }
            Self::SecondDocument => {
                "A line `---` starts a second document. A file is one vendor or one lab, and other readers would take \
                 only the first document. Move the second one into a file of its own, or delete the line."
            }
            Self::NotUtf8 => {
                "A byte is not part of any UTF-8 character, so nobody can say which character was meant. The file was \
                 probably saved in another encoding, such as Latin-1. Save it as UTF-8."
            }
            Self::ForbiddenCharacter => {
                "The text holds a character that cannot be seen, or one that changes the direction of the text around \
                 it. A reviewer would read something else than the compiler does. Delete it, also in comments."
            }
            Self::ForbiddenYaml => {
                "Manifests are a small part of YAML: no tags, no anchors, no aliases, no merge keys. Each value stands \
                 where it is used, and readers of YAML do not agree on the rest. Write the value out."
            }
            Self::TooDeep => {
                "Lists and mappings are nested more deeply than any manifest needs. A limit keeps a hostile file from \
                 using up the memory of whoever compiles it. Most often a bracket too many was typed: delete it."
            }
            Self::TooLarge => {
                "A file, or a price list after its `like` cards were expanded, is far larger than any real one. A limit \
                 keeps a hostile file from using up the memory of whoever compiles it. Split the file, or derive from \
                 fewer cards."
            }
            Self::DuplicateKey => {
                "A mapping says one key twice. YAML readers keep one of the two values, and not all the same one, so a \
                 fact would be lost. Keep the value that is meant."
            }
            Self::KeyNotText => {
                "A key is a list, a mapping or nothing. Every key of a manifest is a plain text. Write the text as key, \
                 and put quotes around a text that holds `: `."
            }
            Self::UnknownKey => {
                "No such key is known here. It is an error because a misspelled key would otherwise be dropped without \
                 a word, and its fact with it. Spell the key as the list of keys does, or move it to the mapping that \
                 has it."
            }
            Self::MissingKey => {
                "A mapping lacks a key that it must have. What is required has no safe default: a `coverage` or a \
                 `name` cannot be guessed. Add the key."
            }
            Self::WrongType => {
                "The value is of another kind than the key takes: a list where a mapping is expected, or a number where \
                 a text is. A text that looks like a number or like `true` needs quotes, because other YAML readers \
                 would take it for one."
            }
            Self::UnknownValue => {
                "The key takes one word of a closed list, and this is none of them. Closed lists are how a typing error \
                 is told from a new word. Write a word of the list; a new one is added in the compiler first."
            }
            Self::MalformedId => {
                "An id, a flag, a header or another spelled name has characters that its kind does not allow. Ids stand \
                 in refs, URLs, Rust names and on command lines, so each kind has one spelling. The help says which."
            }
            Self::MalformedDecimal => {
                "A price or a factor is not written as a plain decimal. Prices are read digit by digit and never pass \
                 through a float, so exponents, currency signs and thousands separators are refused. Write all the \
                 digits, such as `0.000001`."
            }
            Self::DecimalOutOfRange => {
                "A decimal has more than twelve places, or is larger than any price. It could not be kept exactly, and \
                 money is never rounded on the way in. A number such as `0.049999999999999996` is float noise: write \
                 the short decimal that was meant."
            }
            Self::MalformedInteger => {
                "A count is not a whole number above zero. Suffixes are refused because `128k` may mean 128,000 or \
                 131,072. Write the digits; `_` may set groups of three apart."
            }
            Self::MalformedDate => {
                "A date does not exist or is not written as `2026-11-20`. Where no more is known, a month \
                 (`2026-11`) or a year is allowed for facts, and a price period takes a day or a moment with an \
                 offset. Write the date as its source has it."
            }
            Self::MalformedUrl => {
                "An address has no scheme or holds spaces. Keys are sent to endpoints, so those have no user, query or \
                 fragment either. Write the whole address."
            }
            Self::MalformedEnvName => {
                "The name of an environment variable has other characters than upper-case letters, digits and `_`. \
                 Shells do not agree on the others. Write the name as the vendor's documentation does."
            }
            Self::MalformedTimeWindow => {
                "A time window is not written as `09:00-12:00+08:00`. Without its UTC offset a window would mean \
                 another hour in each place. Write both ends as hours and minutes, and the offset or `Z`."
            }
            Self::EmptyValue => {
                "A text or a list is there and holds nothing. Nobody can tell an empty value from a forgotten one. \
                 Write the value, or leave the key out where nothing is known."
            }
            Self::UnmarkedZero => {
                "A rate or a factor is `0`. In other catalogs zero stands for free, for included and for not known, and \
                 programs bill nothing for all three. Write `free` if the vendor says so; leave the meter out if \
                 nobody said."
            }
            Self::DuplicateItem => {
                "A list says one item twice. Most often another item was meant, and that one would be missing without a \
                 word. Keep one of them, or write the one that was meant."
            }
            Self::UnknownBase => {
                "`base` names no model of the files in `models/`. The facts of the base model would be missing. Write \
                 the id as `lab/model`, or describe the model where it is served."
            }
            Self::UnknownModel => {
                "A key such as `default_model` names no model of this provider. A program that relies on it would send \
                 a request for a model that is not there. Write the id of a listed model, or add the model."
            }
            Self::UnknownRegion => {
                "A model, a price card or an auth choice names a region that its provider does not declare. Nothing \
                 could ever match it. Declare the region under `regions`, or correct the name."
            }
            Self::UnknownReplacement => {
                "A retired or renamed model names a replacement that is not in the catalog, or itself. Programs follow \
                 replacements, so they lead somewhere. Write the id of a model of the provider, or a whole ref."
            }
            Self::UnknownProvider => {
                "`same_as`, `shares_env` or the advice for a wrong key names a provider that no manifest declares. \
                 Advice that leads nowhere is worse than none. Correct the id."
            }
            Self::UnknownGroup => {
                "An auth choice is listed under a group that the vendor does not declare. Declare it under `groups` at \
                 the top of the file, or leave the key out."
            }
            Self::UnknownLogin => {
                "An auth choice runs an OAuth login that the provider does not declare. Declare it under `oauth`, or \
                 correct the name."
            }
            Self::UnknownCard => {
                "`like` names no card above it: neither the id of a card nor a service tier that has one. A derived \
                 card is read from top to bottom, so what it derives from stands first. Move the card up, or correct \
                 the name."
            }
            Self::DefaultNotListed => {
                "A default voice, format, model or effort is not in the list beside it. A request that names none would \
                 be refused by the vendor. Add it to the list, or write one that is there."
            }
            Self::DuplicateProvider => {
                "Two manifests declare a provider with one id. A ref is `provider/model`, so it would mean two things. \
                 Give one of them another id; ids are unique over all vendors."
            }
            Self::DuplicateRustName => {
                "Two models or providers make the same Rust name, or one makes a name that every module has, such as \
                 `PROVIDER`. The generated code would not compile. Give one of them a `rust_name` of its own."
            }
            Self::DuplicateChoice => {
                "An auth choice has an id, or a former id, that another choice has. People type these ids on command \
                 lines. Rename one of them."
            }
            Self::SharedVariable => {
                "Two providers read one environment variable. If each issues keys of its own, a key would be sent to \
                 the wrong one. If it is really the same key, say so with `shares_env` or `same_as`."
            }
            Self::DuplicateModel => {
                "A model id or an alias is taken by another model of the provider. A lookup would have to guess. \
                 Remove the alias, or the second model."
            }
            Self::FileName => {
                "A file is not named after the id that it declares. The name is how people and messages find a vendor. \
                 Rename the file, or correct the id."
            }
            Self::DuplicateVendor => {
                "Two files declare one vendor or lab. A vendor is one file, one page and one place to look. Join the \
                 files; a company that runs two services has a vendor id for each."
            }
            Self::Circle => {
                "Base models, or providers with `same_as`, refer to each other in a circle, or in a chain without a \
                 sensible end. What they take from each other could never be put together. Take one of the references \
                 out."
            }
            Self::PublicId => {
                "A private manifest declares an id that the public catalog has already. A program that looks it up would \
                 get one of the two by chance. Rename it, or say `override: true` in a manifest of the public vendor, \
                 with only what is different."
            }
            Self::OverridesNothing => {
                "A manifest says `override: true`, but there is no such row in the public catalog, or it says nothing \
                 that could be different. Most often an id is misspelt, and the public price would go on in silence. \
                 Write the id as the public catalog has it, or declare something new without `override: true`."
            }
            Self::NoCurrency => {
                "A private price replaces one in another currency than US dollars and does not name its own. Which of the \
                 two is meant cannot be known, and currencies are never mixed. Add `currency:` to the card."
            }
            Self::OverlappingCards => {
                "Two price cards can hold for the same request, and neither is the more specific one. There would be two \
                 prices and no rule to choose. Add a condition that keeps the two apart, or a card for exactly the \
                 conditions that they share."
            }
            Self::TierOrder => {
                "Context tiers do not ascend, or two begin at one number. Read from top to bottom they are the rule that \
                 is applied, so the order is not repaired in silence. Sort them, and keep one of two alike."
            }
            Self::IncompleteTier => {
                "A tier says no rate for a token meter that its card has, or one for a meter that its card does not \
                 re-rate. Vendors differ in what the others cost above the number, so nothing is carried over. Say the \
                 rate again, even if it is the same."
            }
            Self::TierGrid => {
                "Tiers by input and by output tokens leave a combination without a price, or give it two. Requests of \
                 that length could not be billed. Add the tier for the missing combination."
            }
            Self::EmptyPeriod => {
                "A card holds at no time: it ends before it starts, or was last seen before it was first seen. Most \
                 often two dates were swapped. Correct them, or delete the card."
            }
            Self::InexactProduct => {
                "A rate of `like`, multiplied by `times`, has more than twelve decimals. It would have to be rounded, \
                 and money is not. Write the rates of the derived card out as the vendor states them."
            }
            Self::NoRates => {
                "A price card has conditions or a currency and no rate at all. It would make requests that it holds for \
                 impossible to price. Add the rates, or delete the card."
            }
            Self::TierForm => {
                "A tier has no number to begin at, or the tiers of a card differ in `scope` or `inclusive`. Then no \
                 single rule says which tokens cost what. Give every tier of the card its number and the same form."
            }
            Self::NoSource => {
                "Nothing says where a price is from, or when a source was compared. A fact that cannot be checked cannot \
                 be trusted. Write `source` and `checked` at the card, the model, the provider or the vendor; each \
                 `source` has its own `checked` beside it."
            }
            Self::NoPrices => {
                "A model says nothing of its price, or would inherit price cards. Silence could mean free, included or \
                 not known. Write cards at the model, or one of `free`, `included` and `unknown`."
            }
            Self::NoSighting => {
                "Of two cards that follow each other, the first has neither the vendor's end date nor a day on which a \
                 source showed it. Nobody could say which of them holds when. Add `seen` and `last_seen`, or `until`."
            }
            Self::DuplicateCard => {
                "Two cards have one id, or an id is the word of a service tier. `like` would mean two cards. Give the \
                 card another id."
            }
            Self::RegionPolicy => {
                "A provider has regions and does not say what happens when nobody names one, or says so and has none. \
                 No code ever takes the first region. Write `region: required`, or `region: { default: ID }` if the \
                 vendor names a default."
            }
            Self::NoEndpoint => {
                "A provider, or one of its regions, has no address to send a request to. Write `endpoints` at the \
                 provider, or at each region."
            }
            Self::UnknownApi => {
                "A model or a default names a wire protocol that the provider has no endpoint for, at least in one \
                 region. A request could not be sent. Add the endpoint, or name a protocol that has one."
            }
            Self::TemplateVariable => {
                "A variable of an endpoint is not declared, is declared and not used, or could be filled with something \
                 that is no DNS label. A value must never be able to move a key to another host. Declare it under \
                 `variables`, or correct its name."
            }
            Self::NoDefaultApi => {
                "A provider speaks several wire protocols and does not say which is meant when nobody names one. Write \
                 `default_api`."
            }
            Self::NoList => {
                "The provider's list of models is a seed, or is known only with credentials, and no endpoint can be asked \
                 for the rest: its own protocol says nothing of lists. Write under `lists` where the vendor documents \
                 one, or `unlisted: true` where it documents none; if the manifest's list is complete, `coverage: static`."
            }
            Self::PlainHttp => {
                "A base URL is plain `http` to another machine, and requests there carry a key, which everybody on the way \
                 could read. Write `https`, or `header: none` at an endpoint that takes no key, as a server of one's own \
                 network may be."
            }
            Self::NoName => {
                "Neither the model nor its base model has a name. Lists for people would show an id only. Write `name`, \
                 or the `base` that has one."
            }
            Self::StatusConflict => {
                "What a model says about its end contradicts itself: retired without a day, retired and delisted, or two \
                 replacements. Old bills are priced and old code is warned by these facts. Keep the one that the vendor \
                 says."
            }
            Self::MisplacedKey => {
                "The key exists and does not fit this kind: voices of a web search, or `pass_through` beside a list \
                 that is complete. Nothing would ever read it. Remove it, or correct the kind."
            }
            Self::OutOfBounds => {
                "Two numbers that belong together exclude each other: a lower bound above the upper one, or more input \
                 than the context holds. One of the two is wrong, also if they are from different sources. Correct it, \
                 or leave out the one that nobody says."
            }
            Self::FactSource => {
                "`fact_sources` names the source of a fact that the model does not say itself, or of one that it names \
                 another source for. Nobody could tell where that fact is from. Say the fact beside it, or take its key \
                 out of the list."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_two_to_four_sentences_in_one_paragraph() {
        for code in Code::ALL {
            let text = code.explanation();
            let sentences = text.matches(". ").count() + 1;
            assert!((2..=4).contains(&sentences), "{code}: {sentences} sentences");
            assert!(text.ends_with('.') && !text.contains(['\n', '|', '<']), "{code}");
            assert!(!text.contains("  "), "{code}: a doubled space");
            assert!(text.matches('`').count() % 2 == 0, "{code}: a backtick that is not closed");
        }
    }
}
