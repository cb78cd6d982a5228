//! Good manifests: the frozen catalog and everything that is emitted from it, as snapshots.

use crate::fixtures::{cases, compiled, inputs, name};

#[test]
fn the_frozen_catalog() {
    for case in cases("ok") {
        let catalog = compiled(inputs(&case)).result.expect("a good manifest");
        insta::with_settings!({ snapshot_path => "../snapshots/catalog", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name(&case), serde_json::to_string_pretty(&catalog).unwrap());
        });
    }
}
