//! One file a subcommand: arguments to core to printer.

mod adopt;
mod artifact;
mod binary;
mod canary;
mod ci;
mod completions;
mod confirm;
mod converge;
mod delete;
mod denied;
mod deploy;
mod dev;
mod doctor;
mod domain;
mod elsewhere;
mod environment;
mod export;
mod failure;
mod graph;
mod history;
mod init;
mod interrupt;
mod invoke;
mod keys;
mod local;
mod logs;
mod open;
mod package;
mod place;
mod plan;
mod planned;
mod policy;
mod queue;
mod result;
mod rollback;
mod rounds;
mod schema;
mod session;
mod stages;
mod status;
mod url;
pub(crate) mod usage;
mod version;
mod watch;
mod worker;
mod worker_run;

pub(crate) use denied::help;
pub(crate) use failure::Failure;
pub(crate) use session::FILE;

use crate::cli::{Cli, Command};
use crate::output::Printer;
use serde::Serialize;
use std::process::ExitCode;

/// What `--json` prints where there is no result.
#[derive(Serialize)]
struct Report<'a> {
    error: &'a str,
    exit_code: u8,
}

/// Runs one command line to its exit code.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    let printer = Printer::new(cli.global.json, cli.global.quiet, cli.global.verbose);
    let code = match dispatch(cli, &printer).await {
        Ok(()) => 0,
        Err(failure) => tell(&printer, &failure),
    };
    match printer.failure() {
        Some(error) => {
            printer.error(&format!("the result cannot be written: {error}"));
            ExitCode::from(code.max(1))
        }
        None => ExitCode::from(code),
    }
}

fn tell(printer: &Printer, failure: &Failure) -> u8 {
    let code = failure.exit_code();
    if let Some(message) = failure.message() {
        if printer.json && !matches!(failure, Failure::Answered(_)) {
            let report = Report {
                error: &message,
                exit_code: code,
            };
            printer.result(&report, "");
        }
        show(printer, failure);
    }
    code
}

/// The failure for people.
fn show(printer: &Printer, failure: &Failure) {
    match failure {
        Failure::Config(error) => printer.mistakes(error),
        _ => {
            if let Some(message) = failure.message() {
                printer.error(&message);
            }
        }
    }
}

async fn dispatch(cli: Cli, printer: &Printer) -> Result<(), Failure> {
    let global = cli.global;
    match cli.command {
        Command::Deploy(arguments) => deploy::run(&global, printer, &arguments).await,
        Command::Plan(arguments) => plan::run(&global, printer, &arguments).await,
        Command::Package(arguments) => package::run(&global, printer, &arguments).await,
        Command::Export(arguments) => export::run(&global, printer, &arguments).await,
        Command::Graph(arguments) => graph::run(&global, printer, &arguments).await,
        Command::Status(arguments) => status::run(&global, printer, &arguments).await,
        Command::History(arguments) => history::run(&global, printer, arguments).await,
        Command::Rollback(arguments) => rollback::run(&global, printer, &arguments).await,
        Command::Promote => rollback::promote(&global, printer).await,
        Command::Dev(arguments) => dev::run(global, printer, &arguments).await,
        Command::Watch(arguments) => watch::run(&global, printer, &arguments).await,
        Command::Delete(arguments) => delete::run(&global, printer, &arguments).await,
        Command::Adopt(arguments) => adopt::run(&global, printer, &arguments).await,
        Command::Invoke(arguments) => invoke::run(&global, printer, &arguments).await,
        Command::Result(arguments) => result::run(&global, printer, arguments).await,
        Command::Logs(arguments) => logs::run(&global, printer, &arguments).await,
        Command::Local(action) => local::run(&global, printer, action).await,
        Command::Worker(action) => worker::run(&global, printer, &action).await,
        Command::Doctor => doctor::run(&global, printer).await,
        Command::Keys(action) => keys::run(&global, printer, &action).await,
        Command::Queue(action) => queue::run(&global, printer, &action).await,
        Command::Ci(action) => ci::run(&global, printer, &action),
        Command::Policy(policy) => policy::run(&global, printer, &policy).await,
        Command::Init(arguments) => init::run(&global, printer, &arguments),
        Command::Handler(action) => init::handler(&global, printer, &action),
        Command::Url { route, no_domain } => {
            url::run(&global, printer, route.as_deref(), no_domain).await
        }
        Command::Open => open::run(&global, printer).await,
        Command::Stages => stages::run(&global, printer).await,
        Command::Completions { shell } => completions::run(printer, shell),
        Command::Man { dir } => completions::man(printer, &dir),
        Command::Version => version::run(printer),
        Command::Schema => {
            schema::run(printer);
            Ok(())
        }
    }
}
