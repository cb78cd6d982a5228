//! `cargo xtask docs`: the site, an mdBook of what people wrote under `docs/` and of what is composed from the manifests,
//! the schemas, the table of codes and the test manifests.
//!
//! Compiles the manifests, lays the book out under `target/docs`, renders it and checks every link of the result.

pub mod errors;
pub mod example;
pub mod fields;
mod mdbook;
pub mod pair;
pub mod site;
pub mod stage;
mod value;
pub mod vendors;

use std::process::ExitCode;

use clap::Args;

use crate::generate::{self, MessageFormat};

/// What `cargo xtask docs` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Show the site in a browser of this machine until it is stopped. Another `cargo xtask docs` brings it up to date.
    #[arg(long)]
    serve: bool,
    /// The port to show it on.
    #[arg(long, default_value_t = 3000, requires = "serve")]
    port: u16,
}

/// Runs the task.
///
/// # Errors
/// What stands in the way outside of the manifests and the pages: a path, or mdBook.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let root = crate::repository();
    let Some((catalog, _)) = generate::catalog(&root, MessageFormat::Human)? else {
        return Ok(ExitCode::FAILURE);
    };
    let folder = root.join("target/docs");
    let book = folder.join("book");
    stage::write(&book, &stage::files(&root, &catalog)?)?;
    mdbook::build(&book)?;
    let site = folder.join("site");
    let faults = site::check(&site)?;
    for fault in &faults {
        eprintln!("error: {fault}");
    }
    if !faults.is_empty() {
        let plural = if faults.len() == 1 { "" } else { "s" };
        eprintln!("error: {} fault{plural} in the site", faults.len());
        return Ok(ExitCode::FAILURE);
    }
    println!("the site is whole: {}", site.join("index.html").display());
    if options.serve {
        println!("http://127.0.0.1:{}", options.port);
        mdbook::serve(&book, options.port)?;
    }
    Ok(ExitCode::SUCCESS)
}
