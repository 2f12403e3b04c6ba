//! The stage in another format.

use super::Source;
use crate::export::Format;
use camino::Utf8PathBuf;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Export {
    pub format: Format,
    /// The folder, which is made where it is missing
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: Utf8PathBuf,
    /// Look at the deployed stage: its account and Region are written out, and what the other tool needs to take it over
    #[arg(long)]
    pub deployed: bool,
    /// Replace an earlier export in the folder; a file that was changed since stays, and nothing is written then
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub source: Source,
}
