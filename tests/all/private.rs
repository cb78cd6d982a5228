//! Private manifests over the public catalog: what an override leaves unsaid is as the public row has it, what it says
//! replaces it, and names of both worlds meet.

use portolan_codegen::catalog::{Catalog, Provider, Source};
use portolan_codegen::load::Input;
use portolan_codegen::overlay::Public;
use portolan_codegen::{Compiled, compile_over};

use crate::fixtures::{compiled, folder, inputs, public_catalog};

/// The frozen catalog of the good fixture.
fn acme() -> Catalog {
    compiled(inputs(&folder("ok/acme"))).result.unwrap()
}

fn over(public: Catalog, manifest: &str) -> Compiled {
    let vendor = manifest.lines().find_map(|line| line.strip_prefix("vendor: ")).unwrap();
    let input = Input { path: format!("company/{vendor}.yaml"), bytes: manifest.into() };
    compile_over(vec![input], "manifests/", Public::new(public).unwrap())
}

fn catalog(public: Catalog, manifest: &str) -> Catalog {
    let compiled = over(public, manifest);
    compiled.result.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// What an override of its name alone makes of a public provider.
fn renamed(provider: &Provider) -> Provider {
    let overrides = vec!["name".to_owned()];
    // The sources of rows that a private manifest adds are its own.
    let source = Source::default();
    Provider { name: "Renamed".to_owned(), overrides, source, ..provider.clone() }
}

#[test]
fn what_an_override_leaves_unsaid_is_as_the_public_row_has_it() {
    for public in [acme(), public_catalog()] {
        for (vendor, provider) in public.providers() {
            let manifest = format!(
                "vendor: {}\noverride: true\nproviders:\n  {}: {{ name: Renamed }}\n",
                vendor.id, provider.id
            );
            let private = catalog(public.clone(), &manifest);
            assert_eq!(private.vendors.len(), 1);
            assert_eq!(private.vendors[0].catalog, "company");
            assert_eq!(private.vendors[0].providers, [renamed(provider)]);
        }
    }
}
