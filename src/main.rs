//! Parse, run, exit code.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    gatewayq::completion::answer();
    gatewayq::commands::run(gatewayq::cli::Cli::read()).await
}
