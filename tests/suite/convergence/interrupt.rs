//! Ctrl-C.
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::scenario::Scenario;
use crate::support::proxy::{Fault, Rule, When};

#[test]
fn the_first_one_says_what_is_left_and_the_next_deploy_finishes() {
    let scenario = Scenario::new();
    scenario.proxy.latency(Duration::from_millis(100));
    let running = scenario.deploy().spawn();
    running.wait_for("created");
    running.signal(Signal::INT);
    let output = running.wait();
    assert_eq!(output.code, Some(130), "{output}");
    assert!(
        output.says("interrupted: left as it was") && output.says("stage dev"),
        "{output}"
    );
    assert!(output.says("Run the command again"), "{output}");
    // What ran was let finish: no call was cut off in its middle.
    let record = scenario.proxy.record();
    assert!(record.calls.iter().all(|call| call.status != 0), "{record}");
    scenario.proxy.latency(Duration::ZERO);
    scenario.deploy().ok();
    scenario.assert_settled("the next deploy");
    scenario.assert_one_of_each("the next deploy");
}

#[test]
fn a_wait_ends_with_it() {
    let scenario = Scenario::new();
    scenario.proxy.rule(Rule::RoleNotAssumable {
        seconds: f64::INFINITY,
    });
    let running = scenario.deploy().spawn();
    running.wait_for("waiting for IAM to spread the role");
    // By now the pauses are longer than the time that is left for its end.
    sleep(Duration::from_secs(5));
    let asked = Instant::now();
    running.signal(Signal::INT);
    let output = running.wait();
    assert_eq!(output.code, Some(130), "{output}");
    assert!(asked.elapsed() < Duration::from_secs(1), "{output}");
}

#[test]
fn the_second_one_stops_at_once() {
    let scenario = Scenario::new();
    scenario.proxy.inject(
        When::Operation("CreateFunction", 0),
        Fault::Delay(Duration::from_secs(20)),
    );
    let running = scenario.deploy().spawn();
    running.wait_for("created  role");
    running.signal(Signal::INT);
    running.wait_for("interrupted");
    sleep(Duration::from_millis(200));
    running.signal(Signal::INT);
    let output = running.wait();
    assert_eq!(output.code, Some(130), "{output}");
    assert!(output.took < Duration::from_secs(15), "{output}");
}
