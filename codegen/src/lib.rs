//! Compiles manifests.
