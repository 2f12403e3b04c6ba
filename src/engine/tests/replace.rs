//! What cannot be changed in place, what is foreign, and what stays on delete.

use super::fake::{Bench, Fault, Left, PRESENT, REPLACE, Thing, World, error, thing, want};
use crate::aws::Kind;
use crate::engine::{Action, Goal};

#[tokio::test(start_paused = true)]
async fn a_replacement_takes_permission_and_what_lived_within() {
    let bench = Bench::new();
    let mut api = thing("api");
    api.shape = 2;
    bench.world.put(api);
    bench.world.put(thing("routes"));
    let wants = [want("api"), want("routes").inside(0)];

    let (failed, _) = bench.failed(&wants, PRESENT).await;
    assert!(
        failed[0].contains("AWS cannot change shape in place"),
        "{failed:?}"
    );
    assert!(bench.world.writes().is_empty());

    // What is gone with the old one: here the world does not take it along, so it is read again.
    bench.world.remove("routes");
    let done = bench.done(&wants, REPLACE).await;
    assert_eq!(
        bench.world.writes(),
        ["delete api", "create api", "create routes"]
    );
    assert_eq!(done.count("replaced"), 1);
}

/// What lived within went with the old one, though it was there when it was read.
#[tokio::test(start_paused = true)]
async fn what_lived_within_is_made_anew_and_what_stood_beside_is_not() {
    let bench = Bench::new();
    let mut api = thing("api");
    api.shape = 2;
    bench.world.put(api);
    bench.world.put(thing("routes"));
    bench.world.put(thing("stage"));
    let goes_along = Fault::Then(|world| world.remove("routes"));
    bench.world.fault("delete api", goes_along);
    let wants = [
        want("api"),
        want("routes").inside(0),
        want("stage").depends_on(&[0]),
    ];
    let done = bench.done(&wants, REPLACE).await;
    assert_eq!(
        bench.world.writes(),
        ["delete api", "create api", "create routes"]
    );
    assert!(done.earlier.is_empty(), "in the first round");
}

#[tokio::test(start_paused = true)]
async fn what_is_of_no_use_is_replaced_without_permission() {
    let bench = Bench::new();
    let mut broken = thing("function");
    broken.health = 0;
    bench.world.put(broken);
    bench.done(&[want("function")], PRESENT).await;
    assert_eq!(bench.world.things(), [thing("function")]);
}

/// It was to be updated, and broke meanwhile: what lived in the old one is made again all the same.
#[tokio::test(start_paused = true)]
async fn an_update_that_ends_in_a_replacement_takes_what_lived_within() {
    let bench = Bench::new();
    bench.world.put(Thing {
        size: 2,
        ..thing("function")
    });
    bench.world.put(thing("permission"));
    let spoil = |world: &World| {
        world.spoil("function");
        world.remove("permission");
    };
    let refused = Fault::Meanwhile(error(Kind::Unavailable), spoil);
    bench.world.fault("resize function", refused);
    let wants = [want("function"), want("permission").inside(0)];
    let done = bench.done(&wants, PRESENT).await;
    assert_eq!(bench.world.names(), ["function", "permission"]);
    assert_eq!(done.count("replaced"), 1);
}

#[tokio::test(start_paused = true)]
async fn lossless_and_lossy_together_ask_for_permission() {
    let bench = Bench::new();
    let mut broken = thing("function");
    (broken.health, broken.shape) = (0, 2);
    bench.world.put(broken);
    let (failed, _) = bench.failed(&[want("function")], PRESENT).await;
    assert!(failed[0].contains("--replace"), "{failed:?}");
}

#[tokio::test(start_paused = true)]
async fn somebody_elses_is_left_alone() {
    let bench = Bench::new();
    let mut foreign = thing("queue");
    (foreign.ours, foreign.size) = (false, 9);
    bench.world.put(foreign.clone());
    let (failed, _) = bench.failed(&[want("queue")], PRESENT).await;
    assert!(
        failed[0].contains("it is not this stage's: it has no tags"),
        "{failed:?}"
    );
    assert_eq!(bench.world.things(), [foreign]);
}

/// One foreign thing does not keep the others from being deleted.
#[tokio::test(start_paused = true)]
async fn a_delete_leaves_what_is_foreign_and_takes_the_rest() {
    let bench = Bench::new();
    let mut foreign = thing("queue");
    foreign.ours = false;
    bench.world.put(foreign);
    bench.world.put(thing("api"));
    let done = bench
        .done(&[want("queue"), want("api").depends_on(&[0])], Goal::Absent)
        .await;
    assert_eq!(bench.world.names(), ["queue"]);
    let kept = done
        .left
        .steps
        .iter()
        .find(|step| step.name == "queue")
        .unwrap();
    assert!(
        matches!(&kept.action, Action::Retain { reason, foreign: true } if reason.contains("not this stage's"))
    );
}

/// What lives in it has no owner of its own.
#[tokio::test(start_paused = true)]
async fn a_delete_leaves_all_that_is_in_somebody_elses() {
    let bench = Bench::new();
    let mut foreign = thing("function");
    foreign.ours = false;
    bench.world.put(foreign);
    bench.world.put(thing("alias"));
    bench.world.put(thing("api"));
    let wants = [
        want("function"),
        want("alias").inside(0),
        want("api").depends_on(&[0]),
    ];
    let done = bench.done(&wants, Goal::Absent).await;
    assert_eq!(bench.world.names(), ["function", "alias"]);
    assert_eq!(done.count("deleted"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_retained_stays() {
    for (left, size) in [(Left::AsItIs, 1), (Left::Smaller, 0), (Left::Refused, 1)] {
        let bench = Bench::new();
        bench.world.put(thing("logging"));
        bench.world.put(thing("api"));
        let mut logging = want("logging").depends_on(&[0]);
        logging.retained = Some(left);
        let done = bench.done(&[want("api"), logging], Goal::Absent).await;
        assert_eq!(bench.world.names(), ["logging"], "{left:?}");
        assert_eq!(bench.world.things()[0].size, size, "{left:?}");
        let counts = ["left", "deleted", "updated"].map(|what| done.count(what));
        assert_eq!(counts, [1, 1, 0], "{left:?}");
    }
}

/// What is left does not need what another removed.
#[tokio::test(start_paused = true)]
async fn what_stays_loses_its_part_though_what_it_needs_is_gone() {
    let bench = Bench::new();
    bench.world.put(thing("plan"));
    let mut plan = want("plan").depends_on(&[0]);
    plan.retained = Some(Left::Smaller);
    bench.done(&[want("api"), plan], Goal::Absent).await;
    assert_eq!(bench.world.things()[0].size, 0);
}

/// Only what is deleted takes along what lives in it.
#[tokio::test(start_paused = true)]
async fn what_lives_in_something_that_stays_is_deleted_by_itself() {
    let bench = Bench::new();
    let mut plan = want("plan");
    plan.retained = Some(Left::Smaller);
    let wants = [plan, want("key").inside(0)];
    bench.done(&wants, PRESENT).await;
    bench.done(&wants, Goal::Absent).await;
    assert_eq!(bench.world.names(), ["plan"]);
    assert_eq!(bench.world.calls("delete key"), 1);
}
