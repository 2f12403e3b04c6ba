//! A run: a world, the graphs that are built for it, and what became of them.

use super::resource::Fake;
use super::want::Want;
use super::world::World;
use crate::aws::Aws;
use crate::engine::{
    Converged, Dependencies, Event, EventSink, Goal, Graph, Handle, MaxWait, Plan, Runtime,
    Stopped, converge,
};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A run with its world.
#[derive(Clone)]
pub(crate) struct Bench {
    pub world: Arc<World>,
    pub runtime: Runtime,
    pub events: Arc<Mutex<Vec<Event>>>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let told = Arc::clone(&events);
        let sink: EventSink = Arc::new(move |event| told.lock().unwrap().push(event));
        Self {
            world: World::new(),
            runtime: Runtime {
                aws: Arc::new(Aws::offline(1.0)),
                events: sink,
                cancel: CancellationToken::new(),
                max_wait: MaxWait(Duration::from_secs(60)),
            },
            events,
        }
    }

    pub(crate) fn graph(&self, wants: &[Want]) -> (Graph, Vec<Handle<Fake>>) {
        let mut graph = Graph::new(self.runtime.clone());
        let mut handles: Vec<Handle<Fake>> = Vec::new();
        for want in wants {
            let build = |depends: &mut Dependencies| Fake {
                world: Arc::clone(&self.world),
                name: want.name.to_owned(),
                size: want.size,
                shape: want.shape,
                depends_on: want
                    .depends_on
                    .iter()
                    .map(|at| depends.on(&handles[*at]))
                    .collect(),
                duplicates: want.duplicates,
                is_wanted: want.is_wanted,
                reads_back: want.reads_back,
                retained: want.retained,
                refused: AtomicBool::new(false),
            };
            let handle = match want.inside {
                Some(parent) => graph.add_inside(&handles[parent].clone(), build),
                None => graph.add(build),
            };
            handles.push(handle);
        }
        (graph, handles)
    }

    pub(crate) async fn converge(
        &self,
        wants: &[Want],
        goal: Goal,
    ) -> Result<Converged<Graph>, Stopped<String>> {
        let build = || Ok(self.graph(wants).0);
        converge(goal, build, async { Ok(()) }, async |_: &Plan| Ok(())).await
    }

    /// Converges, and expects that it works.
    pub(crate) async fn done(&self, wants: &[Want], goal: Goal) -> Converged<Graph> {
        match self.converge(wants, goal).await {
            Ok(converged) => converged,
            Err(stopped) => panic!("{}", describe(&stopped)),
        }
    }

    /// Converges, and expects that it does not; the failed with their errors, and the skipped.
    pub(crate) async fn failed(&self, wants: &[Want], goal: Goal) -> (Vec<String>, Vec<String>) {
        match self.converge(wants, goal).await {
            Ok(_) => panic!("it works"),
            Err(Stopped::Failed(outcome, _, _)) => {
                let failed = outcome.failed.iter();
                let failed = failed.map(|(what, error)| format!("{what}: {error}"));
                (failed.collect(), outcome.skipped)
            }
            Err(other) => panic!("{}", describe(&other)),
        }
    }

    pub(crate) fn said(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.events
            .lock()
            .unwrap()
            .iter()
            .filter(|event| wanted(event))
            .count()
    }
}

pub(crate) fn describe(stopped: &Stopped<String>) -> String {
    match stopped {
        Stopped::Refused(why) => format!("refused: {why}"),
        Stopped::Unread(what, error) => format!("unread: {what}: {error}"),
        Stopped::Failed(outcome, _, _) => format!("failed: {:?}", outcome.failed),
        Stopped::Contended => "contended".to_owned(),
    }
}
