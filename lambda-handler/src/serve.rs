//! One event: decide, send, answer.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use uuid::Uuid;

use gatewayq_routes::{Accepted, Action};
use lambda_handler::result::TaskResult;
use lambda_handler::{
    Answer, ApiEvent, Context, Decision, Entry, Lookup, Message, Outcome, Owner, OwnerKey, Route,
    Routes, cors, decide,
};

use crate::clock::since_epoch;
use crate::log::{RequestIds, owner_key_failed, read_failed, send_failed};
use crate::owner_key::KeptKey;
use crate::queue::Queue;
use crate::results::ResultsTable;
use crate::retry::{Sent, send_all};

/// API Gateway gives up after 29 seconds; the answer has to be there before.
const LONGEST: Duration = Duration::from_secs(27);

/// Kept of the function's own time for the log line and the answer.
const RESERVE: Duration = Duration::from_millis(300);

/// The function, set up.
pub(crate) struct Function {
    pub routes: Routes,
    pub queue_name: String,
    pub origin: String,
    pub queue: Queue,
    /// Where the workers keep results, if they do.
    pub results: Option<ResultsTable>,
    /// The key that says whose a task is, where a result is for its sender alone.
    pub owner_key: Option<KeptKey>,
}

impl Function {
    /// Answers one event. There is no error: what fails becomes an answer and a log line.
    pub(crate) async fn serve(
        &self,
        event: ApiEvent,
        invocation: &lambda_runtime::Context,
    ) -> Answer {
        let api_request_id = event.request_id().to_owned();
        let ids = RequestIds {
            lambda: &invocation.request_id,
            api: &api_request_id,
        };
        let last = Instant::now() + time_left(invocation.deadline);
        if let Some(answer) = cors::preflight(&self.routes, event.as_sent()) {
            return answer;
        }
        let route = event.route(&self.routes);
        let standard = Accepted::default();
        let accepted = route.and_then(Route::accepted).unwrap_or(&standard);
        let rules = cors::rules(&self.routes, route);
        let origin = rules.and_then(|_| event.as_sent().header("origin").map(str::to_owned));
        let with_rules = |answer| match rules {
            Some(cors) => cors::with_headers(answer, cors, origin.as_deref()),
            None => answer,
        };
        let key = match self.owner_key(route, last).await {
            Ok(key) => key,
            Err(cause) => {
                owner_key_failed(ids, &cause);
                return with_rules(Answer::failed());
            }
        };
        let answer = match self.decide(event, key.as_deref()) {
            Decision::Answer(answer) => answer,
            Decision::One(message) => {
                Answer::single(&self.send_one(message, last, ids).await, accepted)
            }
            Decision::OneAndWait(message, wait) => {
                let task_id = message.task_id.clone();
                let outcome = self.send_one(message, last, ids).await;
                let accepted = Answer::single(&outcome, accepted);
                match outcome {
                    Outcome::Accepted { .. } => {
                        let found = self.result(&task_id, wait, last, ids).await;
                        let done = found.filter(TaskResult::is_done);
                        done.map_or(accepted, |done| done.answer(&task_id))
                    }
                    _ => accepted,
                }
            }
            Decision::Result(Lookup { task_id, wait }) => {
                let found = self.result(&task_id, wait, last, ids).await;
                found.map_or_else(Answer::failed, |found| found.answer(&task_id))
            }
            Decision::Many(entries) => {
                Answer::batch(&self.send_many(entries, last, ids).await, accepted)
            }
        };
        with_rules(answer)
    }

    /// The key that says whose a task is. Replies need none.
    async fn owner_key(
        &self,
        route: Option<&Route>,
        last: Instant,
    ) -> Result<Option<Rc<OwnerKey>>, String> {
        let is_asked = route.is_some_and(|route| !matches!(route.action, Action::Reply(_)));
        match self.owner_key.as_ref().filter(|_| is_asked) {
            Some(kept) => kept.get(last).await.map(Some),
            None => Ok(None),
        }
    }

    /// What is known of a task after so many seconds, or once it is done; `None` where that cannot be read. There
    /// has to be an answer before `last`.
    async fn result(
        &self,
        task_id: &str,
        wait: u64,
        last: Instant,
        ids: RequestIds<'_>,
    ) -> Option<TaskResult> {
        let end = last.min(Instant::now() + Duration::from_secs(wait));
        let found = match &self.results {
            Some(results) => results.wait_for(task_id, end, last).await,
            None => Err("routes.json keeps no results".to_owned()),
        };
        found
            .inspect_err(|cause| read_failed(ids, task_id, cause))
            .ok()
    }

    fn decide(&self, event: ApiEvent, key: Option<&OwnerKey>) -> Decision {
        let context = Context {
            queue_name: &self.queue_name,
            origin: &self.origin,
            keeps_results: self.routes.results.is_some(),
            owner: key.map(Owner::nobody),
            now: now(),
            new_id: &Uuid::new_v4,
        };
        decide(&self.routes, event, &context)
    }

    /// There has to be an answer before `last`, as in all that follows: what was read before has used up time, too.
    async fn send_one(&self, message: Message, last: Instant, ids: RequestIds<'_>) -> Outcome {
        let time = last.saturating_duration_since(Instant::now());
        let result = timeout(time, self.queue.send(&message)).await;
        match result.unwrap_or_else(|_| Err(no_answer(time))) {
            Ok(()) => Outcome::Accepted {
                task_id: message.task_id,
            },
            Err(cause) => {
                send_failed(ids, &[&message.task_id], &cause);
                Outcome::Failed {
                    task_id: message.task_id,
                }
            }
        }
    }

    async fn send_many(
        &self,
        entries: Vec<Entry>,
        last: Instant,
        ids: RequestIds<'_>,
    ) -> Vec<Outcome> {
        let time = last.saturating_duration_since(Instant::now());
        let messages: Vec<&Message> = entries
            .iter()
            .filter_map(|entry| entry.as_ref().ok())
            .collect();
        let mut sent = Sent::default();
        if timeout(time, send_all(&self.queue, &messages, &mut sent))
            .await
            .is_err()
        {
            sent.cause = Some(no_answer(time));
        }
        if let Some(cause) = &sent.cause {
            let failed = messages.iter().map(|message| message.task_id.as_str());
            let failed: Vec<_> = failed.filter(|id| !sent.accepted.contains(*id)).collect();
            send_failed(ids, &failed, cause);
        }
        entries
            .into_iter()
            .map(|entry| outcome(entry, &sent))
            .collect()
    }
}

fn outcome(entry: Entry, sent: &Sent) -> Outcome {
    match entry {
        Err(refusal) => Outcome::Refused(refusal),
        Ok(Message { task_id, .. }) if sent.accepted.contains(&task_id) => {
            Outcome::Accepted { task_id }
        }
        Ok(Message { task_id, .. }) => Outcome::Failed { task_id },
    }
}

fn no_answer(time: Duration) -> String {
    format!("no answer from SQS within {} ms", time.as_millis())
}

/// In microseconds since 1970.
#[expect(clippy::expect_used, reason = "microseconds fit for 292,000 years")]
fn now() -> i64 {
    i64::try_from(since_epoch().as_micros()).expect("microseconds fit for 292,000 years")
}

/// `deadline` is Lambda's, in milliseconds since 1970.
fn time_left(deadline: u64) -> Duration {
    Duration::from_millis(deadline)
        .saturating_sub(since_epoch())
        .saturating_sub(RESERVE)
        .min(LONGEST)
}
