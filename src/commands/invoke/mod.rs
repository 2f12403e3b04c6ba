//! `gatewayq invoke`

mod again;
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
pub(crate) use again::Again;
use deployed::Deployed;
use follow::Follow;
pub(crate) use follow::result_path;
use request::UserRequest;
use target::{TOKEN_VARIABLE, Target, token_variable};
use task_answer::TaskAnswer;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
) -> Result<(), Failure> {
    let again = Again { global, arguments };
    let answer = ask(again, printer, None).await?;
    match arguments.wait {
        Some(_) => answer.end(printer, again),
        None => answer.show(printer, global),
    }
}

/// What came back in the end.
pub(crate) struct Answer {
    response: Response,
    /// The task that this command sent, where the response is one to the question for its result.
    sent: Option<String>,
    /// How to go on where the response tells nothing of the task, in a line below the error.
    help: String,
    /// API Gateway refused the stage's own key, which is switched off.
    key_is_off: bool,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self {
            response,
            sent: None,
            help: String::new(),
            key_is_off: false,
        }
    }
}

impl Answer {
    /// Prints the answer of a command that is to show a task's result.
    ///
    /// # Errors
    /// Exit code 1: the status is not 2xx, the task failed, or was not done in time.
    pub(crate) fn end(&self, printer: &Printer, again: Again) -> Result<(), Failure> {
        self.show(printer, again.global)?;
        let ended = TaskAnswer::read(&self.response).end(printer, again);
        ended.map_err(|failure| self.of_the_task(failure))
    }

    /// Prints the answer.
    ///
    /// # Errors
    /// Exit code 1 where its status is not 2xx.
    fn show(&self, printer: &Printer, global: &Global) -> Result<(), Failure> {
        answer::show(printer, &self.response, self.unread());
        match self.response.status {
            200..=299 => Ok(()),
            _ => Err(self.of_the_task(Failure::Answered(self.explain(global)))),
        }
    }

    fn names_a_task(&self) -> bool {
        !matches!(TaskAnswer::read(&self.response), TaskAnswer::NoTask)
    }

    /// The task that was sent, and of which the response tells nothing.
    fn unread(&self) -> Option<&str> {
        self.sent.as_deref().filter(|_| !self.names_a_task())
    }

    /// The same failure; where it hides what is known of a task, with that and with how to go on.
    fn of_the_task(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Answered(why) if !self.names_a_task() => {
                let lead = self.unread().map(follow::unread).unwrap_or_default();
                Failure::Answered(format!("{lead}{why}{}", self.help))
            }
            failure => failure,
        }
    }

    fn explain(&self, global: &Global) -> String {
        let (status, flags) = (self.response.status, endpoint::flags(global));
        let kind = self.response.header("x-amzn-errortype");
        let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        let with_token = token_variable().is_ok_and(|token| token.is_some());
        let hint = match status {
            401 => format!(": refused by the route's authorizer, which wants a token: {TOKEN_VARIABLE} is sent in the header Authorization, without a signature; -H \"NAME: VALUE\" is for other headers"),
            403 if self.key_is_off => format!(": the stage's own API key is disabled: gatewayq keys enable default{flags}"),
            403 if with_token => format!(": refused by the route's authorizer or by API Gateway, for the token in {TOKEN_VARIABLE}, for lack of an API key, or because there is no such route. The token was sent in place of a signature: a route with auth = \"iam\" wants {TOKEN_VARIABLE} unset"),
            403 => ": refused by API Gateway, for lack of permission to invoke, of an API key, or because there is no such route (a key or plan made just now can take some seconds)".to_owned(),
            429 => ": the usage plan's rate or quota is used up".to_owned(),
            500.. => format!(": see gatewayq logs{flags}"),
            _ => String::new(),
        };
        format!("HTTP {status}{kind}{hint}")
    }
}

/// The answer; with `--wait` that of the route for results, where the first one names a task. `task` is the one that the
/// request itself asks for.
pub(crate) async fn ask(
    again: Again<'_>,
    printer: &Printer,
    task: Option<&str>,
) -> Result<Answer, Failure> {
    let Again { global, arguments } = again;
    let request = UserRequest::read(arguments)?;
    let open = |seconds| Follow::open(again, seconds, task);
    let follow = arguments.wait.map(open);
    let follow = follow.transpose()?;
    let (target, answer) = match &arguments.url {
        Some(url) => {
            let target = Target::given(global, printer, arguments, url).await?;
            let answer = wait::send(&target, printer, arguments, &request, None).await;
            (target, answer)
        }
        None => deployed(global, printer, arguments, &request).await?,
    };
    let answer = match follow {
        Some(follow) => follow.follow(&target, printer, &request, answer).await?,
        None => answer?.into(),
    };
    Ok(Answer {
        key_is_off: wait::is_for_a_key_that_is_off(&target, &request, &answer.response),
        ..answer
    })
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
        Err(Failure::Interrupted(_)) => false,
        Err(_) => true,
    }
}
