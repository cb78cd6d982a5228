//! Manifests of an invented catalog of any size, to see how the compiler and what it makes grow.
//!
//! Takes the number of models; returns manifests that compile to exactly that many. The same number gives the same
//! bytes. Shapes and shares are those of public lists: 120 providers, of which a few hold most rows, four fifths of the
//! rows with resellers, who say little of a model; a fifth of all is no longer listed, of which nothing is left but the
//! price; a quarter of the price lists has a history. No name or price in it is real.

mod cards;
mod random;

use portolan_codegen::load::Input;

use self::random::Random;

/// How many providers each catalog has and what part of the models, in percent.
const CATALOGS: [(&str, usize, usize); 4] =
    [("labs", 30, 12), ("clouds", 20, 8), ("gateways", 65, 78), ("local", 5, 2)];

const LABS: usize = 25;

/// The manifests of a catalog with this many models, 1,000 at least.
pub(super) fn manifests(models: usize) -> Vec<Input> {
    let bases = Bases { per_lab: (models / 10 / LABS).max(8) };
    let mut random = Random(0x706f_7274_6f6c_616e);
    let mut inputs: Vec<_> = (0..LABS).map(|lab| bases.file(lab, &mut random)).collect();
    let mut left = models;
    for (catalog, providers, percent) in CATALOGS {
        let share = if catalog == "local" { left } else { models * percent / 100 };
        left -= share;
        let sizes = sizes(share, providers);
        let vendors = if catalog == "labs" { LABS } else { providers };
        for vendor in 0..vendors {
            let own = sizes.iter().copied().enumerate().skip(vendor).step_by(vendors);
            inputs.push(vendor_file(catalog, vendor, own, &bases, &mut random));
        }
    }
    inputs
}

/// Splits a number so that the first parts are far larger than the last.
fn sizes(total: usize, parts: usize) -> Vec<usize> {
    let weights: Vec<_> = (0..parts).map(|rank| 1_000_000 / (rank + 3)).collect();
    let sum: usize = weights.iter().sum();
    let mut sizes: Vec<_> = weights.iter().map(|weight| total * weight / sum).collect();
    let given: usize = sizes.iter().sum();
    sizes[0] += total - given;
    sizes
}

/// A word that no other number below 196 gives.
fn word(number: usize) -> String {
    const FIRST: [&str; 14] = [
        "nor", "bel", "cas", "dar", "fen", "gal", "hel", "ist", "jor", "kel", "lum", "mar", "ost",
        "tav",
    ];
    const LAST: [&str; 14] = [
        "vane", "lin", "aro", "mont", "ique", "den", "wick", "ora", "stad", "eon", "bury", "ix",
        "ander", "holm",
    ];
    format!("{}{}", FIRST[number % 14], LAST[number / 14 % 14])
}

/// The base models: every lab released the same number.
struct Bases {
    per_lab: usize,
}

impl Bases {
    fn count(&self) -> usize {
        LABS * self.per_lab
    }

    /// The lab of a base model.
    fn lab(&self, base: usize) -> String {
        word(base / self.per_lab)
    }

    /// The id of a base model: family, version, size.
    fn id(&self, base: usize) -> String {
        const SIZES: [&str; 6] = ["", "-mini", "-pro", "-flash", "-8b-instruct", "-thinking"];
        let (lab, number) = (base / self.per_lab, base % self.per_lab);
        let version = number / SIZES.len();
        let family = word(100 + lab);
        format!("{family}-{}.{}{}", 1 + version / 10, version % 10, SIZES[number % SIZES.len()])
    }

    fn file(&self, lab: usize, random: &mut Random) -> Input {
        let id = word(lab);
        let mut page = Page::default();
        page.line(0, "# yaml-language-server: $schema=../models.schema.json");
        page.line(0, &format!("lab: {id}"));
        page.line(0, &format!("name: {id} Research"));
        page.line(0, &format!("source: https://docs.{id}.example/models"));
        page.line(0, "checked: 2026-07-02");
        page.line(0, "models:");
        for base in lab * self.per_lab..(lab + 1) * self.per_lab {
            page.line(1, &format!("{}:", self.id(base)));
            page.line(2, &format!("name: {}", self.id(base).replace('-', " ")));
            page.line(2, &format!("family: {}", word(100 + lab)));
            facts(&mut page, random);
        }
        page.input("models", &id)
    }
}

fn facts(page: &mut Page, random: &mut Random) {
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let context = random.pick(&["32_768", "131_072", "200_000", "262_144", "1_048_576"]);
    let output = random.pick(&["4096", "8192", "32_768", "65_536"]);
    let input = random.pick(&["[text]", "[text, image]", "[text, image, audio, video, pdf]"]);
    let (reasons, tools) = (random.one_in(2), !random.one_in(8));
    page.line(2, &format!("released: 2025-{month:02}-{day:02}"));
    page.line(2, &format!("cutoff: 2024-{month:02}"));
    page.line(2, &format!("open_weights: {}", random.one_in(2)));
    page.line(2, &format!("modalities: {{ input: {input}, output: [text] }}"));
    page.line(2, &format!("limits: {{ context: {context}, output: {output} }}"));
    page.line(
        2,
        &format!(
            "features: {{ reasoning: {reasons}, tools: {tools}, temperature: true, attachments: false }}"
        ),
    );
}

/// What a provider says of a base model beside its price.
fn differences(id: &str, page: &mut Page, random: &mut Random) {
    match random.below(50) {
        0 => page.line(4, "retired: { on: 2026-06-24 }"),
        1 | 2 => page.line(4, "status: deprecated"),
        3 => page.line(4, "status: preview"),
        4..=8 => page.line(4, &format!("aliases: [\"{id}-latest\"]")),
        9..=12 => page.line(4, "limits: { output: 16_384 }"),
        13..=15 => page.line(4, "reasoning_control: { efforts: [low, medium, high] }"),
        _ => {}
    }
}

/// The little that a reseller says where the model is no base model.
fn own_facts(name: &str, page: &mut Page, random: &mut Random) {
    let context = random.pick(&["32_768", "131_072", "262_144"]);
    page.line(4, &format!("name: {name}"));
    page.line(4, "modalities: { input: [text], output: [text] }");
    page.line(4, &format!("limits: {{ context: {context} }}"));
    page.line(4, &format!("features: {{ tools: {} }}", !random.one_in(4)));
}

/// A vendor with its providers, each given as its number within the catalog and how many models it has.
fn vendor_file(
    catalog: &str,
    vendor: usize,
    providers: impl Iterator<Item = (usize, usize)>,
    bases: &Bases,
    random: &mut Random,
) -> Input {
    let id = match catalog {
        "labs" => word(vendor),
        "clouds" => format!("{}-cloud", word(150 - vendor)),
        "gateways" => format!("{}router", word(30 + vendor)),
        _ => format!("{}-local", word(180 + vendor)),
    };
    let mut page = Page::default();
    page.line(0, "# yaml-language-server: $schema=../vendor.schema.json");
    page.line(0, &format!("vendor: {id}"));
    page.line(0, &format!("name: {id}"));
    page.line(0, &format!("links: {{ docs: \"https://docs.{id}.example\" }}"));
    page.line(0, &format!("source: https://docs.{id}.example/pricing"));
    page.line(0, "checked: 2026-07-02");
    page.line(0, "providers:");
    for (number, models) in providers {
        let plan = number != vendor;
        let provider = Provider { catalog, vendor, id: &id, plan, bases };
        provider.head(&mut page);
        for model in 0..models {
            provider.model(model, &mut page, random);
        }
    }
    page.input(catalog, &id)
}

struct Provider<'a> {
    catalog: &'a str,
    /// The vendor's number within the catalog.
    vendor: usize,
    /// The vendor's id.
    id: &'a str,
    /// Whether it is the vendor's subscription.
    plan: bool,
    bases: &'a Bases,
}

impl Provider<'_> {
    fn head(&self, page: &mut Page) {
        let Self { id: vendor, plan, .. } = self;
        let id = if *plan { format!("{vendor}-plan") } else { (*vendor).to_owned() };
        let env = id.to_ascii_uppercase().replace('-', "_");
        let place = if self.regional() { "{region}.api" } else { "api" };
        page.line(1, &format!("{id}:"));
        page.line(2, &format!("name: {id}"));
        page.line(2, "endpoints:");
        page.line(3, &format!("openai-completions: \"https://{place}.{id}.example/v1\""));
        page.line(2, "coverage: static");
        if self.regional() {
            page.line(2, if *plan { "region: required" } else { "region: { default: us }" });
            page.line(
                2,
                "regions: { us: { name: US East }, eu: { name: Frankfurt }, sgp: { name: Singapore } }",
            );
        }
        page.line(2, "auth:");
        page.line(3, &format!("env: [{env}_API_KEY]"));
        page.line(3, "choices:");
        page.line(4, &format!("- {{ id: {id}-api-key, label: {id} key, flag: --{id}-api-key }}"));
        page.line(2, "models:");
    }

    /// Whether it has regions.
    fn regional(&self) -> bool {
        self.plan || self.catalog == "clouds"
    }

    fn model(&self, number: usize, page: &mut Page, random: &mut Random) {
        let base = self.base(number);
        let (lab, name) = (self.bases.lab(base), self.bases.id(base));
        let id = self.model_id(number, &lab, &name);
        page.line(3, &format!("\"{id}\":"));
        match random.below(10) {
            0 | 1 => {
                page.line(4, &format!("name: {name}"));
                page.line(4, "delisted: { last_seen: 2026-06-10 }");
            }
            2..=5 if self.catalog != "labs" => own_facts(&name, page, random),
            _ => {
                page.line(4, &format!("base: {lab}/{name}"));
                differences(&id, page, random);
            }
        }
        for line in cards::prices(self.plan, self.regional(), random) {
            page.line(4, &line);
        }
    }

    /// Labs serve what they released, the others a bit of everything.
    fn base(&self, number: usize) -> usize {
        // A prime, so that steps of it meet every base model before one of them again.
        const STEP: usize = 7919;
        match self.catalog {
            "labs" => self.vendor * self.bases.per_lab + number % self.bases.per_lab,
            _ => (self.vendor * 101 + number * STEP) % self.bases.count(),
        }
    }

    fn model_id(&self, number: usize, lab: &str, name: &str) -> String {
        let bases = if self.catalog == "labs" { self.bases.per_lab } else { self.bases.count() };
        let snapshot = match number / bases {
            0 => String::new(),
            later => format!("-2026{:02}{:02}", 1 + later % 12, 1 + later / 12),
        };
        match self.catalog {
            "labs" => format!("{name}{snapshot}"),
            "clouds" => format!("{lab}.{name}{snapshot}-v1:0"),
            "gateways" => format!("{lab}/{name}{snapshot}"),
            _ => format!("{name}:latest{snapshot}"),
        }
    }
}

/// The text of a manifest while it is written.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, depth: usize, text: &str) {
        self.0.extend(std::iter::repeat_n("  ", depth));
        self.0.extend([text, "\n"]);
    }

    fn input(self, folder: &str, id: &str) -> Input {
        Input { path: format!("{folder}/{id}.yaml"), bytes: self.0.into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use portolan_codegen::catalog::{Card, Catalog, Price};
    use portolan_codegen::{compile, render};

    use super::*;

    fn catalog(models: usize) -> Catalog {
        let compiled = compile(manifests(models), "");
        compiled.result.unwrap_or_else(|mistakes| {
            let format = render::Format::Human { styled: false };
            panic!("{}", render::render(&mistakes[..1], &compiled.sources, format))
        })
    }

    #[test]
    fn it_compiles_to_as_many_models_as_asked_for() {
        for models in [1_000, 2_017] {
            let catalog = catalog(models);
            assert_eq!(catalog.providers().count(), 120);
            let count: usize = catalog.providers().map(|(_, one)| one.models.len()).sum();
            assert_eq!(count, models);
        }
    }

    #[test]
    fn the_same_number_gives_the_same_bytes() {
        let texts = || manifests(1_000).into_iter().map(|input| (input.path, input.bytes));
        assert!(texts().eq(texts()));
    }

    #[test]
    fn every_kind_of_price_is_there() {
        let catalog = catalog(2_000);
        let prices: Vec<_> = catalog
            .providers()
            .flat_map(|(_, provider)| provider.models.iter().map(|model| &model.price))
            .collect();
        for state in [Price::Free, Price::Included, Price::Unknown] {
            assert!(prices.iter().any(|price| **price == state), "{state:?}");
        }
        let cards = prices.iter().filter_map(|price| match price {
            Price::Priced(cards) => Some(cards.as_slice()),
            _ => None,
        });
        let cards: Vec<_> = cards.collect();
        let kinds: [fn(&Card) -> bool; 4] = [
            |card| !card.tiers.is_empty(),
            |card| !card.windows.is_empty(),
            |card| card.from.is_some(),
            |card| card.service_tier.0.id() != "standard",
        ];
        for kind in kinds {
            let with = cards.iter().filter(|cards| cards.iter().any(kind)).count();
            assert!(with > 20 && with < 600, "{with}");
        }
        assert!(cards.iter().any(|cards| kinds.iter().all(|kind| cards.iter().any(kind))));
        assert!(cards.iter().any(|cards| cards.iter().any(|card| !card.regions.is_empty())));
    }
}
