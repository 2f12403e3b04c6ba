//! gatewayq: API Gateway to Lambda to SQS FIFO to Celery workers, deployed and removed with one
//! command. The binary is a thin shell around this library.
// Progress goes through the printer: `eprint!` panics where standard error cannot be written to.
#![cfg_attr(not(test), warn(clippy::print_stderr))]

use std::process::ExitCode;

mod aws;
mod build;
mod ci;
mod cli;
mod commands;
mod completion;
mod config;
mod dev;
mod doctor;
mod endpoint;
mod engine;
mod environment;
mod export;
mod file_lock;
mod handler;
mod hex;
mod hidden_folder;
mod init;
mod keys;
mod local;
mod names;
mod output;
mod package;
mod picture;
mod policies;
mod process_group;
mod program;
mod python_env;
mod queue;
mod region;
mod resources;
mod routes_file;
mod saved_plan;
mod scaffold;
mod shell;
mod stack;
mod tags;
mod watch;
mod whole_file;
mod worker_kit;

/// The process: command line and environment in, exit code out.
pub fn main() -> ExitCode {
    environment::drop_empty();
    completion::answer();
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    match cli::Cli::read() {
        Ok(cli) => commands::run(cli).await,
        Err(error) => commands::usage::answer(&error),
    }
}

/// What the test suite builds and checks the handler with, as deploy does, and the command line that it
/// holds the documentation to.
#[doc(hidden)]
pub mod bench {
    pub use crate::build::{Error, bootstrap, check};
    pub use crate::cli::command;
    pub use crate::config::Architecture;
}
