//! Compiles `manifests/` over the public catalog.

fn main() {
    portolan_codegen::Config::new().over(portolan_manifests::CATALOG_JSON).build();
}
