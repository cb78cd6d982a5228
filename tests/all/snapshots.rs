//! Good manifests: the frozen catalog and everything that is emitted from it, as snapshots. The schemas are not among
//! them: they depend on no manifest, and those that are checked in are their snapshots.

use std::path::Path;

use crate::fixtures::{cases, compiled, inputs, languages, name};

fn assert_snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("../snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_frozen_catalog() {
    for case in cases("ok") {
        let catalog = compiled(inputs(&case)).result.expect("a good manifest");
        let text = serde_json::to_string_pretty(&catalog).unwrap();
        assert_snapshot("catalog", &name(&case), &text);
    }
}

#[test]
fn every_emitted_file() {
    for case in cases("ok") {
        let catalog = compiled(inputs(&case)).result.expect("a good manifest");
        let outputs = xtask::generate::outputs(&catalog, &languages());
        let mut shown = 0;
        for output in outputs.iter().filter(|output| !output.path.ends_with("schema.json")) {
            let file = output
                .path
                .trim_start_matches("crates/")
                .trim_start_matches("docs/src/generated/")
                .replace("/src/generated/", "-")
                .replace('/', "-");
            assert_snapshot(&format!("emitted/{}", name(&case)), &file, &output.contents);
            shown += 1;
        }
        assert!(shown > 8);
    }
}
