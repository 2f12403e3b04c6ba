//! The loop of rounds: others at work on the same graph.

use super::fake::{Bench, Fault, PRESENT, describe, error, thing, want};
use crate::aws::Kind;
use crate::engine::{Action, Converged, Event, Graph, Plan, Stopped, converge};
use std::sync::atomic::{AtomicU32, Ordering};

fn looks_again(event: &Event) -> bool {
    matches!(event, Event::Note(text) if text.contains("looking again"))
}

/// A stage that cannot be made for longer than a thing may be missing that was just made.
async fn conflict_that_lasts(bench: &Bench) -> Converged<Graph> {
    for _ in 0..8 {
        bench
            .world
            .fault("create stage", Fault::Before(error(Kind::NotFound)));
    }
    let wants = [want("api"), want("stage").depends_on(&[0])];
    bench.done(&wants, PRESENT).await
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_lasts_is_looked_at_afresh() {
    let bench = Bench::new();
    let done = conflict_that_lasts(&bench).await;
    assert!(!done.earlier.is_empty());
    assert_eq!(done.count("created"), 2);
    assert_eq!(bench.said(looks_again), done.earlier.len());
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_never_ends_is_told_with_its_last_error() {
    let bench = Bench::new();
    for _ in 0..1000 {
        bench
            .world
            .fault("create api", Fault::Before(error(Kind::AlreadyExists)));
    }
    let stopped = bench.converge(&[want("api")], PRESENT).await.err().unwrap();
    assert!(
        matches!(stopped, Stopped::Failed(..)),
        "{}",
        describe(&stopped)
    );
    // Eight rounds, and a pause between each two of them.
    assert_eq!(bench.said(looks_again), 7);
}

/// Each time that a second one was removed, somebody makes another.
#[tokio::test(start_paused = true)]
async fn what_others_keep_changing_is_given_up() {
    let bench = Bench::new();
    bench.world.put(thing("api"));
    bench.world.put(thing("api"));
    for _ in 0..1000 {
        let another = Fault::Then(|world| {
            world.put(thing("api"));
        });
        bench.world.fault("delete api", another);
    }
    let wants = [want("api").with_duplicates()];
    let stopped = bench.converge(&wants, PRESENT).await.err().unwrap();
    assert!(
        matches!(stopped, Stopped::Contended),
        "{}",
        describe(&stopped)
    );
    assert_eq!(bench.said(looks_again), 7);
    assert_eq!(bench.world.calls("delete api"), 8);
}

#[tokio::test(start_paused = true)]
async fn each_rounds_plan_asks_for_permission_before_anything_is_changed() {
    let bench = Bench::new();
    let asked = AtomicU32::new(0);
    let build = || Ok(bench.graph(&[want("api")]).0);
    let permit = async |_: &Plan| {
        asked.fetch_add(1, Ordering::SeqCst);
        Err("no".to_owned())
    };
    let stopped = converge(PRESENT, build, async { Ok(()) }, permit)
        .await
        .err()
        .unwrap();
    assert!(matches!(stopped, Stopped::Refused(why) if why == "no"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(bench.world.writes().is_empty());
}

/// The first thing done to a resource counts.
#[tokio::test(start_paused = true)]
async fn what_was_done_is_told_over_all_rounds() {
    let bench = Bench::new();
    let done = conflict_that_lasts(&bench).await;
    assert_eq!(done.left.steps.len(), 2);
    assert_eq!((done.count("created"), done.count("kept")), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_ends_it_before_anything_is_changed() {
    let bench = Bench::new();
    bench
        .world
        .fault("read stage", Fault::Before(error(Kind::Denied)));
    let stopped = bench.converge(&[want("api"), want("stage")], PRESENT).await;
    assert!(matches!(stopped.err().unwrap(), Stopped::Unread(what, _) if what == "thing stage"));
    assert!(bench.world.writes().is_empty());
}

/// What is reported as done before a failure is looked up in it, and later rounds plan only what is left.
#[tokio::test(start_paused = true)]
async fn a_failure_comes_with_the_first_rounds_plan() {
    let bench = Bench::new();
    for _ in 0..1000 {
        let gone = Fault::Before(error(Kind::NotFound));
        bench.world.fault("create stage", gone);
    }
    let wants = [want("api"), want("stage").depends_on(&[0])];
    let stopped = bench.converge(&wants, PRESENT).await.err().unwrap();
    let Stopped::Failed(_, plan, _) = stopped else {
        panic!("{}", describe(&stopped));
    };
    assert_eq!(plan.steps[0].action, Action::Create);
}
