//! Where the function's binary comes from, and where it goes.

use crate::handler::Handler;
use camino::Utf8PathBuf;
use clap::Args;

/// Where the binary in the artifact comes from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Source {
    /// Use this built binary instead of building the handler crate
    #[arg(long, value_name = "FILE")]
    pub bootstrap: Option<Utf8PathBuf>,
    /// Use what `gatewayq package` wrote: nothing is built
    #[arg(long, value_name = "FILE", conflicts_with = "bootstrap")]
    pub package: Option<Utf8PathBuf>,
}

impl Source {
    /// The handler that the command line names.
    pub(crate) fn handler(&self) -> Option<Handler> {
        let package = self.package.clone().map(Handler::Package);
        package.or_else(|| self.bootstrap.clone().map(Handler::File))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Package {
    /// The file to write; one that is there is replaced when the new one is complete
    #[arg(long, short, value_name = "FILE")]
    pub out: Utf8PathBuf,
    /// Use this built binary instead of building the handler crate
    #[arg(long, value_name = "FILE")]
    pub bootstrap: Option<Utf8PathBuf>,
}
