//! The tasks of the repository: `cargo xtask <task>`.
#![expect(clippy::print_stderr, reason = "tasks talk to a person")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    bench, compare, diff, docs, explain, fmt, fuzz, generate, import, new, oracle, peers, readers,
    test,
};

/// The tasks of the Portolan repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compile the manifests into crates, the catalog and the schemas.
    Gen(generate::Options),
    /// Lay manifests out in one way, with every comment kept.
    Fmt(fmt::Options),
    /// Begin a manifest: the smallest that compiles, with comments that teach.
    New(new::Options),
    /// Take the file of a catalog that others keep into the manifests.
    Import(import::Options),
    /// Run every test.
    Test(test::Options),
    /// Compare what prices come to with what other catalogs' own code says.
    Oracle(oracle::Options),
    /// Show what changed between two catalogs, by meaning.
    Diff(diff::Options),
    /// Lay the manifests beside the files of the catalogs that others keep.
    Compare(compare::Options),
    /// Try the SDK and the command on a mock provider from a registry.
    Peers(peers::Options),
    /// Have programs from the registries read the feeds.
    Readers(readers::Options),
    /// Measure the compiler and the catalogs.
    Bench(bench::Options),
    /// Build the documentation site and check its links.
    Docs(docs::Options),
    /// Say what an error code means.
    Explain(explain::Options),
    /// Try inputs that nobody would write on everything that takes one.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Gen(options) => generate::run(&options),
        Task::Fmt(options) => fmt::run(&options),
        Task::New(options) => new::run(&options),
        Task::Import(options) => import::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Oracle(options) => oracle::run(&options),
        Task::Diff(options) => diff::run(&options),
        Task::Compare(options) => compare::run(&options),
        Task::Peers(options) => peers::run(&options),
        Task::Readers(options) => readers::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Docs(options) => docs::run(&options),
        Task::Explain(options) => explain::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
