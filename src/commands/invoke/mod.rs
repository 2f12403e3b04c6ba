//! `gatewayq invoke`

mod answer;
mod path;
mod request;
mod target;
mod wait;

use super::Failure;
use crate::aws::{Request, Response};
use crate::cli::{Global, Invoke};
use crate::endpoint;
use crate::output::Printer;
use request::UserRequest;
use target::Target;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
) -> Result<(), Failure> {
    let request = UserRequest::read(arguments)?;
    let target = match &arguments.url {
        Some(url) => Target::given(global, arguments, url).await?,
        None => Target::deployed(global, printer, arguments, &request).await?,
    };
    let request = Request {
        url: format!("{}{}", target.url, request.path),
        headers: request.headers(target.key.as_ref()),
        method: request.method,
        body: request.body,
    };
    let answer = wait::send(&target, printer, arguments, request).await?;
    answer::show(printer, &answer);
    match answer.status {
        200..=299 => Ok(()),
        status => Err(Failure::Answered(explain(status, &answer, global))),
    }
}

fn explain(status: u16, answer: &Response, global: &Global) -> String {
    let kind = answer.header("x-amzn-errortype");
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let hint = match status {
        403 => ": refused by API Gateway, for lack of permission to invoke, of an API key, or because there is no such route (a key or plan made just now can take some seconds)".to_owned(),
        429 => ": the usage plan's rate or quota is used up".to_owned(),
        500.. => format!(": see gatewayq logs{}", endpoint::flags(global)),
        _ => String::new(),
    };
    format!("HTTP {status}{kind}{hint}")
}
