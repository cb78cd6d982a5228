//! A company's catalog: its gateway, the prices that it negotiated, the regions that it allows.
#![no_std]

/// What the company has of its own.
pub mod company {
    include!(concat!(env!("OUT_DIR"), "/portolan/company/mod.rs"));
}

/// The catalogs to look refs up in; what the company says comes first.
pub static CATALOGS: &[&portolan_types::Catalog] = &[&company::CATALOG, &portolan_labs::CATALOG];
