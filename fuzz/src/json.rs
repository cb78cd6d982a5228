//! A frozen catalog of any bytes: reading it gives an error or a catalog that is written as it was read.

use portolan_codegen::catalog::Catalog;
use portolan_codegen::emit::json;

/// Reads the bytes.
pub(crate) fn read(bytes: &[u8]) {
    let Ok(catalog) = serde_json::from_slice::<Catalog>(bytes) else { return };
    let text = json::catalog(&catalog);
    let read: Catalog = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(read, catalog);
    assert_eq!(json::catalog(&read), text);
}
