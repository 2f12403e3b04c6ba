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

/// The engine takes an accepted change for made; only the next deploy's look at the world tells.
#[tokio::test(start_paused = true)]
async fn an_accepted_change_that_came_to_nothing_is_made_by_the_next_deploy() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    bench.world.fault("resize queue", Fault::Ignored);
    let wants = [want("queue").sized(7)];
    for size in [1, 7] {
        let done = bench.done(&wants, PRESENT).await;
        assert_eq!(done.count("updated"), 1);
        assert_eq!(bench.world.things()[0].size, size);
    }
}

/// A resource that looks at what came of its change, and finds it as before, each time.
#[tokio::test(start_paused = true)]
async fn a_change_that_is_not_kept_is_given_up() {
    let bench = Bench::new();
    bench.world.put(thing("queue"));
    for _ in 0..20 {
        bench.world.fault("resize queue", Fault::Ignored);
    }
    let mut queue = want("queue").sized(7);
    queue.reads_back = true;
    let (failed, _) = bench.failed(&[queue], PRESENT).await;
    let expected = "thing queue: AWS accepts the change but does not keep it: size";
    assert_eq!(failed, [expected]);
    assert_eq!(bench.world.calls("resize queue"), 5);
    // The work began once, however often it was tried.
    let began = |event: &Event| {
        matches!(
            event,
            Event::Started {
                action: "updating",
                ..
            }
        )
    };
    assert_eq!(bench.said(began), 1);
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
