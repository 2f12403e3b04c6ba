//! `gatewayq result`: what became of a task, as the stage's own route tells it.

use super::session::settings;
use super::{Failure, invoke};
use crate::cli::{Global, Invoke, TaskResult};
use crate::output::Printer;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: TaskResult,
) -> Result<(), Failure> {
    let path = invoke::result_path(&settings(global)?, &arguments.id)?;
    let invoke = Invoke {
        request: vec!["GET".to_owned(), path],
        data: None,
        header: Vec::new(),
        no_key: arguments.no_key,
        no_domain: arguments.no_domain,
        no_wait: false,
        wait: arguments.wait,
        url: arguments.url,
    };
    let again = invoke::Again {
        global,
        arguments: &invoke,
    };
    let answer = invoke::ask(again, printer, Some(&arguments.id)).await?;
    answer.end(printer, again)
}
