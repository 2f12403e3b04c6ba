//! Things whose names do not keep them apart: never two where one is wanted.

use super::fake::{Bench, Fault, PRESENT, error, thing, want};
use crate::aws::Kind;

#[tokio::test(start_paused = true)]
async fn the_oldest_stays_and_the_others_go() {
    let bench = Bench::new();
    let first = bench.world.put(thing("api"));
    bench.world.put(thing("api"));
    let done = bench.done(&[want("api").with_duplicates()], PRESENT).await;
    assert_eq!(bench.world.names(), ["api"]);
    assert_eq!(first, 1);
    assert_eq!(done.count("updated"), 1);
}

/// The create worked, its answer was lost, and the list shows it late.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_that_is_seen_late_makes_no_second_one() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::After(error(Kind::Unavailable)));
    bench.world.hide(1, 3);
    bench.done(&[want("api").with_duplicates()], PRESENT).await;
    assert_eq!(bench.world.calls("create api"), 1);
    assert_eq!(bench.world.names(), ["api"]);
}

/// Another deploy made one at the same time: both look once more, and one stays.
#[tokio::test(start_paused = true)]
async fn one_that_another_made_meanwhile_is_seen_at_the_end() {
    let bench = Bench::new();
    bench.world.fault(
        "create api",
        Fault::Then(|world| {
            world.put(thing("api"));
        }),
    );
    let done = bench.done(&[want("api").with_duplicates()], PRESENT).await;
    assert_eq!(bench.world.names(), ["api"]);
    assert_eq!(done.earlier.len(), 1);
}

/// A list that leaves out what was just made for a while: it is looked at again, nothing is made.
#[tokio::test(start_paused = true)]
async fn what_the_list_shows_late_is_waited_for() {
    let bench = Bench::new();
    bench.world.hide(1, 3);
    bench.done(&[want("api").with_duplicates()], PRESENT).await;
    assert_eq!(bench.world.calls("create api"), 1);
}

/// A list that never shows it: nothing is made a second time, and the reason is told.
#[tokio::test(start_paused = true)]
async fn what_the_list_never_shows_is_not_made_twice() {
    let bench = Bench::new();
    bench.world.hide(1, u32::MAX);
    let (failed, _) = bench
        .failed(&[want("api").with_duplicates()], PRESENT)
        .await;
    assert_eq!(bench.world.calls("create api"), 1);
    assert!(failed[0].contains("nothing is made twice"), "{failed:?}");
}

/// Somebody removed what was made: that is not a duplicate, and it is made again.
#[tokio::test(start_paused = true)]
async fn what_somebody_removed_is_made_again() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::Then(|world| world.remove("api")));
    bench.done(&[want("api").with_duplicates()], PRESENT).await;
    assert_eq!(bench.world.calls("create api"), 2);
    assert_eq!(bench.world.names(), ["api"]);
}
