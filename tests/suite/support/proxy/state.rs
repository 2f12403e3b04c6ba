//! What all connections of a proxy share.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::fault::Plan;
use super::fresh::Fresh;
use super::limits::Buckets;
use super::record::{Call, Record};
use super::request::Request;
use super::rules::Rule;
use super::upstream::Upstream;
use super::world::World;
use crate::support::ministack::Ministack;
use crate::support::{models, wait};

/// How long a Kill waits for its victim, and a reset for the calls that still run.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Locks are held for moments only, never over an await.
pub(crate) struct State {
    pub upstream: Upstream,
    pub started: Instant,
    pub plan: Mutex<Plan>,
    pub rules: Mutex<Vec<Arc<Rule>>>,
    pub latency: Mutex<Duration>,
    pub victim: Mutex<Option<Pid>>,
    pub world: World,
    pub fresh: Fresh,
    pub buckets: Buckets,
    /// Held while a PutRestApi is carried out.
    pub putting: tokio::sync::Mutex<()>,
    /// Calls that are being handled.
    pub active: AtomicUsize,
    /// The program's control-plane requests.
    pub requests: Mutex<Vec<Arc<Request>>>,
    /// What AWS's models say against them, each thing once.
    pub invalid: Mutex<Vec<String>>,
    control: Mutex<Vec<Call>>,
    data: Mutex<Vec<Call>>,
}

impl State {
    pub(crate) fn new(emulator: &Ministack) -> Self {
        Self {
            upstream: Upstream::of(emulator),
            started: Instant::now(),
            plan: Mutex::default(),
            rules: Mutex::default(),
            latency: Mutex::default(),
            victim: Mutex::default(),
            world: World::default(),
            fresh: Fresh::default(),
            buckets: Buckets::default(),
            putting: tokio::sync::Mutex::default(),
            active: AtomicUsize::new(0),
            requests: Mutex::default(),
            invalid: Mutex::default(),
            control: Mutex::default(),
            data: Mutex::default(),
        }
    }

    /// Keeps a call.
    pub(crate) fn keep(&self, call: Call, data_plane: bool) {
        let record = if data_plane {
            &self.data
        } else {
            &self.control
        };
        record.lock().unwrap().push(call);
    }

    /// Keeps a request of the program's, with what AWS would say against it.
    pub(crate) fn judge(&self, request: &Arc<Request>) {
        if request.about.data_plane || !request.is_the_programs() {
            return;
        }
        self.requests.lock().unwrap().push(Arc::clone(request));
        let problems = models::judge(&request.about.service, &request.parts, &request.body);
        let mut invalid = self.invalid.lock().unwrap();
        for problem in problems {
            if !invalid.contains(&problem) {
                invalid.push(problem);
            }
        }
    }

    /// The record of one plane so far, by arrival.
    pub(crate) fn recorded(&self, data_plane: bool) -> Record {
        let record = if data_plane {
            &self.data
        } else {
            &self.control
        };
        let mut calls = record.lock().unwrap().clone();
        calls.sort_by_key(|call| call.number);
        Record { calls }
    }

    /// A killed client's last calls are let finish first: they must not count for the next one.
    pub(crate) fn reset(&self) {
        wait::until("the proxy's calls to end", LONGEST_WAIT, || self.idle());
        *self.plan.lock().unwrap() = Plan::default();
        *self.victim.lock().unwrap() = None;
        self.control.lock().unwrap().clear();
        self.data.lock().unwrap().clear();
    }

    fn idle(&self) -> Option<()> {
        (self.active.load(Ordering::SeqCst) == 0).then_some(())
    }

    /// Kills the victim, as soon as it is named.
    pub(crate) async fn kill(&self) {
        let end = Instant::now() + LONGEST_WAIT;
        while Instant::now() < end {
            let victim = *self.victim.lock().unwrap();
            if let Some(victim) = victim {
                let _ = kill_process(victim, Signal::KILL);
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}
