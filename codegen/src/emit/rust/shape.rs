//! The shape of a provider with regions: the enum that names them. Takes the provider; returns Rust items as text.

use portolan_types::RegionPolicy;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::catalog::Provider;
use crate::emit::markdown::inert;
use crate::naming;

/// The enum `Region` with a variant per region, in the order of the `REGIONS` table. It has a default only where the
/// provider names one.
pub(super) fn region_enum(provider: &Provider) -> String {
    let default = provider.default_region.as_deref();
    let default = default.filter(|_| provider.region_policy.0 == RegionPolicy::Default);
    let derive_default = default.map(|_| quote!(, Default));
    let variants = provider.regions.iter().map(|region| {
        let doc = format!(" {}.", inert(&region.name));
        let marker = (default == Some(region.id.as_str())).then(|| quote!(#[default]));
        let name = format_ident!("{}", naming::variant(&region.id));
        quote!(#[doc = #doc] #marker #name)
    });
    let doc = format!(" The regions of {}.", inert(&provider.name));
    print(quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash #derive_default)]
        #[non_exhaustive]
        pub enum Region { #(#variants,)* }

        impl portolan_types::Region for Region {
            fn row(self) -> &'static portolan_types::RegionRow {
                &REGIONS[self as usize]
            }
        }
    })
}

fn print(items: TokenStream) -> String {
    match syn::parse2(items) {
        Ok(file) => prettyplease::unparse(&file).replace("}\nimpl", "}\n\nimpl"),
        Err(error) => unreachable!("the items above are Rust: {error}"),
    }
}
