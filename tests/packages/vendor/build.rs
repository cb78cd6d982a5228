//! Compiles `manifests/` into `OUT_DIR`.

fn main() {
    portolan_codegen::Config::new().build();
}
