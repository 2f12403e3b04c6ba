//! From the answer that a task was sent to its result.

use super::request::UserRequest;
use super::target::Target;
use super::task_answer::TaskAnswer;
use crate::aws::Response;
use crate::cli::Global;
use crate::commands::Failure;
use crate::commands::session::settings;
use crate::config::Settings;
use crate::output::Printer;
use gatewayq_routes::path::parameters;
use gatewayq_routes::{Action, TASK_ID, WAIT_MAX};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The least time between two questions: the function holds its answer back no longer than its own time-out.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the stage answers results, and how long to wait for one.
pub(super) struct Follow {
    /// With `{task_id}` in it.
    path: String,
    seconds: u32,
}

impl Follow {
    /// Read before anything is sent: a task is not to run where nothing can tell of it.
    ///
    /// # Errors
    /// Exit code 2 where gatewayq.toml has no route for results.
    pub(super) fn open(global: &Global, seconds: u32) -> Result<Self, Failure> {
        let path = result_route(&settings(global)?)?.to_owned();
        Ok(Self { path, seconds })
    }

    /// The last answer: the result of the task that `answer` names, or what was known of it when the time was over.
    /// An answer that names no task is given back as it is.
    ///
    /// # Errors
    /// There was no answer, or Ctrl-C.
    pub(super) async fn follow(
        &self,
        target: &Target,
        printer: &Printer,
        request: &UserRequest,
        mut answer: Response,
    ) -> Result<Response, Failure> {
        let TaskAnswer::Waiting { id, .. } = TaskAnswer::read(&answer) else {
            return Ok(answer);
        };
        printer.note(&format!("waiting up to {} s for task {id}", self.seconds));
        let path = with_id(&self.path, &id);
        let end = Instant::now() + Duration::from_secs(self.seconds.into());
        while may_change(&answer) && Instant::now() < end {
            let asked = Instant::now();
            let wait = (end - asked).as_secs().min(WAIT_MAX);
            let question = request.of_result(format!("{path}?wait={wait}"));
            tokio::select! {
                next = target.send(&question) => answer = next?,
                () = target.cancel.cancelled() => {
                    let left = format!("the task goes on; `gatewayq result {id}` shows what becomes of it");
                    return Err(Failure::Interrupted(left));
                }
            }
            if may_change(&answer) {
                sleep(PAUSE.saturating_sub(asked.elapsed()).min(end - asked)).await;
            }
        }
        Ok(answer)
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
