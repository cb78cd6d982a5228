//! Looks a model up with one catalog on, and one of a catalog that is off.

fn main() {
    let entry = portolan_catalog::find("lmstudio/openai/gpt-oss-20b").unwrap();
    println!("{}", entry.model.name);
    println!("{}", portolan_catalog::find("xiaomi/mimo-v2.5-pro").is_err());
}
