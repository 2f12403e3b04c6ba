//! After any failure the world is read again: lost answers, half-made changes, late sight.

use super::fake::{Bench, Fault, PRESENT, error, thing, want};
use crate::aws::Kind;
use crate::engine::{Event, Goal};

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_a_create_is_looked_up() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::After(error(Kind::Unavailable)));
    bench.done(&[want("api")], PRESENT).await;
    assert_eq!(bench.world.names(), ["api"]);
    assert_eq!(bench.world.calls("create api"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_did_not_happen_is_tried_again() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::Before(error(Kind::Unavailable)));
    bench.done(&[want("api")], PRESENT).await;
    assert_eq!(bench.world.calls("create api"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_read_is_waited_for() {
    let bench = Bench::new();
    bench
        .world
        .fault("read api", Fault::Before(error(Kind::Throttled)));
    bench.done(&[want("api")], PRESENT).await;
    let waited =
        |event: &Event| matches!(event, Event::Waiting { why, .. } if why.contains("more calls"));
    assert_eq!(bench.said(waited), 1);
}

#[tokio::test(start_paused = true)]
async fn a_final_error_is_not_tried_again() {
    for kind in [Kind::Fatal, Kind::Denied, Kind::Quota("")] {
        let bench = Bench::new();
        bench.world.fault("create api", Fault::Before(error(kind)));
        bench.failed(&[want("api")], PRESENT).await;
        assert_eq!(bench.world.calls("create api"), 1, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_not_kept_is_given_up() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    for _ in 0..20 {
        bench.world.fault("resize queue", Fault::Ignored);
        bench.world.fault("read queue", Fault::Then(|_| {}));
    }
    // The engine takes an accepted change for made; only a look at the world tells.
    let done = bench.done(&[want("queue").sized(7)], PRESENT).await;
    assert_eq!(done.count("updated"), 1);
    let again = bench.done(&[want("queue").sized(7)], PRESENT).await;
    assert_eq!(again.count("updated"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_is_deleted() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    bench
        .world
        .fault("delete queue", Fault::Before(error(Kind::NotFound)));
    let done = bench.done(&[want("queue")], Goal::Absent).await;
    assert_eq!(done.count("deleted"), 1);
    assert_eq!(bench.world.calls("delete queue"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delete_without_an_answer_is_tried_until_it_is_gone() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    bench
        .world
        .fault("delete queue", Fault::Before(error(Kind::Unavailable)));
    bench.done(&[want("queue")], Goal::Absent).await;
    assert_eq!(bench.world.calls("delete queue"), 2);
    assert!(bench.world.names().is_empty());
}

/// What a resource needs is removed while it waits for its turn: that is somebody else's work.
#[tokio::test(start_paused = true)]
async fn a_need_that_goes_away_is_a_conflict_and_starts_another_round() {
    let bench = Bench::new();
    bench.world.fault("create api", Fault::Then(|_| {}));
    bench
        .world
        .fault("create stage", Fault::Before(error(Kind::NotFound)));
    bench
        .done(&[want("api"), want("stage").depends_on(&[0])], PRESENT)
        .await;
    assert_eq!(bench.world.names(), ["api", "stage"]);
}
