//! The fault proxy: between the program and the emulator, it records every call, injects faults, and adds the rules
//! of the real service that the emulator does not know.
//!
//! The Host header reaches the emulator as the client sent it, so signatures stay valid. Control-plane calls are
//! numbered from 0 in the order of their arrival; requests to the deployed API and messages on the queue are the data
//! plane: they pass untouched and are recorded apart.
//!
//! Every request of the program is judged by AWS's own models ([`super::models`]); one that AWS would refuse fails the
//! test at the proxy's end.
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Pid;
use tokio::runtime::Runtime;

use super::boto::Place;
use super::ministack::Ministack;

mod answer;
mod classify;
mod effect;
mod fault;
mod fresh;
mod gateway;
mod limits;
mod log_pages;
mod moves;
mod overwrite;
mod put_rest_api;
mod record;
mod refusals;
mod request;
mod rest;
mod rules;
mod server;
mod shapes;
mod shapes_gateway;
mod shapes_iam;
mod stages;
mod state;
mod tags;
mod upstream;
mod waits;
mod world;

pub(crate) use classify::Protocol;
pub(crate) use fault::{Fault, Spread, When};
pub(crate) use record::{Call, Record};
pub(crate) use request::{Request, form};
pub(crate) use rules::Rule;

use state::State;

/// A running proxy. It ends with the test, and with it every connection.
pub(crate) struct Proxy {
    state: Arc<State>,
    port: u16,
    /// Held for its drop.
    _runtime: Runtime,
}

impl Proxy {
    /// Starts one in front of the emulator.
    pub(crate) fn start(emulator: &Ministack) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let state = Arc::new(State::new(emulator));
        let port = runtime.block_on(server::start(Arc::clone(&state)));
        Self {
            state,
            port,
            _runtime: runtime,
        }
    }

    /// The URL for `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A place of the emulator, reached through this proxy.
    pub(crate) fn place(&self, place: &Place) -> Place {
        Place {
            endpoint: self.endpoint(),
            ..place.clone()
        }
    }

    /// Plans a fault.
    pub(crate) fn inject(&self, when: When, fault: Fault) {
        self.state.plan.lock().unwrap().add(when, fault);
    }

    /// Plans faults all over what comes.
    pub(crate) fn spread(&self, spread: Spread) {
        self.state.plan.lock().unwrap().spread(spread);
    }

    /// Switches a rule of the real service on, until the proxy ends or [`Proxy::without_rules`].
    pub(crate) fn rule(&self, rule: Rule) {
        self.state.rules.lock().unwrap().push(Arc::new(rule));
    }

    /// Switches all rules off.
    pub(crate) fn without_rules(&self) {
        self.state.rules.lock().unwrap().clear();
    }

    /// Lets every control-plane call take this much longer.
    pub(crate) fn latency(&self, latency: Duration) {
        *self.state.latency.lock().unwrap() = latency;
    }

    /// The process that the Kill faults are for. A call that is to kill waits until it is named.
    pub(crate) fn aim(&self, victim: Pid) {
        *self.state.victim.lock().unwrap() = Some(victim);
    }

    /// Forgets planned faults, the victim, the record and the count of calls. Rules and what they remember stay.
    pub(crate) fn reset(&self) {
        self.state.reset();
    }

    /// The control-plane calls since the start or the last reset.
    pub(crate) fn record(&self) -> Record {
        self.state.recorded(false)
    }

    /// The data-plane requests since the start or the last reset.
    pub(crate) fn data_plane(&self) -> Record {
        self.state.recorded(true)
    }

    /// The program's control-plane requests since the start, as they came.
    pub(crate) fn requests(&self) -> Vec<Arc<Request>> {
        self.state.requests.lock().unwrap().clone()
    }

    /// What AWS's models say against the program's requests.
    pub(crate) fn invalid(&self) -> Vec<String> {
        self.state.invalid.lock().unwrap().clone()
    }

    /// How many planned faults did not come to pass.
    pub(crate) fn faults_left(&self) -> usize {
        self.state.plan.lock().unwrap().left()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let invalid = self.invalid();
        if !std::thread::panicking() {
            assert!(invalid.is_empty(), "AWS would refuse: {invalid:#?}");
        }
    }
}
