//! From the answer that a task was sent to its result.

use super::again::Again;
use super::request::UserRequest;
use super::target::Target;
use super::task_answer::TaskAnswer;
use super::{Answer, wait};
use crate::aws::{NoAnswer, Response};
use crate::cli::Invoke;
use crate::commands::Failure;
use crate::commands::session::settings;
use crate::config::Settings;
use crate::output::Printer;
use gatewayq_routes::path::parameters;
use gatewayq_routes::{Action, TASK_ID, WAIT_MAX};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The least time between two questions: the function holds its answer back no longer than its own time-out.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the stage answers results, and how long to wait for one.
pub(super) struct Follow<'a> {
    again: Again<'a>,
    /// With `{task_id}` in it.
    path: String,
    seconds: u32,
    /// The task, where it is known before there is an answer.
    task: Option<&'a str>,
}

impl<'a> Follow<'a> {
    /// Read before anything is sent: a task is not to run where nothing can tell of it.
    ///
    /// # Errors
    /// Exit code 2 where gatewayq.toml has no route for results.
    pub(super) fn open(
        again: Again<'a>,
        seconds: u32,
        task: Option<&'a str>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            again,
            path: result_route(&settings(again.global)?)?.to_owned(),
            seconds,
            task,
        })
    }

    /// The last answer: the result of the task that `answer` names, or what was known of it when the time was over.
    /// An answer that names no task is given back as it is.
    ///
    /// # Errors
    /// There was no answer until the end, or Ctrl-C.
    pub(super) async fn follow(
        &self,
        target: &Target,
        printer: &Printer,
        request: &UserRequest,
        mut answer: Result<Response, Failure>,
    ) -> Result<Answer, Failure> {
        let Some(id) = self.task_of(&answer) else {
            return answer.map(Answer::from);
        };
        let mut wait = Wait::new(self.again.arguments, target, printer);
        let mut goes_on = wait.goes_on(request, &answer).await;
        if goes_on {
            printer.note(&format!("waiting up to {} s for task {id}", self.seconds));
        }
        let path = with_id(&self.path, &id);
        let end = Instant::now() + Duration::from_secs(self.seconds.into());
        // What was sent is asked for at once, what was asked for is not.
        let mut next = match self.task {
            Some(_) => end.min(Instant::now() + PAUSE),
            None => Instant::now(),
        };
        while goes_on && Instant::now() < end {
            sleep_until(next).await;
            next = end.min(Instant::now() + PAUSE);
            let left = end.saturating_duration_since(Instant::now());
            let seconds = left.as_secs().min(WAIT_MAX);
            let question = request.of_result(format!("{path}?wait={seconds}"));
            tokio::select! {
                biased;
                () = target.cancel.cancelled() => {
                    let left = format!("the task goes on; `{}` shows what becomes of it", self.again.result(&id));
                    return Err(Failure::Interrupted(left));
                }
                found = target.send(&question) => answer = found,
            }
            goes_on = wait.goes_on(&question, &answer).await;
        }
        self.ended(id, answer, goes_on)
    }

    /// The task to wait for. Of what cannot be known yet, there is one where the request asked for it.
    fn task_of(&self, answer: &Result<Response, Failure>) -> Option<String> {
        match answer.as_ref().map(TaskAnswer::read) {
            Ok(TaskAnswer::Waiting { id, .. }) => Some(id),
            Ok(TaskAnswer::NoTask) | Err(_) => self.task.map(str::to_owned),
            Ok(TaskAnswer::Succeeded | TaskAnswer::Failed(_)) => None,
        }
    }

    /// The last answer. Where it tells nothing of the task, how to go on is said with it: of a task that was sent here
    /// in any case, or else it would be sent again.
    fn ended(
        &self,
        id: String,
        answer: Result<Response, Failure>,
        goes_on: bool,
    ) -> Result<Answer, Failure> {
        let sent = self.task.is_none();
        let help = match goes_on || sent {
            true => self.again.waits_on(&id),
            false => String::new(),
        };
        match answer {
            Ok(response) => Ok(Answer {
                sent: sent.then_some(id),
                help,
                ..Answer::from(response)
            }),
            Err(Failure::Failed(error)) if sent => {
                Err(Failure::failed(format!("{}{error:#}{help}", unread(&id))))
            }
            Err(Failure::Failed(error)) => Err(Failure::failed(format!("{error:#}{help}"))),
            Err(failure) => Err(failure),
        }
    }
}

/// How the error begins where a task was sent and nothing tells what became of it.
pub(super) fn unread(id: &str) -> String {
    format!("the task {id} was sent; its result could not be read: ")
}

/// What is waited through, and told of once.
struct Wait<'a> {
    arguments: &'a Invoke,
    target: &'a Target,
    printer: &'a Printer,
    told: bool,
}

impl<'a> Wait<'a> {
    fn new(arguments: &'a Invoke, target: &'a Target, printer: &'a Printer) -> Self {
        Self {
            arguments,
            target,
            printer,
            told: false,
        }
    }

    /// Whether a later answer to `request` may be another one: the task is not done, the API was busy or does not
    /// know the route yet, or nobody answered.
    async fn goes_on(&mut self, request: &UserRequest, answer: &Result<Response, Failure>) -> bool {
        match answer {
            Ok(answer) if may_change(answer) => true,
            Ok(answer) => {
                let what = wait::not_yet(self.target, self.arguments, request, answer).await;
                if let Some(what) = what {
                    self.tell(&format!(
                        "API Gateway answers 403: it does not know {}, perhaps not yet",
                        what.words()
                    ));
                }
                what.is_some()
            }
            Err(Failure::Failed(error)) if error.is::<NoAnswer>() => {
                self.tell(&format!("{error:#}"));
                true
            }
            Err(_) => false,
        }
    }

    fn tell(&mut self, what: &str) {
        if !self.told {
            self.printer.note(&format!("{what}. Asking again"));
            self.told = true;
        }
    }
}

/// Whether a later answer may be another one: the task is not done, or the API was busy.
fn may_change(answer: &Response) -> bool {
    let is_waiting = matches!(TaskAnswer::read(answer), TaskAnswer::Waiting { .. });
    is_waiting || matches!(answer.status, 429 | 502..=504)
}

/// The path at which the stage answers the result of the task `id`.
///
/// # Errors
/// Exit code 2 where gatewayq.toml has no route for results, or none that an id is enough for.
pub(crate) fn result_path(settings: &Settings, id: &str) -> Result<String, Failure> {
    Ok(with_id(result_route(settings)?, id))
}

fn with_id(path: &str, id: &str) -> String {
    path.replace(&format!("{{{TASK_ID}}}"), id)
}

fn result_route(settings: &Settings) -> Result<&str, Failure> {
    let results = settings
        .routes
        .iter()
        .filter(|route| matches!(route.action, Action::Result));
    let mut plain = results.filter(|route| parameters(&route.path).count() == 1);
    let found = plain.next().map(|route| route.path.as_str());
    found.ok_or_else(|| {
        Failure::usage(format!(
            "stage {} has no route that answers results by their id alone\n  help: write one in gatewayq.toml, and \
             deploy it:\n    [results]\n\n    [[route]]\n    method = \"GET\"\n    path = \"/results/{{{TASK_ID}}}\"\n    \
             result = true",
            settings.stage
        ))
    })
}
