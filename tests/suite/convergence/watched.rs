//! What is seen of a stage: an alarm that rings, and the lines of the access log.
use serde_json::json;

use super::scenario::{CHANGED, Scenario};
use crate::support::wait;

fn deployed() -> Scenario {
    let scenario = Scenario::new();
    scenario.project.configure(CHANGED);
    scenario.deploy().ok();
    scenario
}

#[test]
fn status_tells_of_an_alarm_that_rings() {
    let scenario = deployed();
    let quiet = scenario.status().ok();
    assert!(!quiet.says("rings"), "{quiet}");
    // The emulator reckons by itself what state an alarm has, now and then.
    wait::until(
        "an alarm that rings",
        std::time::Duration::from_secs(60),
        || {
            let state = json!({"AlarmName": "shop-dev-dead-letters", "StateValue": "ALARM", "StateReason": "1 letter"});
            scenario.ms.call("cloudwatch", "SetAlarmState", state);
            let status = scenario.status().ok();
            status
                .says("shop-dev-dead-letters rings: 1 letter")
                .then_some(())
        },
    );
}

#[test]
fn the_access_log_is_read_by_itself() {
    let scenario = deployed();
    let api = scenario.ms.call("apigateway", "GetRestApis", json!({}))["items"][0]["id"].clone();
    let execution = format!("API-Gateway-Execution-Logs_{}/dev", api.as_str().unwrap());
    let now = std::time::SystemTime::now();
    let now = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    for group in [
        "/aws/apigateway/shop-dev",
        execution.as_str(),
        "/aws/lambda/shop-dev",
    ] {
        let stream = json!({"logGroupName": group, "logStreamName": "s"});
        scenario.ms.call("logs", "CreateLogStream", stream);
        let event =
            json!({"timestamp": u64::try_from(now).unwrap(), "message": format!("of {group}")});
        let events = json!({"logGroupName": group, "logStreamName": "s", "logEvents": [event]});
        scenario.ms.call("logs", "PutLogEvents", events);
    }
    let logs = |more: &[&str]| {
        scenario
            .cli(&[&["logs", "--stage", "dev"], more].concat())
            .ok()
    };
    let access = logs(&["--source", "access"]);
    assert!(
        access.says("access   of /aws/apigateway/shop-dev"),
        "{access}"
    );
    assert_eq!(access.stdout.lines().count(), 1, "{access}");
    let two = logs(&["--source", "access", "--source", "function"]);
    assert_eq!(two.stdout.lines().count(), 2, "{two}");
    assert_eq!(logs(&[]).stdout.lines().count(), 3);
}
