//! A world of things, the resource that wants one of them, and the graphs that tests build.

use crate::aws::{Aws, AwsError, Kind};
use crate::engine::{
    Call, Converged, Cx, Error, Event, EventSink, Field, Goal, Graph, Handle, MaxWait, Owner, Plan,
    Ref, Resource, Retained, Runtime, Set, Stopped, converge,
};
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(crate) const PRESENT: Goal = Goal::Present { replace: false };
pub(crate) const REPLACE: Goal = Goal::Present { replace: true };

/// What AWS would be.
#[derive(Default)]
pub(crate) struct World {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    things: BTreeMap<u64, Thing>,
    next: u64,
    /// Each call as `verb name`, in order.
    calls: Vec<String>,
    /// What happens at the next calls of `verb name`.
    faults: BTreeMap<String, VecDeque<Fault>>,
    /// Lists leave out what was made by the last calls, this many looks long.
    unseen: BTreeMap<u64, u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thing {
    pub name: String,
    pub size: u32,
    pub shape: u32,
    pub health: u32,
    pub ours: bool,
}

/// What goes wrong at one call.
#[derive(Clone)]
pub(crate) enum Fault {
    /// It is refused.
    Before(Error),
    /// It works, and says that it did not.
    After(Error),
    /// It is refused, since somebody else does this meanwhile.
    Meanwhile(Error, fn(&World)),
    /// It works, and somebody else then does this.
    Then(fn(&World)),
    /// It works, and is forgotten.
    Ignored,
}

pub(crate) fn error(kind: Kind) -> Error {
    Error::Aws(AwsError {
        operation: "Fake",
        kind,
        code: String::new(),
        message: String::new(),
    })
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Lets `fault` happen at the next call `verb name`; several happen one after another.
    pub(crate) fn fault(&self, call: &str, fault: Fault) {
        let mut inner = self.inner.lock().unwrap();
        inner
            .faults
            .entry(call.to_owned())
            .or_default()
            .push_back(fault);
    }

    pub(crate) fn put(&self, thing: Thing) -> u64 {
        let mut inner = self.inner.lock().unwrap();
        inner.next += 1;
        let id = inner.next;
        inner.things.insert(id, thing);
        id
    }

    /// Makes all things of this name useless.
    pub(crate) fn spoil(&self, name: &str) {
        let mut inner = self.inner.lock().unwrap();
        let named = inner.things.values_mut().filter(|thing| thing.name == name);
        named.for_each(|thing| thing.health = 0);
    }

    pub(crate) fn remove(&self, name: &str) {
        let mut inner = self.inner.lock().unwrap();
        inner.things.retain(|_, thing| thing.name != name);
    }

    pub(crate) fn things(&self) -> Vec<Thing> {
        self.inner
            .lock()
            .unwrap()
            .things
            .values()
            .cloned()
            .collect()
    }

    /// The names of all things, in the order in which they were made.
    pub(crate) fn names(&self) -> Vec<String> {
        self.things().into_iter().map(|thing| thing.name).collect()
    }

    /// The calls so far that are not reads.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.inner.lock().unwrap().calls.clone();
        calls
            .into_iter()
            .filter(|call| !call.starts_with("read"))
            .collect()
    }

    pub(crate) fn calls(&self, call: &str) -> usize {
        let inner = self.inner.lock().unwrap();
        inner.calls.iter().filter(|made| *made == call).count()
    }

    /// Hides a thing from this many reads.
    pub(crate) fn hide(&self, id: u64, reads: u32) {
        self.inner.lock().unwrap().unseen.insert(id, reads);
    }

    fn call<T>(&self, call: &str, work: impl FnOnce(&mut Inner) -> T) -> Result<T, Error>
    where
        T: Default,
    {
        let fault = {
            let mut inner = self.inner.lock().unwrap();
            inner.calls.push(call.to_owned());
            inner.faults.get_mut(call).and_then(VecDeque::pop_front)
        };
        let result = match fault {
            Some(Fault::Before(error)) => return Err(error),
            Some(Fault::Meanwhile(error, act)) => {
                act(self);
                return Err(error);
            }
            Some(Fault::Ignored) => return Ok(T::default()),
            _ => work(&mut self.inner.lock().unwrap()),
        };
        match fault {
            Some(Fault::After(error)) => Err(error),
            Some(Fault::Then(act)) => {
                act(self);
                Ok(result)
            }
            _ => Ok(result),
        }
    }
}

/// A resource that wants one thing in the world.
pub(crate) struct Fake {
    pub world: Arc<World>,
    pub name: String,
    pub size: u32,
    pub shape: u32,
    pub needs: Vec<Ref<Fake>>,
    pub duplicates: bool,
    pub is_wanted: bool,
    pub retained: Option<Left>,
    /// Whether a delete was refused.
    pub refused: AtomicBool,
}

/// What a delete does to a thing that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    AsItIs,
    /// Without this stage's part in it.
    Smaller,
    /// After the world refused to let go of it.
    Refused,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: u64,
    pub size: u32,
    shape: u32,
    health: u32,
    ours: bool,
    duplicates: BTreeSet<String>,
}

const RESIZE: Call<Fake> = Call {
    operation: "Resize",
    run: |fake, _, found, wanted| {
        async { fake.change("resize", found.id, |thing| thing.size = wanted.size) }.boxed()
    },
};
const DELETE_DUPLICATES: Call<Fake> = Call {
    operation: "DeleteDuplicates",
    run: |fake, _, found, _| async { fake.delete_duplicates(found) }.boxed(),
};

impl Fake {
    fn change(&self, verb: &str, id: u64, change: impl FnOnce(&mut Thing)) -> Result<(), Error> {
        self.world.call(&format!("{verb} {}", self.name), |inner| {
            if let Some(thing) = inner.things.get_mut(&id) {
                change(thing);
            }
        })
    }

    fn delete_duplicates(&self, found: &State) -> Result<(), Error> {
        for id in &found.duplicates {
            let id: u64 = id.parse().unwrap();
            self.world.call(&format!("delete {}", self.name), |inner| {
                inner.things.remove(&id);
            })?;
        }
        Ok(())
    }

    fn look(&self, inner: &mut Inner) -> Option<State> {
        let mut found = Vec::new();
        for (id, thing) in &inner.things {
            if thing.name != self.name {
                continue;
            }
            match inner.unseen.get_mut(id) {
                Some(reads) if *reads > 0 => *reads -= 1,
                _ => found.push((*id, thing.clone())),
            }
        }
        let mut found = found.into_iter();
        let (id, thing) = found.next()?;
        Some(State {
            id,
            size: thing.size,
            shape: thing.shape,
            health: thing.health,
            ours: thing.ours,
            duplicates: found.map(|(id, _)| id.to_string()).collect(),
        })
    }
}

impl Resource for Fake {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("size", |s| Some(s.size.to_string()), Set::By(&RESIZE)),
        Field::text("shape", |s| Some(s.shape.to_string()), Set::Replace),
        Field::text(
            "health",
            |s| Some(s.health.to_string()),
            Set::ReplaceLossless,
        ),
        Field::items("duplicate", |s| &s.duplicates, Set::By(&DELETE_DUPLICATES)),
    ];

    fn kind(&self) -> &'static str {
        "thing"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn can_have_duplicates(&self) -> bool {
        self.duplicates
    }

    fn id(&self, found: &State) -> Option<String> {
        Some(found.id.to_string())
    }

    async fn exists(&self, _cx: &Cx, id: &str) -> Result<bool, Error> {
        let id: u64 = id.parse().unwrap();
        Ok(self.world.inner.lock().unwrap().things.contains_key(&id))
    }

    async fn read(&self, _cx: &Cx) -> Result<Option<State>, Error> {
        for need in &self.needs {
            need.observed().await?;
        }
        tokio::task::yield_now().await;
        self.world
            .call(&format!("read {}", self.name), |inner| self.look(inner))
    }

    fn owner(&self, found: &State) -> Owner {
        match found.ours {
            true => Owner::Ours,
            false => Owner::Foreign("it has no tags".to_owned()),
        }
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    fn wanted(&self, found: Option<&State>) -> State {
        State {
            id: found.map_or(0, |found| found.id),
            size: self.size,
            shape: self.shape,
            health: 1,
            ours: true,
            duplicates: BTreeSet::new(),
        }
    }

    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        // As long as others may start beside it.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let id = self.world.call(&format!("create {}", self.name), |inner| {
            inner.next += 1;
            let id = inner.next;
            inner.things.insert(
                id,
                Thing {
                    name: self.name.clone(),
                    size: self.size,
                    shape: self.shape,
                    health: 1,
                    ours: true,
                },
            );
            id
        })?;
        Ok(State { id, ..wanted })
    }

    async fn delete(&self, _cx: &Cx, found: State) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.retained == Some(Left::Refused) {
            self.refused.store(true, Ordering::SeqCst);
            return Ok(());
        }
        self.world.call(&format!("delete {}", self.name), |inner| {
            inner.things.remove(&found.id);
        })
    }

    fn retained(&self, found: &State) -> Option<Retained<State>> {
        let left = self.retained?;
        if left == Left::Refused && !self.refused.load(Ordering::SeqCst) {
            return None;
        }
        let mut state = found.clone();
        if left == Left::Smaller {
            state.size = 0;
        }
        let reason = "others use it".to_owned();
        Some(Retained { reason, state })
    }
}

/// One thing of a blueprint.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub name: &'static str,
    pub size: u32,
    pub shape: u32,
    pub needs: Vec<usize>,
    pub inside: Option<usize>,
    pub duplicates: bool,
    pub is_wanted: bool,
    pub retained: Option<Left>,
}

pub(crate) fn want(name: &'static str) -> Want {
    Want {
        name,
        size: 1,
        shape: 1,
        needs: Vec::new(),
        inside: None,
        duplicates: false,
        is_wanted: true,
        retained: None,
    }
}

impl Want {
    pub(crate) fn needs(mut self, needs: &[usize]) -> Self {
        self.needs = needs.to_vec();
        self
    }

    pub(crate) fn inside(mut self, parent: usize) -> Self {
        self.inside = Some(parent);
        self.needs.push(parent);
        self
    }

    pub(crate) fn with_duplicates(mut self) -> Self {
        self.duplicates = true;
        self
    }

    pub(crate) fn sized(mut self, size: u32) -> Self {
        self.size = size;
        self
    }
}

pub(crate) fn thing(name: &str) -> Thing {
    Thing {
        name: name.to_owned(),
        size: 1,
        shape: 1,
        health: 1,
        ours: true,
    }
}

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
            let build = |depends: &mut crate::engine::Dependencies| Fake {
                world: Arc::clone(&self.world),
                name: want.name.to_owned(),
                size: want.size,
                shape: want.shape,
                needs: want
                    .needs
                    .iter()
                    .map(|at| depends.on(&handles[*at]))
                    .collect(),
                duplicates: want.duplicates,
                is_wanted: want.is_wanted,
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
