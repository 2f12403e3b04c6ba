//! Pages of other origins are let in, and shut out again: whatever breaks that deploy, nothing of it is left.
use serde_json::Value;

use super::scenario::{FIRST, Scenario};
use crate::support::proxy::{Fault, When};

const ON: &str = "[api.cors]\norigins = [\"*\"]\n";

/// The writes of a deploy that shuts them out, but for the function's.
const CALLS: [(&str, usize); 7] = [
    ("DeleteGatewayResponse", 0),
    ("DeleteGatewayResponse", 1),
    ("TagResource", 0),
    ("DeleteMethod", 0),
    ("DeleteMethod", 1),
    ("CreateDeployment", 0),
    ("UpdateStage", 0),
];

/// A stage that lets no page in. Each has a route of its own: of a definition that was deployed before, the deployment is
/// still there.
fn shut(nth: usize) -> String {
    format!("{FIRST}[[route]]\nmethod = \"GET\"\npath = \"/{nth}\"\nreply = {nth}\n")
}

#[test]
fn a_fault_at_any_call_that_shuts_pages_out_is_repaired() {
    let scenario = Scenario::new();
    let mut nth = 0;
    for fault in [Fault::KillBefore, Fault::KillAfter, Fault::CutAfter] {
        for (operation, number) in CALLS {
            let case = format!("{fault:?} at {operation} {number}");
            nth += 1;
            let shut = shut(nth);
            scenario.project.configure(&format!("{shut}{ON}"));
            scenario.deploy().ok();
            scenario.assert_settled(&case);
            assert_eq!(answered(&scenario), 2, "{case}");
            scenario.project.configure(&shut);
            shut_out(&scenario, When::Operation(operation, number), &fault, &case);
            scenario.assert_settled(&case);
            assert_eq!(answered(&scenario), 0, "{case}");
        }
    }
    scenario.delete().ok();
    scenario.assert_nothing_left("all faults");
}

fn shut_out(scenario: &Scenario, when: When, fault: &Fault, case: &str) {
    scenario.proxy.reset();
    scenario.proxy.inject(when, fault.clone());
    let running = scenario.deploy().spawn();
    scenario.proxy.aim(running.pid());
    let output = running.wait();
    let calls = scenario.proxy.record();
    let is_kill = *fault != Fault::CutAfter;
    assert_eq!(
        output.signal.is_some(),
        is_kill,
        "{case}: {output}\n{calls}"
    );
    if is_kill {
        scenario.proxy.reset();
        scenario.deploy().ok();
    } else {
        assert_eq!(output.code, Some(0), "{case}: {output}\n{calls}");
    }
}

/// How many gateway responses of the API somebody set.
fn answered(scenario: &Scenario) -> usize {
    let inventory = scenario.ms.inventory();
    let apis = inventory.0["rest_apis"].as_object().unwrap().values();
    let set = |api: &Value| api["gateway_responses"].as_object().unwrap().len();
    apis.map(set).sum()
}

/// A fresh stage that lets them in, and one that never did: not a call more than before.
#[test]
fn the_calls_of_cors_are_made_where_it_is_on() {
    let scenario = Scenario::new();
    let about = |wanted: &str| {
        let record = scenario.proxy.record();
        let calls = record
            .calls
            .iter()
            .filter(|call| call.operation.contains(wanted));
        calls.count()
    };
    scenario.deploy().ok();
    scenario.status().ok();
    assert_eq!((about("GatewayResponse"), about("TagResource")), (0, 0));
    scenario.delete().ok();
    scenario.proxy.reset();
    scenario.project.configure(&format!("{FIRST}{ON}"));
    scenario.deploy().ok();
    assert_eq!((about("PutGatewayResponse"), about("TagResource")), (2, 0));
    assert_eq!(about("CreateDeployment"), 1);
    scenario.assert_settled("on");
    scenario.delete().ok();
    scenario.assert_nothing_left("on");
}
