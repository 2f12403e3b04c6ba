//! Several commands on one stage at the same time.
use std::thread::sleep;
use std::time::Duration;

use super::scenario::Scenario;
use crate::support::cli::Output;

const ROUNDS: u64 = 10;
const DEPLOYS: u64 = 4;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn four_deploys_at_once_make_one_of_each() {
    let scenario = Scenario::new();
    // As far from AWS as a real one: the four overlap in all their calls.
    scenario.proxy.latency(Duration::from_millis(10));
    for round in 0..ROUNDS {
        rounds_end_well(&scenario, round, || 0);
    }
}

#[test]
fn four_deploys_staggered_at_random_make_one_of_each() {
    let scenario = Scenario::new();
    scenario.proxy.latency(Duration::from_millis(10));
    let mut numbers = Numbers(7);
    for round in 0..ROUNDS {
        rounds_end_well(&scenario, round, || numbers.below(500));
    }
}

pub(super) fn rounds_end_well(scenario: &Scenario, round: u64, mut pause: impl FnMut() -> u64) {
    scenario.proxy.reset();
    let start = |_| {
        sleep(Duration::from_millis(pause()));
        scenario.deploy().spawn()
    };
    let running: Vec<_> = (0..DEPLOYS).map(start).collect();
    for deploy in running {
        let output = deploy.wait();
        assert_eq!(
            output.code,
            Some(0),
            "round {round}: {output}\n{}",
            scenario.proxy.record()
        );
    }
    scenario.assert_settled(&format!("round {round}"));
    scenario.assert_one_of_each(&format!("round {round}"));
    scenario.delete().ok();
    scenario.assert_nothing_left(&format!("round {round}"));
}

#[test]
fn a_deploy_and_a_delete_at_once_end_and_one_more_delete_leaves_nothing() {
    let scenario = Scenario::new();
    scenario.proxy.latency(Duration::from_millis(10));
    for round in 0..ROUNDS {
        scenario.proxy.reset();
        // The odd rounds begin with a deployed stage, the even ones with none.
        if round % 2 == 1 {
            scenario.deploy().ok();
        }
        let deploy = scenario.deploy().env("GATEWAYQ_MAX_WAIT", "10").spawn();
        sleep(Duration::from_millis(40 * round));
        let delete = scenario.delete().env("GATEWAYQ_MAX_WAIT", "10").spawn();
        ends_or_says_why(&deploy.wait());
        ends_or_says_why(&delete.wait());
        scenario.delete().ok();
        scenario.assert_nothing_left(&format!("round {round}"));
    }
}

fn ends_or_says_why(output: &Output) {
    let fine =
        output.code == Some(0) || output.code == Some(1) && output.stderr.contains("error: ");
    assert!(fine, "{output}");
}
