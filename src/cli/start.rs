//! The arguments of what begins a project.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The project's folder, made where it is missing (default: --project-dir)
    #[arg(value_name = "DIR")]
    pub dir: Option<Utf8PathBuf>,
    /// The app's name (default: the folder's)
    #[arg(long, value_name = "APP", value_parser = app_name)]
    pub name: Option<String>,
    /// Write the handler's crate too, for routes in Rust
    #[arg(long)]
    pub handler: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HandlerAction {
    /// Write the handler's crate into the project, for routes in Rust; a crate that is there stays
    Init,
}

fn app_name(text: &str) -> Result<String, String> {
    match crate::config::is_name(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("allowed: {}", crate::config::NAME_RULE)),
    }
}
