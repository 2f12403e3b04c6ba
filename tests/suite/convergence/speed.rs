//! How many calls there are, and how deep: what makes a deploy fast at any distance from AWS.
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use super::scenario::{CHANGED, FIRST, Scenario};
use crate::support::cli::Cli;
use crate::support::proxy::Record;

/// Several times as far as AWS is from a laptop: what calls cost is then far more than what a busy machine
/// adds between them, and a ratio of the two says something on any machine.
const LATENCY: Duration = Duration::from_millis(200);
/// Round trips of a deploy with nothing to do: who asks, the lists, what is in them.
const NO_CHANGE: usize = 4;
/// Round trips of a first deploy. One by one: the caller; the lists; the role and its policy; the function, its version,
/// alias and permission; the stage and its settings; the usage plan and its key; a last look. The API's own row (the REST
/// API, a look for duplicates, the path, its method and integration, the deployment) runs beside it and ends before the
/// stage.
const FIRST_DEPLOY: usize = 13;

/// The record of one command, so far from the emulator.
fn record(scenario: &Scenario, command: Cli, latency: Duration) -> (Record, Duration) {
    scenario.proxy.reset();
    scenario.proxy.latency(latency);
    let took = command.ok().took;
    scenario.proxy.latency(Duration::ZERO);
    (scenario.proxy.record(), took)
}

/// The longest chain with the time that Lambda itself takes to get the function ready, between the looks at it.
fn chain(record: &Record) -> Duration {
    let looks = record.looks();
    let pauses = looks
        .windows(2)
        .map(|pair| pair[1].start.saturating_sub(pair[0].end));
    record.chain_time() + pauses.sum::<Duration>()
}

/// How much longer a deploy may take than its longest chain.
const LONGER: f64 = 1.2;

/// A deploy that is hardly longer than its longest chain, and no deeper than `most`, `begin` before it. A machine that is
/// busy with other things adds its own time, the same however far AWS is: each try is twice as far as the one before, and
/// one has to succeed.
fn hardly_longer(scenario: &Scenario, most: Option<usize>, begin: impl Fn()) {
    let mut all = String::new();
    for further in [1, 2, 4, 8] {
        begin();
        let (deploy, took) = record(scenario, scenario.deploy(), further * LATENCY);
        let told = format!(
            "{} calls, {} deep, wall {:.2?}, chain {:.2?}, process {took:.1?}",
            deploy.len(),
            deploy.depth(),
            deploy.wall(),
            chain(&deploy)
        );
        println!("{told}");
        // Lambda's own time to get the function ready comes on top: each look at it is a round trip.
        let looks = deploy.looks().len();
        let is_deeper = most.is_some_and(|most| deploy.depth() > most + looks);
        if !is_deeper && deploy.wall() <= chain(&deploy).mul_f64(LONGER) {
            return;
        }
        writeln!(all, "{told}\n{deploy}").unwrap();
    }
    panic!("deeper than {most:?}, or longer than {LONGER} times its longest chain:\n{all}");
}

#[test]
fn a_first_deploy_is_hardly_longer_than_its_longest_chain() {
    let scenario = Scenario::new();
    // The emulator loads each service at its first call.
    scenario.deploy().ok();
    hardly_longer(&scenario, Some(FIRST_DEPLOY), || {
        scenario.delete().ok();
    });

    let (again, took) = record(&scenario, scenario.deploy(), LATENCY);
    println!(
        "no change: {} calls, {} deep, wall {:.1?}, process {took:.1?}",
        again.len(),
        again.depth(),
        again.wall()
    );
    assert!(again.depth() <= NO_CHANGE, "{again}");
    assert_eq!(again.writes().len(), 0, "{again}");
    // Questions only: the zip alone would be more than this.
    assert!(again.calls.iter().all(|call| call.sent < 1000), "{again}");

    hardly_longer(&scenario, None, || {
        scenario.project.configure(FIRST);
        scenario.deploy().ok();
        scenario.project.configure(CHANGED);
    });
}

/// What a stage can have besides hangs beside the chain, not in it.
#[test]
fn nor_is_one_of_everything_that_a_stage_can_have() {
    let scenario = Scenario::new();
    scenario.project.configure(CHANGED);
    scenario.deploy().ok();
    hardly_longer(&scenario, None, || {
        scenario.delete().ok();
    });
}

/// Of others' things that show no tags the first are asked for them: the first alone, the rest of them at once.
#[test]
fn what_shows_no_tags_is_asked_for_them_at_once() {
    let scenario = Scenario::new();
    for n in 0..30 {
        let params = json!({"name": format!("api{n}")});
        scenario.ms.call("apigateway", "CreateRestApi", params);
    }
    let command = scenario.cli(&["status", "--stage", "dev"]);
    let (status, _) = record(&scenario, command, LATENCY);
    assert_eq!(status.of("GetTags").len(), 20, "{status}");
    // Who asks, the list, the first, the rest in a few waves.
    assert!(status.depth() <= 8, "{status}");
}

#[test]
fn a_hundred_routes_ask_no_more_questions_than_two() {
    let scenario = Scenario::new();
    let calls = |scenario: &Scenario| {
        scenario.deploy().limit(Duration::from_secs(300)).ok();
        scenario.proxy.reset();
        scenario.plan().ok();
        let plan = scenario.proxy.record();
        scenario.proxy.reset();
        scenario.deploy().ok();
        let deploy = scenario.proxy.record();
        assert_eq!(deploy.writes().len(), 0, "{deploy}");
        (plan.by_operation(), deploy.by_operation())
    };
    scenario.project.configure(FIRST);
    let two = calls(&scenario);
    let mut hundred = FIRST.to_owned();
    for route in 2..100 {
        write!(
            hundred,
            "\n[[route]]\nmethod = \"GET\"\npath = \"/route{route}\"\ntask = \"tasks.add\"\nargs = []\n"
        )
        .unwrap();
    }
    scenario.project.configure(&hundred);
    assert_eq!(calls(&scenario), two);
}
