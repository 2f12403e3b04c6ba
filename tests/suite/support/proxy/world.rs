//! What the proxy learned from the calls that went through it: when a thing was made, changed or deleted.
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::request::Request;

/// What happens to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// A role was created, or its permissions were changed.
    RoleChanged,
    RoleCreated,
    FunctionCreated,
    FunctionUpdated,
    QueueCreated,
    QueueDeleted,
    /// A REST API was made, or its endpoint was changed.
    ApiChanged,
    StageCreated,
    /// A stage was made, or serves another deployment.
    StageSwitched,
    /// The first call with an access key.
    KeySeen,
    QueuePurged,
    /// A move of dead letters began.
    MoveStarted,
    MoveCancelled,
}

/// The last time of each event, by the thing's name.
#[derive(Debug, Default)]
pub(crate) struct World {
    events: Mutex<HashMap<(Event, String), Instant>>,
    counts: Mutex<HashMap<&'static str, u64>>,
}

impl World {
    /// How long ago it happened; `None` where it never did, or happened past the proxy.
    pub(crate) fn age(&self, event: Event, name: &str) -> Option<Duration> {
        let events = self.events.lock().unwrap();
        let at = events.get(&(event, name.to_owned()));
        at.map(Instant::elapsed)
    }

    /// Whether it happened less than so many seconds ago.
    pub(crate) fn within(&self, event: Event, name: &str, seconds: f64) -> bool {
        let age = self.age(event, name);
        age.is_some_and(|age| age.as_secs_f64() < seconds)
    }

    /// Takes in a call that succeeded.
    pub(crate) fn learn(&self, request: &Request, answer: &Answer) {
        if !answer.ok() {
            return;
        }
        match request.operation() {
            "CreateRole" => {
                let role = request.field("RoleName");
                self.note(Event::RoleCreated, &role);
                self.note(Event::RoleChanged, &role);
            }
            "AttachRolePolicy" | "PutRolePolicy" => {
                self.note(Event::RoleChanged, &request.field("RoleName"));
            }
            "CreateFunction" => self.note(Event::FunctionCreated, &function(request)),
            "UpdateFunctionCode" | "UpdateFunctionConfiguration" => {
                self.note(Event::FunctionUpdated, &function(request));
            }
            // One of its versions alone is named by a qualifier.
            "DeleteFunction" if request.parts.uri.query().is_none() => {
                self.forget(&function(request));
            }
            "CreateQueue" => self.note(Event::QueueCreated, &queue(request)),
            "CreateRestApi" => {
                let id = answer.json()["id"].as_str().map(str::to_owned);
                self.note(Event::ApiChanged, &id.unwrap_or_default());
            }
            "UpdateRestApi" if request.mentions("/endpointConfiguration/") => {
                self.note(Event::ApiChanged, &request.segment(1));
            }
            "CreateStage" => {
                let name = request.json()["stageName"].as_str().map(str::to_owned);
                let name = format!("{}/{}", request.segment(1), name.unwrap_or_default());
                self.note(Event::StageCreated, &name);
                self.note(Event::StageSwitched, &name);
            }
            "UpdateStage" if request.mentions("/deploymentId") => {
                let name = format!("{}/{}", request.segment(1), request.segment(3));
                self.note(Event::StageSwitched, &name);
            }
            "PurgeQueue" => self.note(Event::QueuePurged, &queue(request)),
            "DeleteQueue" => self.note(Event::QueueDeleted, &queue(request)),
            _ => {}
        }
    }

    /// How often this was called with that name before.
    pub(crate) fn count(&self, name: &'static str) -> u64 {
        let mut counts = self.counts.lock().unwrap();
        let count = counts.entry(name).or_default();
        *count += 1;
        *count - 1
    }

    pub(crate) fn note(&self, event: Event, name: &str) {
        let mut events = self.events.lock().unwrap();
        events.insert((event, name.to_owned()), Instant::now());
    }

    fn forget(&self, name: &str) {
        self.events.lock().unwrap().retain(|(_, of), _| of != name);
    }
}

/// A function's name with its region: each region has its own.
pub(super) fn function(request: &Request) -> String {
    let named = match request.operation() {
        "CreateFunction" => request.json()["FunctionName"].as_str().map(str::to_owned),
        _ => Some(request.segment(2)),
    };
    let name = named.unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    format!("{}/{name}", request.about.region)
}

/// A queue's name with its region.
pub(super) fn queue(request: &Request) -> String {
    format!("{}/{}", request.about.region, request.about.resource)
}

/// The API and stage that a data-plane request is for.
pub(super) fn invoked(request: &Request) -> Option<(String, String)> {
    let deployed = request.parts.uri.path().contains("/_user_request_");
    deployed.then(|| (request.segment(1), request.segment(2)))
}
