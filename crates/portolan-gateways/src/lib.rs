//! Gateways: services that pass requests on to others' models.
//!
//! A module per provider, generated from the manifests in `manifests/gateways`: a documented static per model, the provider
//! with its credentials and services, an enum of its regions. Everything is plain data of `portolan-types`; nothing runs
//! at start-up, and a program that names one model carries that model alone.
#![no_std]
#![forbid(unsafe_code)]

#[rustfmt::skip]
mod generated;

pub use generated::*;

/// The example of the README, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
