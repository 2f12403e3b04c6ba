//! Ctrl-C in every phase: nothing new starts, what runs is finished, no pause is slept through.

use super::fake::{Bench, Fault, PRESENT, error, want};
use crate::aws::Kind;
use crate::engine::{Error, Event, Goal, Stopped};
use std::time::Duration;
use tokio::time::{Instant, sleep};

fn cancelled(stopped: &Stopped<String>) -> bool {
    match stopped {
        Stopped::Unread(_, error) => matches!(error, Error::Cancelled),
        Stopped::Failed(outcome, ..) => outcome
            .failed
            .iter()
            .all(|(_, error)| matches!(error, Error::Cancelled)),
        _ => false,
    }
}

fn press_after(bench: &Bench, time: Duration) {
    let cancel = bench.runtime.cancel.clone();
    tokio::spawn(async move {
        sleep(time).await;
        cancel.cancel();
    });
}

#[tokio::test(start_paused = true)]
async fn while_something_is_made_it_is_finished_and_nothing_else_starts() {
    let bench = Bench::new();
    press_after(&bench, Duration::from_millis(50));
    let wants = [want("api"), want("stage").depends_on(&[0])];
    let stopped = bench.converge(&wants, PRESENT).await.err().unwrap();
    assert!(cancelled(&stopped));
    assert_eq!(bench.world.names(), ["api"]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_a_read_ends_at_once() {
    let bench = Bench::new();
    for _ in 0..100 {
        bench
            .world
            .fault("read api", Fault::Before(error(Kind::Throttled)));
    }
    press_after(&bench, Duration::from_millis(777));
    let started = Instant::now();
    let stopped = bench.converge(&[want("api")], PRESENT).await.err().unwrap();
    assert!(cancelled(&stopped));
    assert_eq!(started.elapsed().as_millis(), 777);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_a_change_ends_at_once() {
    let bench = Bench::new();
    for _ in 0..100 {
        let busy = error(Kind::Busy("IAM to spread the role"));
        bench.world.fault("create api", Fault::Before(busy));
    }
    press_after(&bench, Duration::from_millis(5123));
    let started = Instant::now();
    let stopped = bench.converge(&[want("api")], PRESENT).await.err().unwrap();
    assert!(cancelled(&stopped));
    // An interruption is no failure: what was under way is told at the end, and by the command.
    assert_eq!(bench.said(|event| matches!(event, Event::Failed { .. })), 0);
    assert!(
        started.elapsed().as_millis() <= 5223,
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_lost_answer_ends_at_once() {
    let bench = Bench::new();
    bench
        .world
        .fault("create api", Fault::After(error(Kind::Unavailable)));
    bench.world.hide(1, u32::MAX);
    press_after(&bench, Duration::from_millis(900));
    let started = Instant::now();
    let wants = [want("api").with_duplicates()];
    let stopped = bench.converge(&wants, PRESENT).await.err().unwrap();
    assert!(cancelled(&stopped));
    assert_eq!(started.elapsed().as_millis(), 900);
}

#[tokio::test(start_paused = true)]
async fn the_look_at_the_end_ends_at_once() {
    let bench = Bench::new();
    bench.world.hide(1, u32::MAX);
    press_after(&bench, Duration::from_millis(2000));
    let started = Instant::now();
    let wants = [want("api").with_duplicates()];
    let stopped = bench.converge(&wants, PRESENT).await.err().unwrap();
    assert!(cancelled(&stopped));
    assert_eq!(started.elapsed().as_millis(), 2000);
}

#[tokio::test(start_paused = true)]
async fn a_delete_is_cut_between_two_resources() {
    let bench = Bench::new();
    let wants = [want("api"), want("stage").depends_on(&[0])];
    bench.done(&wants, PRESENT).await;
    press_after(&bench, Duration::from_millis(50));
    let stopped = bench.converge(&wants, Goal::Absent).await.err().unwrap();
    assert!(cancelled(&stopped));
    assert_eq!(bench.world.names(), ["api"]);
}
