//! Routes in bulk: one PutRestApi where AWS has it, single calls where an emulator has not.
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use super::every_call::{for_every, for_faults_spread_over_all_calls};
use super::kills;
use super::scenario::Scenario;
use super::{lost, together};
use crate::support::proxy::{Fault, Record, Rule, When};

/// Real quotas, a hundred times as fast.
const PACE: f64 = 0.01;
/// The emulator has none: the proxy adds it.
const THERE: Rule = Rule::PutRestApi { security: true };
/// So many that a change of their keys is more than ten calls.
pub(super) const SOME: usize = 16;

fn scenario() -> Scenario {
    Scenario::under(&[Rule::RateLimits { scale: PACE }, THERE])
}

/// Routes of every kind; the first `changed` of them ask for no key.
pub(crate) fn routes(count: usize, changed: usize) -> String {
    let mut config = "[app]\nname = \"shop\"\n".to_owned();
    for n in 0..count {
        // Two of a path: API Gateway allows 300 paths.
        let at = n / 2;
        let path = match at % 8 {
            1 => format!("/a{at}/{{id}}"),
            2 => format!("/a{at}/{{id}}/all"),
            3 => format!("/a{at}/{{proxy+}}"),
            _ => format!("/a{at}"),
        };
        let method = match (n % 2, at % 2) {
            (0, _) => "GET",
            (_, 0) => "ANY",
            (_, _) => "POST",
        };
        let auth = if n % 3 == 0 { "none" } else { "iam" };
        let key = n >= changed && n % 5 != 0;
        write!(
            config,
            "\n[[route]]\nmethod = \"{method}\"\npath = \"{path}\"\nauth = \"{auth}\"\napi_key = {key}\ntask = \"tasks.add\"\nargs = []\n"
        )
        .unwrap();
    }
    config
}

fn deployed(scenario: &Scenario, config: &str) -> Record {
    scenario.project.configure(config);
    scenario.proxy.reset();
    let deploy = scenario.deploy().env("GATEWAYQ_PACE", PACE.to_string());
    deploy.limit(Duration::from_secs(300)).ok();
    scenario.proxy.record()
}

#[test]
fn three_hundred_routes_need_no_more_calls_than_ten() {
    let (few, many) = (scenario(), scenario());
    let ten = deployed(&few, &routes(10, 0));
    let all = deployed(&many, &routes(300, 0));
    println!("10 routes: {} calls, 300: {}", ten.len(), all.len());
    assert!(all.len() <= 60, "{all}");
    assert_eq!(all.of("PutRestApi").len(), 1, "{all}");
    assert!(all.but_looks() <= ten.but_looks() + 5, "{ten}\n{all}");

    let again = deployed(&many, &routes(300, 0));
    assert_eq!(again.writes().len(), 0, "{again}");
    let change = deployed(&many, &routes(300, 63));
    println!("a change of 50: {} calls but looks", change.but_looks());
    assert!(change.but_looks() <= 42, "{change}");
    assert_eq!(change.of("PutRestApi").len(), 1, "{change}");
    let again = deployed(&many, &routes(300, 63));
    assert_eq!(again.writes().len(), 0, "{again}");
}

/// Whatever was tried again, no method was made by a call of its own.
fn assert_in_bulk(scenario: &Scenario) {
    let requests = scenario.proxy.requests();
    let count = |operation| {
        let same = requests
            .iter()
            .filter(|one| one.is("apigateway", operation));
        same.count()
    };
    assert!(count("PutRestApi") > 0);
    assert_eq!((count("PutMethod"), count("UpdateMethod")), (0, 0));
}

/// The next configuration of a scenario that deploys many routes: every method is new, or changes.
fn next(scenario: &Scenario) -> &Scenario {
    let (open, keyed) = (routes(SOME, SOME), routes(SOME, 0));
    let now = fs::read_to_string(scenario.project.path("gatewayq.toml")).unwrap();
    scenario
        .project
        .configure(if now == keyed { &open } else { &keyed });
    scenario.proxy.without_rules();
    scenario.proxy.rule(THERE);
    scenario
}

#[test]
fn a_kill_after_any_write_of_a_bulk_deploy_is_repaired_by_the_next_run() {
    let cases = for_every(|scenario, n| {
        let killed = kills::disturbed(next(scenario), n, Scenario::deploy);
        scenario.assert_settled(&format!("a kill after write {n}"));
        assert_in_bulk(scenario);
        killed
    });
    assert!(cases >= 5, "{cases}");
}

#[test]
fn a_lost_answer_or_a_failure_at_any_call_of_a_bulk_deploy_is_tried_again() {
    for_faults_spread_over_all_calls(|scenario, faults| {
        lost::disturbed_all_over(next(scenario), faults, Scenario::deploy);
        scenario.assert_settled(&format!("{faults:?}"));
        assert_in_bulk(scenario);
    });
}

#[test]
fn four_bulk_deploys_at_once_make_one_of_each() {
    let scenario = scenario();
    scenario.project.configure(&routes(SOME, 0));
    scenario.proxy.latency(Duration::from_millis(10));
    for round in 0..2 {
        together::rounds_end_well(&scenario, round, || 40 * round);
    }
    // A look in the midst of another's import finds a few methods missing: these are made one by one.
    let requests = scenario.proxy.requests();
    assert!(
        requests
            .iter()
            .any(|one| one.is("apigateway", "PutRestApi"))
    );
}

/// The first deploy of all, where the API itself is new.
#[test]
fn whatever_happens_to_the_first_put_rest_api_the_stage_is_right() {
    let scenario = scenario();
    scenario.project.configure(&routes(SOME, 0));
    for fault in [
        Fault::Throttle,
        Fault::Fails(503),
        Fault::FailsAfter(500),
        Fault::CutBefore,
        Fault::CutAfter,
    ] {
        scenario.proxy.reset();
        let at = When::Operation("PutRestApi", 0);
        scenario.proxy.inject(at, fault.clone());
        scenario.deploy().ok();
        let record = scenario.proxy.record();
        assert!(record.of("PutMethod").is_empty(), "{fault:?}\n{record}");
        scenario.assert_settled(&format!("{fault:?}"));
        scenario.delete().ok();
    }
    scenario.assert_nothing_left("the first PutRestApi");
}

/// An endpoint without it is asked once in a run; then everything goes call by call, as ever.
#[test]
fn an_endpoint_without_put_rest_api_is_asked_once() {
    let scenario = Scenario::new();
    for (changed, answer) in [(0, 404), (SOME, 501)] {
        scenario.project.configure(&routes(SOME, changed));
        scenario.proxy.reset();
        if answer == 501 {
            let at = When::Operation("PutRestApi", 0);
            scenario.proxy.inject(at, Fault::Fails(501));
        }
        // Something else that fails and is tried again, so that the routes are looked at twice.
        let at = ["PutMethod", "UpdateMethod"][usize::from(changed > 0)];
        scenario
            .proxy
            .inject(When::Operation(at, 2), Fault::FailsAfter(500));
        scenario.deploy().ok();
        let record = scenario.proxy.record();
        let asked: Vec<u16> = record
            .of("PutRestApi")
            .iter()
            .map(|call| call.status)
            .collect();
        assert_eq!(asked, [answer], "{record}");
        scenario.assert_settled("single calls");
    }
}

/// One that always fails is not asked for ever.
#[test]
fn a_put_rest_api_that_keeps_failing_is_left_alone() {
    let scenario = Scenario::new();
    scenario.project.configure(&routes(SOME, 0));
    for n in 0..3 {
        let at = When::Operation("PutRestApi", n);
        scenario.proxy.inject(at, Fault::Fails(500));
    }
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert_eq!(record.of("PutRestApi").len(), 3, "{record}");
    scenario.assert_settled("single calls");
}

/// What the one call does not do, single calls do.
#[test]
fn what_put_rest_api_forgets_is_put_right_call_by_call() {
    let scenario = Scenario::under(&[Rule::PutRestApi { security: false }]);
    scenario.project.configure(&routes(SOME, 0));
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert_eq!(record.of("PutRestApi").len(), 1, "{record}");
    assert!(record.of("PutMethod").is_empty(), "{record}");
    assert!(!record.of("UpdateMethod").is_empty(), "{record}");
    scenario.assert_settled("what was forgotten");
}

/// AWS has one variable at a place: the old one goes before the new one comes.
#[test]
fn variables_under_a_new_name_and_routes_that_go() {
    let scenario = scenario();
    let named = |name: &str, count: usize| -> String {
        let route = |n| {
            format!(
                "\n[[route]]\nmethod = \"GET\"\npath = \"/v{n}/{{{name}}}\"\nreply = {{ n = {n} }}\n"
            )
        };
        let routes: String = (0..count).map(route).collect();
        format!("[app]\nname = \"shop\"\n{routes}")
    };
    for (name, count) in [("old", 8), ("new", 8), ("new", 6), ("newer", 12)] {
        let record = deployed(&scenario, &named(name, count));
        let refused = record.calls.iter().filter(|call| call.status >= 400);
        let refused: Vec<_> = refused
            .filter(|call| call.operation == "PutRestApi")
            .collect();
        assert!(refused.is_empty(), "{name} {count}\n{record}");
        scenario.assert_settled(name);
    }
}
