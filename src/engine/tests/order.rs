//! The walk: what depends on what, and what a failure takes with it.

use super::fake::{Bench, Fault, PRESENT, error, thing, want};
use crate::aws::Kind;
use crate::engine::{Event, Goal};

#[tokio::test(start_paused = true)]
async fn what_is_needed_comes_first() {
    let bench = Bench::new();
    let wants = [
        want("role"),
        want("api"),
        want("routes").depends_on(&[1]),
        want("stage").depends_on(&[2, 0]),
    ];
    bench.done(&wants, PRESENT).await;
    let writes = bench.world.writes();
    let at = |name: &str| {
        writes
            .iter()
            .position(|call| call == &format!("create {name}"))
            .unwrap()
    };
    assert!(at("api") < at("routes") && at("routes") < at("stage") && at("role") < at("stage"));
}

#[tokio::test(start_paused = true)]
async fn what_needs_nothing_starts_at_once() {
    let bench = Bench::new();
    let started = tokio::time::Instant::now();
    bench
        .done(&[want("a"), want("b"), want("c"), want("d")], PRESENT)
        .await;
    // Each create takes 100 ms.
    assert!(
        started.elapsed().as_millis() < 200,
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_delete_walks_backwards() {
    let bench = Bench::new();
    let wants = [
        want("api"),
        want("routes").depends_on(&[0]),
        want("stage").depends_on(&[1]),
    ];
    bench.done(&wants, PRESENT).await;
    bench.done(&wants, Goal::Absent).await;
    let writes = bench.world.writes();
    assert_eq!(writes[3..], ["delete stage", "delete routes", "delete api"]);
    assert!(bench.world.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_lives_within_goes_with_its_parent() {
    let bench = Bench::new();
    let wants = [want("api"), want("routes").inside(0)];
    bench.done(&wants, PRESENT).await;
    let looked = bench.world.calls("read routes");
    bench.done(&wants, Goal::Absent).await;
    assert_eq!(
        bench.world.calls("read routes"),
        looked,
        "nobody looks at it"
    );
    assert_eq!(bench.world.calls("delete routes"), 0);
    assert_eq!(bench.world.calls("delete api"), 1);
}

#[tokio::test(start_paused = true)]
async fn below_a_failure_all_is_skipped_and_only_the_cause_is_told() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::Before(error(Kind::Denied)));
    let wants = [
        want("api"),
        want("routes").depends_on(&[0]),
        want("stage").depends_on(&[1]),
        want("queue"),
    ];
    let (failed, skipped) = bench.failed(&wants, PRESENT).await;
    assert_eq!(failed, ["thing api: Fake"]);
    assert_eq!(bench.said(|event| matches!(event, Event::Failed { .. })), 1);
    assert_eq!(skipped, ["thing routes", "thing stage"]);
    assert_eq!(bench.world.names(), ["queue"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_where_nothing_differs() {
    let bench = Bench::new();
    let wants = [want("api"), want("stage").depends_on(&[0])];
    bench.world.put(thing("api"));
    bench.world.put(thing("stage"));
    let done = bench.done(&wants, PRESENT).await;
    assert!(bench.world.writes().is_empty());
    assert!(done.left.is_empty());
    assert_eq!(done.count("kept"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_wanted_any_more_goes_where_it_is_ours() {
    let bench = Bench::new();
    bench.world.put(thing("role"));
    let mut unwanted = want("role");
    unwanted.is_wanted = false;
    let done = bench.done(&[unwanted.clone()], PRESENT).await;
    assert!(bench.world.names().is_empty());
    assert_eq!(done.count("deleted"), 1);

    // Nothing is kept where nothing is.
    let done = bench.done(&[unwanted.clone()], PRESENT).await;
    assert_eq!((done.count("kept"), done.count("deleted")), (0, 0));

    let mut foreign = thing("role");
    foreign.ours = false;
    bench.world.put(foreign);
    let done = bench.done(&[unwanted], PRESENT).await;
    assert_eq!(bench.world.names(), ["role"]);
    assert_eq!(done.count("kept"), 1);
}
