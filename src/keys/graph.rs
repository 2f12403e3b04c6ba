//! A key in use as a graph: the key, and its place on a usage plan.

use super::{Consumer, KeyState, KeyValue, Plans};
use crate::engine::{Action, Done, Graph, Handle, Runtime};
use crate::names::Names;
use crate::resources::{ApiKey, KeyList, PlanKey, PlanOfKey};
use crate::tags::Tags;
use std::collections::BTreeMap;

/// The key that a consumer is to have.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub consumer: Consumer,
    /// The usage plan's name.
    pub plan: String,
    /// What a new key is made with; without it, AWS makes a value.
    pub value: Option<KeyValue>,
    pub marked: Marks,
}

/// What was written of keys just now, by id. A list that AWS answers later may not show it yet: then a key that was retired would be
/// taken for the one in use, and its successor for a duplicate.
pub(crate) type Marks = BTreeMap<String, KeyState>;

/// A graph of keys.
pub(crate) struct KeyGraph {
    graph: Graph,
    keys: Vec<InUse>,
}

/// A key in the graph.
struct InUse {
    consumer: Consumer,
    plan: String,
    key: Handle<ApiKey>,
    on_plan: Handle<PlanKey>,
}

/// What became of a key.
pub(crate) struct Outcome<'a> {
    pub consumer: &'a Consumer,
    pub id: String,
    pub plan: &'a str,
    /// Whether it is off its plan on purpose.
    pub disabled: bool,
    /// Ids of the consumer's older keys.
    pub retired: Vec<String>,
    /// Whether it was made.
    pub made: bool,
    /// Whether it was put on its plan.
    pub attached: bool,
}

impl AsRef<Graph> for KeyGraph {
    fn as_ref(&self) -> &Graph {
        &self.graph
    }
}

impl KeyGraph {
    /// What was done to each key; a key that is gone again is left out.
    pub(crate) fn outcomes<'a>(&'a self, done: &'a Done) -> impl Iterator<Item = Outcome<'a>> {
        let worked = |id| done.get(&id).is_some_and(Action::is_work);
        self.keys.iter().filter_map(move |one| {
            let key = one.key.current()?;
            Some(Outcome {
                consumer: &one.consumer,
                id: key.id,
                plan: &one.plan,
                disabled: key.disabled,
                retired: key.retired,
                made: done.get(&one.key.id()) == Some(&Action::Create),
                attached: worked(one.on_plan.id()),
            })
        })
    }
}

/// A graph of the keys wanted. Plans that are not there are left out, and with them their keys' places.
pub(crate) fn graph(
    runtime: &Runtime,
    names: &Names,
    tags: &Tags,
    plans: &Plans,
    list: &KeyList,
    wanted: &[Wanted],
) -> KeyGraph {
    let mut graph = Graph::new(runtime.clone());
    let mut keys = Vec::new();
    for wanted in wanted {
        let Some(plan) = plans.named(&wanted.plan) else {
            continue;
        };
        let key = graph.add(|_| ApiKey {
            names: names.clone(),
            tags: tags.clone(),
            consumer: wanted.consumer.to_string(),
            plan: plan.name.clone(),
            value: wanted.value.as_ref().map(KeyValue::secret),
            deleting: false,
            list: list.clone(),
            described: described(&wanted.marked),
        });
        let others = plans.iter().filter(|other| other.id != plan.id);
        let on_plan = graph.add(|depends| PlanKey {
            key: depends.on(&key),
            plan: PlanOfKey::Id(plan.id.clone()),
            others: others
                .map(|other| PlanOfKey::Id(other.id.clone()))
                .collect(),
            consumer: wanted.consumer.to_string(),
        });
        keys.push(InUse {
            consumer: wanted.consumer.clone(),
            plan: plan.name.clone(),
            key,
            on_plan,
        });
    }
    KeyGraph { graph, keys }
}

fn described(marked: &Marks) -> BTreeMap<String, &'static str> {
    let marked = marked.iter();
    marked
        .map(|(id, state)| (id.clone(), state.description()))
        .collect()
}
