//! What SQS does by itself: the move of all dead letters, and its pause between two purges.
use rustix::process::Signal;

use super::Queues;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, Rule, When};

struct Bench {
    ms: Ministack,
    project: Project,
}

impl Bench {
    fn new() -> Self {
        let bench = Self {
            ms: Ministack::start(),
            project: Project::walkthrough(),
        };
        let queues = Queues::new(&bench.ms, &bench.project, "dev", 5);
        for id in ["1", "2", "3"] {
            queues.put(&queues.dead_letters, "task", id, id);
        }
        bench
    }

    fn proxy(&self, looks: u64, ends: &'static str) -> Proxy {
        let proxy = Proxy::start(&self.ms);
        proxy.rule(Rule::MoveTasks { looks, ends });
        proxy
    }

    fn redrive(&self, proxy: &Proxy) -> crate::support::cli::Cli {
        self.project
            .on(&self.ms, ["queue", "redrive", "--json"])
            .through(proxy)
    }
}

#[test]
fn sqs_moves_them_and_is_watched_to_the_end() {
    let bench = Bench::new();
    let proxy = bench.proxy(2, "COMPLETED");
    let done = bench.redrive(&proxy).ok().json();
    assert_eq!((&done["moved"], &done["by"]), (&3.into(), &"sqs".into()));
    let record = proxy.record();
    assert_eq!(record.of("StartMessageMoveTask").len(), 1, "{record}");
    assert_eq!(record.of("ReceiveMessage").len(), 0, "{record}");
}

/// Killed, the move goes on in SQS; a lost answer began it all the same: neither begins a second one.
#[test]
fn a_move_that_was_begun_is_watched_and_not_begun_again() {
    let bench = Bench::new();
    let proxy = bench.proxy(4, "COMPLETED");
    proxy.inject(When::Operation("StartMessageMoveTask", 0), Fault::KillAfter);
    let run = bench.redrive(&proxy).spawn();
    proxy.aim(run.pid());
    assert!(run.wait().signal.is_some());
    let done = bench.redrive(&proxy).ok().json();
    assert_eq!(done["moved"], 3);
    assert_eq!(proxy.record().of("StartMessageMoveTask").len(), 1);

    let lost = bench.proxy(2, "COMPLETED");
    lost.inject(When::Operation("StartMessageMoveTask", 0), Fault::CutAfter);
    assert_eq!(bench.redrive(&lost).ok().json()["moved"], 3);
    assert_eq!(lost.record().of("StartMessageMoveTask").len(), 1);
}

#[test]
fn every_call_of_a_move_can_fail_or_be_killed() {
    let bench = Bench::new();
    for operation in ["ListMessageMoveTasks", "StartMessageMoveTask"] {
        for fault in [
            Fault::KillBefore,
            Fault::KillAfter,
            Fault::CutBefore,
            Fault::Fails(500),
            Fault::Throttle,
        ] {
            let proxy = bench.proxy(1, "COMPLETED");
            proxy.inject(When::Operation(operation, 0), fault.clone());
            let run = bench.redrive(&proxy).spawn();
            proxy.aim(run.pid());
            let first = run.wait();
            if first.signal.is_some() {
                // What runs already is gone on with; what has ended is moved once more.
                proxy.without_rules();
                proxy.rule(Rule::MoveTasks {
                    looks: 9,
                    ends: "COMPLETED",
                });
                let next = bench.redrive(&proxy).ok().json();
                assert_eq!(next["moved"], 3, "{operation} {fault:?}");
            } else {
                assert_eq!(first.code, Some(0), "{operation} {fault:?} {first}");
            }
            let started = proxy.record().of("StartMessageMoveTask").len();
            assert!(started <= 2, "{operation} {fault:?}");
        }
    }
}

#[test]
fn ctrl_c_cancels_the_move() {
    let bench = Bench::new();
    let proxy = bench.proxy(1000, "COMPLETED");
    // The first word of it may be one that SQS cannot take.
    proxy.inject(When::Operation("CancelMessageMoveTask", 0), Fault::Throttle);
    let run = bench
        .project
        .on(&bench.ms, ["queue", "redrive", "-v"])
        .through(&proxy)
        .spawn();
    run.wait_for("StartMessageMoveTask");
    run.signal(Signal::INT);
    let output = run.wait();
    assert_eq!(output.code, Some(130), "{output}");
    assert!(
        output.says("the move was cancelled; 1 dead letter moved"),
        "{output}"
    );
    assert_eq!(proxy.record().of("CancelMessageMoveTask").len(), 2);
}

#[test]
fn a_move_that_sqs_gives_up_is_told_with_what_may_be_missing() {
    let bench = Bench::new();
    let proxy = bench.proxy(1, "FAILED");
    let failed = bench.redrive(&proxy).exits(1);
    assert!(
        failed.says("AWS.SimpleQueueService.AccessDenied"),
        "{failed}"
    );
    assert!(failed.says("[queue] senders"), "{failed}");
}

#[test]
fn a_second_purge_within_a_minute_is_explained_and_a_lost_answer_is_none() {
    let bench = Bench::new();
    let proxy = Proxy::start(&bench.ms);
    proxy.rule(Rule::PurgeQueueInProgress { seconds: 60.0 });
    proxy.inject(When::Operation("PurgeQueue", 0), Fault::CutAfter);
    let purge = |more: &[&'static str]| {
        let args = [&["queue", "purge", "--yes"], more].concat();
        bench.project.on(&bench.ms, args).through(&proxy)
    };
    purge(&[]).ok();
    let second = purge(&[]).exits(1);
    assert!(second.says("once in 60 s"), "{second}");
    purge(&["--dead-letters"]).ok();
}

#[test]
fn a_purge_can_be_killed_at_its_call() {
    let bench = Bench::new();
    for fault in [Fault::KillBefore, Fault::KillAfter] {
        let proxy = Proxy::start(&bench.ms);
        proxy.inject(When::Operation("PurgeQueue", 0), fault);
        let args = ["queue", "purge", "--dead-letters", "--yes"];
        let run = bench.project.on(&bench.ms, args).through(&proxy).spawn();
        proxy.aim(run.pid());
        assert!(run.wait().signal.is_some());
        bench.project.on(&bench.ms, args).ok();
    }
    let left = bench
        .project
        .on(&bench.ms, ["queue", "status", "--json"])
        .ok()
        .json();
    assert_eq!(left["dead_letters"], 0);
}
