//! `gatewayq invoke`

mod answer;
mod deployed;
mod follow;
mod path;
mod remembered;
mod request;
mod target;
mod task_answer;
mod wait;

use super::Failure;
use crate::aws::Response;
use crate::cli::{Global, Invoke};
use crate::endpoint;
use crate::output::Printer;
use deployed::Deployed;
use follow::Follow;
pub(crate) use follow::result_path;
use request::UserRequest;
use target::{TOKEN_VARIABLE, Target};
pub(crate) use task_answer::TaskAnswer;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
) -> Result<(), Failure> {
    let answer = ask(global, printer, arguments, None).await?;
    show(global, printer, &answer)?;
    match arguments.wait {
        Some(_) => TaskAnswer::read(&answer).end(printer, arguments.wait),
        None => Ok(()),
    }
}

/// The answer; with `--wait` that of the route for results, where the first one names a task. `task` is the one that the
/// request itself asks for.
pub(crate) async fn ask(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
    task: Option<&str>,
) -> Result<Response, Failure> {
    let request = UserRequest::read(arguments)?;
    let open = |seconds| Follow::open(global, arguments, seconds, task);
    let follow = arguments.wait.map(open);
    let follow = follow.transpose()?;
    let (target, answer) = match &arguments.url {
        Some(url) => {
            let target = Target::given(global, arguments, url).await?;
            let answer = wait::send(&target, printer, arguments, &request, None).await;
            (target, answer)
        }
        None => deployed(global, printer, arguments, &request).await?,
    };
    match follow {
        Some(follow) => follow.follow(&target, printer, &request, answer).await,
        None => answer,
    }
}

/// Prints the answer.
///
/// # Errors
/// Exit code 1 where its status is not 2xx.
pub(crate) fn show(global: &Global, printer: &Printer, answer: &Response) -> Result<(), Failure> {
    answer::show(printer, answer);
    match answer.status {
        200..=299 => Ok(()),
        status => Err(Failure::Answered(explain(status, answer, global))),
    }
}

/// Sends to where the last invoke found the stage, and looks for the stage where there is none, or where the
/// answer may mean that it is elsewhere by now.
async fn deployed(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
    request: &UserRequest,
) -> Result<(Target, Result<Response, Failure>), Failure> {
    let stage = Deployed::open(global, printer, arguments, request).await?;
    let mut first = None;
    if let Some(remembered) = stage.remembered().await {
        let answer = remembered.target.send(request).await;
        if !is_doubtful(&answer) {
            return Ok((remembered.target, answer));
        }
        first = Some((remembered.ids, answer));
    }
    let found = stage.found().await?;
    // The same place again: the request is not made twice.
    let first = first.and_then(|(ids, answer)| (ids == found.ids).then_some(answer));
    let answer = wait::send(&found.target, printer, arguments, request, first).await;
    Ok((found.target, answer))
}

/// Whether an API or a key that is gone may be why: API Gateway answers 403 then, an emulator 404.
fn is_doubtful(answer: &Result<Response, Failure>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.status, 403 | 404),
        Err(_) => true,
    }
}

fn explain(status: u16, answer: &Response, global: &Global) -> String {
    let kind = answer.header("x-amzn-errortype");
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let hint = match status {
        401 => format!(": refused by the route's authorizer, which wants a token: {TOKEN_VARIABLE} is sent in the header Authorization, without a signature; -H \"NAME: VALUE\" is for other headers"),
        403 => ": refused by API Gateway, for lack of permission to invoke, of an API key, or because there is no such route (a key or plan made just now can take some seconds)".to_owned(),
        429 => ": the usage plan's rate or quota is used up".to_owned(),
        500.. => format!(": see gatewayq logs{}", endpoint::flags(global)),
        _ => String::new(),
    };
    format!("HTTP {status}{kind}{hint}")
}
