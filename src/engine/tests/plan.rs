//! What a plan tells, without anything being changed.

use super::fake::{Bench, Left, PRESENT, REPLACE, Want, thing, want};
use crate::engine::{Action, Event, Goal, Plan, observe};

async fn plan(bench: &Bench, wants: &[Want], goal: Goal) -> Plan {
    let (graph, _) = bench.graph(wants);
    observe(&graph).await.unwrap();
    Plan::new(&graph, goal)
}

/// Each step as `name: action`, in the words of what is done.
fn steps(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter();
    steps
        .map(|step| format!("{}: {}", step.name, step.action.done()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn what_goes_with_its_parent_needs_no_delete() {
    let bench = Bench::new();
    for name in ["api", "routes", "stage"] {
        bench.world.put(thing(name));
    }
    let wants = [
        want("api"),
        want("routes").inside(0),
        want("stage").depends_on(&[0]),
    ];
    let plan = plan(&bench, &wants, Goal::Absent).await;
    let expected = ["api: deleted", "routes: kept", "stage: deleted"];
    assert_eq!(steps(&plan), expected);
}

/// Where the parent is not deleted, what is in it has to go by itself.
#[tokio::test(start_paused = true)]
async fn what_is_in_something_that_stays_is_deleted_by_itself() {
    let bench = Bench::new();
    for name in ["api", "routes"] {
        bench.world.put(thing(name));
    }
    let mut api = want("api");
    api.retained = Some(Left::AsItIs);
    let wants = [api, want("routes").inside(0)];
    let plan = plan(&bench, &wants, Goal::Absent).await;
    assert_eq!(steps(&plan), ["api: left", "routes: deleted"]);
    bench.done(&wants, Goal::Absent).await;
    assert_eq!(bench.world.writes(), ["delete routes"]);
}

/// What is not wanted and not there is not worth a line; one of the two alone is.
#[tokio::test(start_paused = true)]
async fn what_is_neither_wanted_nor_there_has_no_step() {
    let bench = Bench::new();
    bench.world.put(thing("there"));
    let mut wants = [want("nothing"), want("there"), want("wanted")];
    for unwanted in &mut wants[..2] {
        unwanted.is_wanted = false;
    }
    let plan = plan(&bench, &wants, PRESENT).await;
    assert_eq!(steps(&plan), ["there: deleted", "wanted: created"]);
}

/// Nothing is done to what is idle on delete, not even a look.
#[tokio::test(start_paused = true)]
async fn what_a_delete_has_no_work_with_is_counted_and_passed_through() {
    let bench = Bench::new();
    let mut foreign = thing("queue");
    foreign.ours = false;
    bench.world.put(foreign);
    bench.world.put(thing("api"));
    let wants = [
        want("queue"),
        want("gone").depends_on(&[0]),
        want("api"),
        want("routes").inside(2),
    ];
    let done = bench.done(&wants, Goal::Absent).await;
    let counts = ["left", "kept", "deleted"].map(|what| done.count(what));
    assert_eq!(counts, [1, 2, 1]);
    let told = |event: &Event| matches!(event, Event::Finished { .. });
    assert_eq!(bench.said(told), 1);
    assert_eq!(bench.world.writes(), ["delete api"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_work_is_empty() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    assert!(plan(&bench, &[want("queue")], PRESENT).await.is_empty());
    let more = [want("queue"), want("api")];
    assert!(!plan(&bench, &more, PRESENT).await.is_empty());
}

/// What `gatewayq` asks about before it goes on: with the name of each, and why.
#[tokio::test(start_paused = true)]
async fn a_plan_names_what_is_foreign_and_what_has_to_be_made_anew() {
    let bench = Bench::new();
    let mut foreign = thing("queue");
    foreign.ours = false;
    bench.world.put(foreign);
    let mut other = thing("function");
    (other.shape, other.size) = (2, 5);
    bench.world.put(other);
    let wants = [want("queue"), want("function"), want("api")];

    let refused = plan(&bench, &wants, PRESENT).await;
    let foreign: Vec<_> = refused.foreign().collect();
    assert_eq!(foreign.len(), 1);
    assert_eq!(
        (foreign[0].0.name.as_str(), foreign[0].1),
        ("queue", "it has no tags")
    );
    let anew: Vec<_> = refused.refused().collect();
    assert_eq!(anew.len(), 1);
    assert_eq!(anew[0].0.name, "function");
    assert!(anew[0].1.starts_with("AWS cannot change shape in place"));

    let allowed = plan(&bench, &wants, REPLACE).await;
    assert_eq!(allowed.refused().count(), 0);
}

/// The words that progress lines and counts use.
#[test]
fn each_action_has_its_words() {
    let changes = Vec::new;
    let reason = || "it is shared".to_owned();
    let replace = Action::Replace {
        changes: changes(),
        allowed: true,
    };
    let retain = Action::Retain {
        reason: reason(),
        foreign: false,
    };
    let foreign = Action::Foreign {
        reason: reason(),
        adoptable: true,
    };
    for (action, doing, done) in [
        (Action::Create, "creating", "created"),
        (Action::Update { changes: changes() }, "updating", "updated"),
        (replace, "replacing", "replaced"),
        (Action::Delete, "deleting", "deleted"),
        (Action::Keep, "checking", "kept"),
        (retain, "checking", "left"),
        (foreign, "checking", "foreign"),
    ] {
        assert_eq!((action.doing(), action.done()), (doing, done));
    }
}
