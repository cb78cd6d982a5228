//! The JSON Schemas agree with the parser: every manifest that compiles is valid, and one whose shape is wrong is not.

use jsonschema::Validator;
use portolan_codegen::code::Code;
use portolan_codegen::load::{BASE_FOLDER, Input};
use portolan_codegen::manifest::{LabFile, VendorFile};
use portolan_codegen::shape::{Defs, Keyed, Property, Shape};
use portolan_codegen::source::FileId;
use portolan_codegen::{diagnostic::Diagnostics, yaml};
use serde_json::Value as Json;

use crate::fixtures::{cases, compiled, inputs, name, public, public_catalog, repository};

fn schema_of<T: Shape>() -> Validator {
    jsonschema::validator_for(&Defs::default().document::<T>("a manifest")).unwrap()
}

struct Schemas {
    vendor: Validator,
    lab: Validator,
}

impl Schemas {
    fn new() -> Self {
        Self { vendor: schema_of::<VendorFile>(), lab: schema_of::<LabFile>() }
    }

    /// Why a manifest is not valid, or nothing.
    fn objections(&self, input: &Input) -> Vec<String> {
        let value: Json = serde_yaml::from_slice(&input.bytes).unwrap();
        let lab = input.path.starts_with(BASE_FOLDER);
        let validator = if lab { &self.lab } else { &self.vendor };
        validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

#[test]
fn every_good_manifest_is_valid() {
    let schemas = Schemas::new();
    let good = [cases("ok"), cases("over")].concat();
    let good = good.iter().flat_map(|case| inputs(case)).collect::<Vec<_>>();
    for input in public().iter().chain(&good) {
        assert_eq!(schemas.objections(input), Vec::<String>::new(), "{}", input.path);
    }
}

/// Mistakes of shape that a JSON Schema cannot see: what YAML readers do with the text before a schema looks, digits that
/// a JSON number has lost, and a calendar.
const UNSEEN: &[Code] = &[
    Code::Syntax,
    Code::SecondDocument,
    Code::NotUtf8,
    Code::ForbiddenCharacter,
    Code::ForbiddenYaml,
    Code::TooDeep,
    Code::TooLarge,
    Code::DuplicateKey,
    Code::KeyNotText,
    Code::DecimalOutOfRange,
];

#[test]
fn every_wrong_shape_is_invalid() {
    let schemas = Schemas::new();
    let mut seen = 0;
    for case in cases("bad") {
        let name = name(&case);
        let code = Code::ALL.iter().find(|code| name.starts_with(code.id()));
        // An exponent is a number to a schema, and a list in another order another list.
        let by_meaning = ["M0206-exponent", "M0215-set-in-another-order"].contains(&name.as_str());
        if code.is_none_or(|code| UNSEEN.contains(code) || code.id() > "M02ZZ") || by_meaning {
            continue;
        }
        let objections: Vec<_> =
            inputs(&case).iter().flat_map(|input| schemas.objections(input)).collect();
        assert!(!objections.is_empty(), "{name} is valid under the schema");
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} cases were looked at");
}

#[test]
fn a_manifest_of_the_wrong_meaning_has_the_right_shape() {
    let schemas = Schemas::new();
    for case in cases("bad").iter().filter(|case| name(case).as_str() >= "M0301") {
        if name(case).starts_with('M') {
            for input in inputs(case) {
                assert_eq!(schemas.objections(&input), Vec::<String>::new(), "{}", name(case));
            }
        }
    }
}

fn properties<T: Keyed>() -> Vec<Property> {
    let mut list = Vec::new();
    T::properties(&mut Defs::default(), &mut list);
    list
}

/// Checks that every key has a description and an example that is valid under the key's own schema.
fn documented(schema: &Json) -> usize {
    let definitions = schema["definitions"].as_object().unwrap();
    let mut keys = 0;
    for (name, definition) in definitions {
        for (key, property) in definition["properties"].as_object().unwrap() {
            if portolan_types::Meter::from_id(key).is_some() {
                continue;
            }
            assert!(property["description"].is_string(), "{name}.{key} has no description");
            let example = &property["examples"][0];
            assert!(!example.is_null(), "{name}.{key} has no example");
            let mut own = property.clone();
            own["definitions"] = schema["definitions"].clone();
            let objections: Vec<_> = jsonschema::validator_for(&own)
                .unwrap()
                .iter_errors(example)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(objections, Vec::<String>::new(), "the example of {name}.{key}");
            keys += 1;
        }
    }
    keys
}

#[test]
fn every_key_is_described_and_its_example_is_right() {
    let keys = documented(&Defs::default().document::<VendorFile>("vendor"))
        + documented(&Defs::default().document::<LabFile>("lab"));
    assert!(keys > 150, "only {keys} keys were looked at");
}

#[test]
fn every_example_of_a_vendor_decodes() {
    for property in properties::<VendorFile>() {
        let text = format!(
            "vendor: acme\nname: Acme\nproviders: {{}}\n{}: {}\n",
            property.key,
            property.example().unwrap()
        );
        let mut out = Diagnostics::default();
        let node = yaml::parse(FileId::default(), &text, &mut out).unwrap();
        VendorFile::decode(&node, &mut out);
        let wrong: Vec<_> = out
            .into_vec()
            .into_iter()
            .filter(|mistake| mistake.code != Code::DuplicateKey)
            .collect();
        assert_eq!(wrong, [], "the example of {}", property.key);
    }
}

#[test]
fn the_catalog_is_valid_under_its_schema() {
    let schema: Json = serde_json::from_str(portolan_manifests::CATALOG_SCHEMA_JSON).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let catalog = serde_json::to_value(public_catalog()).unwrap();
    let objections: Vec<_> =
        validator.iter_errors(&catalog).map(|error| error.to_string()).collect();
    assert_eq!(objections, Vec::<String>::new());
    let fixture = compiled(inputs(&crate::fixtures::folder("ok/acme"))).result.unwrap();
    assert!(validator.is_valid(&serde_json::to_value(fixture).unwrap()));
}

#[test]
fn the_schema_of_the_user_s_file_takes_the_examples_of_the_book() {
    let schema: Json = serde_json::from_str(&portolan_codegen::emit::json::user_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let page = std::fs::read_to_string(repository().join("docs/src/command.md")).unwrap();
    let examples: Vec<_> = page.split("```yaml\n").skip(1).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let (text, _) = example.split_once("```").unwrap();
        let value: Json = serde_yaml::from_str(text).unwrap();
        let wrong: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?} in\n{text}");
    }
    for wrong in ["default_modell: a/b", "aliases: []", "providers: { a: { endpoint: x } }"] {
        assert!(!validator.is_valid(&serde_yaml::from_str(wrong).unwrap()), "{wrong}");
    }
}
