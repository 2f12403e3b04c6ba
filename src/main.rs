//! Parse, run, exit code.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    gatewayq::commands::run(gatewayq::cli::Cli::parse()).await
}
