//! The arguments of `gatewayq dev` and `gatewayq watch`.

use super::{Source, WorkerRun};
use clap::Args;

#[derive(Debug, Args)]
#[command(
    after_help = "A save of gatewayq.toml, of a file that it names or of the handler deploys what changed; a save of the worker's Python \
    files starts the worker again. Ctrl-C ends all of it once the running tasks are finished; twice: at once. A local AWS that ran \
    before goes on."
)]
pub(crate) struct Dev {
    #[command(flatten)]
    pub source: Source,
    /// Start no worker
    #[arg(long, conflicts_with_all = ["concurrency", "tasks", "celery"])]
    pub no_worker: bool,
    #[command(flatten)]
    pub worker: WorkerRun,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A save of gatewayq.toml, of a file that it names or of the handler deploys what changed. With --json it prints a line \
    for each deploy. Ctrl-C ends it."
)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub source: Source,
    /// Do not ask before the first deploy to an account
    #[arg(long, short)]
    pub yes: bool,
}
