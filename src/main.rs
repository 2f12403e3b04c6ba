//! Parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatewayq::environment::drop_empty();
    gatewayq::completion::answer();
    run()
}

#[tokio::main]
async fn run() -> ExitCode {
    gatewayq::commands::run(gatewayq::cli::Cli::read()).await
}
