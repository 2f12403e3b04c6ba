//! Parse, run, exit code.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    gatewayq::environment::drop_empty();
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    gatewayq::commands::run(gatewayq::cli::Cli::parse()).await
}
