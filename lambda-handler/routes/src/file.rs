//! The routes of one stage, and what makes them usable.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Accepted, Reply};
use crate::cors::Cors;
use crate::path::{parameters, same_shape};
use crate::task::Task;

/// The file's name in the zip, beside `bootstrap`.
pub const FILE_NAME: &str = "routes.json";

/// The one format of `routes.json` that this build understands.
pub const VERSION: u32 = 1;

/// The longest time, in seconds, that SQS hides a received message (12 hours;
/// SQS API reference, `ChangeMessageVisibility`).
pub const VISIBILITY_LIMIT: u64 = 43_200;

/// The path parameter of a route that answers results.
pub const TASK_ID: &str = "task_id";

/// The item of the table of results that tasks' ids are signed with; no result has this key.
pub const OWNER_KEY_ID: &str = "gatewayq-owner-key";

/// The methods that a resource of API Gateway can have, as messages list them; all others it
/// refuses by itself.
pub const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// API Gateway's word for the methods that a resource has no method of its own for.
pub const ANY: &str = "ANY";

/// All routes of one stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routes {
    /// Always [`VERSION`].
    pub version: u32,
    /// The queue's visibility time-out in seconds, 0 to [`VISIBILITY_LIMIT`]. A task that waits
    /// longer than this for its `eta` would be delivered again, so it bounds `eta` and `countdown`.
    pub queue_visibility_timeout: u64,
    /// What pages of other origins may do; nothing where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
    /// How the tasks' results are kept; nothing where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
    /// The routes, each method once on a path; their order has no meaning.
    pub routes: Vec<Route>,
}

/// Where the workers keep results: a DynamoDB table of Celery's own backend.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The table's name.
    pub table: String,
    /// Whether answers have tracebacks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tracebacks: bool,
    /// Whether a result is for the sender of its task alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
}

/// One method on one path.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Entry", into = "Entry")]
pub struct Route {
    /// One of [`METHODS`], or [`ANY`].
    pub method: String,
    /// The path as API Gateway's resource has it, with `{name}` for a path parameter.
    pub path: String,
    /// What is done with a request.
    pub action: Action,
    /// Whether [`Routes::cors`] counts for it.
    pub cors: bool,
}

/// What a route does with a request.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A fixed answer.
    Reply(Reply),
    /// The task that is put on the queue.
    Task(Task),
    /// The result of the task whose id is the path parameter [`TASK_ID`].
    Result,
}

/// A route as it is written: with either `reply` or `task`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    method: String,
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<Value>,
    /// Of a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Of a reply.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<Task>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    result: bool,
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    cors: bool,
}

fn yes() -> bool {
    true
}

impl TryFrom<Entry> for Route {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        let Entry {
            method,
            path,
            reply,
            status,
            headers,
            task,
            result,
            cors,
        } = entry;
        let has_answer = status.is_some() || !headers.is_empty();
        let action = match (reply, task, result) {
            (Some(body), None, false) => Action::Reply(Reply {
                body,
                status: status.unwrap_or(Reply::STATUS),
                headers,
            }),
            (None, _, _) if has_answer => {
                let what = "`status` and `headers` only go with `reply`";
                return Err(format!("{method} {path}: {what}"));
            }
            (None, Some(task), false) => Action::Task(task),
            (None, None, true) => Action::Result,
            _ => {
                let what = "needs one of `reply`, `task` and `result`";
                return Err(format!("{method} {path}: {what}"));
            }
        };
        Ok(Self {
            method,
            path,
            action,
            cors,
        })
    }
}

impl From<Route> for Entry {
    fn from(route: Route) -> Self {
        let mut entry = Self {
            method: route.method,
            path: route.path,
            reply: None,
            status: None,
            headers: BTreeMap::new(),
            task: None,
            result: false,
            cors: route.cors,
        };
        match route.action {
            Action::Reply(reply) => {
                entry.status = (reply.status != Reply::STATUS).then_some(reply.status);
                entry.headers = reply.headers;
                entry.reply = Some(reply.body);
            }
            Action::Task(task) => entry.task = Some(task),
            Action::Result => entry.result = true,
        }
        entry
    }
}

/// Why a `routes.json` cannot be used.
#[derive(Debug)]
pub struct RoutesError(String);

impl fmt::Display for RoutesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "routes.json cannot be used: {}", self.0)
    }
}

impl std::error::Error for RoutesError {}

impl Routes {
    /// Reads and checks the text of `routes.json`.
    ///
    /// # Errors
    /// [`RoutesError`] when the text is not of this format, or asks for what cannot work.
    pub fn parse(text: &str) -> Result<Self, RoutesError> {
        let routes: Self =
            serde_json::from_str(text).map_err(|error| RoutesError(error.to_string()))?;
        routes.check().map_err(RoutesError)?;
        Ok(routes)
    }

    /// The route that API Gateway has authorised a request by: on the resource (the path template)
    /// the one of the request's own method, and [`ANY`] only where there is none. Neither the
    /// order of the file nor the names of path parameters have a part in it. A method that API
    /// Gateway does not know has no route.
    #[must_use]
    pub fn find(&self, method: &str, resource: &str) -> Option<&Route> {
        let with = |method: &str| {
            self.routes
                .iter()
                .find(|route| route.method == method && same_shape(&route.path, resource))
        };
        METHODS
            .contains(&method)
            .then(|| with(method).or_else(|| with(ANY)))?
    }

    /// Whether the function will take these routes.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!(
                "version {} is not {VERSION}; build and deploy the function again",
                self.version
            ));
        }
        if self.queue_visibility_timeout > VISIBILITY_LIMIT {
            return Err(format!(
                "queue_visibility_timeout must be at most {VISIBILITY_LIMIT} seconds"
            ));
        }
        self.cors.iter().try_for_each(Cors::check)?;
        self.routes
            .iter()
            .enumerate()
            .try_for_each(|(place, route)| {
                route
                    .check()
                    .and_then(|()| route.check_beside(&self.routes[..place]))
                    .and_then(|()| match route.wants_results() && self.results.is_none() {
                        true => Err("no `results` are kept".to_owned()),
                        false => Ok(()),
                    })
                    .map_err(|why| format!("{} {}: {why}", route.method, route.path))
            })
    }
}

impl Route {
    /// What is answered for an accepted task; `None` where the route itself sends none.
    #[must_use]
    pub fn accepted(&self) -> Option<&Accepted> {
        match &self.action {
            Action::Reply(_) | Action::Result => None,
            Action::Task(task) => Some(&task.accepted),
        }
    }

    /// Of routes that only names tell apart, a request could be either's.
    fn check_beside(&self, others: &[Self]) -> Result<(), String> {
        let mut rivals = others
            .iter()
            .filter(|other| same_shape(&self.path, &other.path));
        match rivals.find(|other| other.method == self.method || other.path != self.path) {
            Some(other) if other.path == self.path => Err("comes twice".to_owned()),
            Some(other) => Err(format!(
                "only the names differ from those of {}",
                other.path
            )),
            None => Ok(()),
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.method != ANY && !METHODS.contains(&self.method.as_str()) {
            return Err("API Gateway has no such method".to_owned());
        }
        match &self.action {
            Action::Reply(reply) => reply.check(),
            Action::Task(task) => task.check(&self.path),
            Action::Result if parameters(&self.path).any(|name| name == TASK_ID) => Ok(()),
            Action::Result => Err(format!("`result` needs `{{{TASK_ID}}}` in the path")),
        }
    }

    /// Whether it answers results.
    fn wants_results(&self) -> bool {
        match &self.action {
            Action::Reply(_) => false,
            Action::Task(task) => task.wait.is_some(),
            Action::Result => true,
        }
    }
}
