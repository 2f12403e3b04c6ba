//! Another role for the function: `[role] arn`, and back.

use super::bench::{Bench, FULL, code};
use super::fields::FUNCTION;
use super::versions::{deploy, left};
use crate::stack::Purpose;
use serde_json::Value;

/// The live version runs as it, until another one is live.
#[tokio::test(start_paused = true)]
async fn a_role_that_is_not_wanted_goes_after_the_switch() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().writes.clear();
    let arn = "[role]\narn = \"arn:aws:iam::111122223333:role/mine\"";
    let boundary = "[role]\nboundary = \"arn:aws:iam::111122223333:policy/org\"";
    assert!(FULL.contains(boundary));
    deploy(&bench, &FULL.replace(boundary, arn), "a").await;
    let writes = bench.account().writes.clone();
    let at = |operation: &str| writes.iter().position(|call| call == operation);
    assert!(at("UpdateAlias").is_some(), "{writes:?}");
    assert!(at("DeleteRole") > at("UpdateAlias"), "{writes:?}");
}

/// The queue denies whoever is not named there. A deploy may fail before the switch, and then the live version has to go on.
#[tokio::test(start_paused = true)]
async fn the_live_versions_role_may_send_until_the_switch() {
    let senders = |policy: &Value| {
        let policy: Value = serde_json::from_str(policy.as_str().unwrap()).unwrap();
        policy["Statement"][0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"].to_string()
    };
    let bench = Bench::new();
    let boundary = "[role]\nboundary = \"arn:aws:iam::111122223333:policy/org\"";
    let role = |name: &str| {
        let arn = format!("[role]\narn = \"arn:aws:iam::111122223333:role/{name}\"");
        FULL.replace(boundary, &arn)
    };
    deploy(&bench, FULL, "a").await;
    for (file, before, after) in [
        (role("mine"), "role/shop-dev-", "role/mine"),
        (role("other"), "role/mine", "role/other"),
        (FULL.to_owned(), "role/other", "role/shop-dev-"),
    ] {
        bench.account().meanwhile = Some(("UpdateAlias", |world| {
            world["seen"] = world["queues"]["shop-dev.fifo"]["attributes"]["Policy"].clone();
        }));
        deploy(&bench, &file, "a").await;
        assert!(bench.account().meanwhile.is_none());
        let world = bench.account().world.clone();
        let policy = &world["queues"]["shop-dev.fifo"]["attributes"]["Policy"];
        let (seen, now) = (senders(&world["seen"]), senders(policy));
        assert!(seen.contains(before) && seen.contains(after), "{seen}");
        assert!(!now.contains(before) && now.contains(after), "{now}");
        assert_eq!(left(&bench, &file, &Purpose::Inspect).await, [].into());
    }
}

/// A deploy back to the role that gatewayq makes may end after the function has it and before its tags say so.
#[tokio::test(start_paused = true)]
async fn a_function_that_came_back_to_its_role_is_not_made_anew() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    let boundary = "[role]\nboundary = \"arn:aws:iam::111122223333:policy/org\"";
    let arn = "[role]\narn = \"arn:aws:iam::111122223333:role/mine\"";
    let place = ["functions", FUNCTION, "Configuration", "Role"];
    let made = bench.account().at(&place).clone();
    deploy(&bench, &FULL.replace(boundary, arn), "a").await;
    *bench.account().at(&place) = made;
    bench.account().writes.clear();
    deploy(&bench, FULL, "a").await;
    let writes = bench.account().writes.clone();
    assert!(writes.contains(&"CreateRole".to_owned()), "{writes:?}");
    assert!(!writes.contains(&"DeleteFunction".to_owned()), "{writes:?}");
    assert_eq!(left(&bench, FULL, &Purpose::Inspect).await, [].into());
}

/// Whoever works with the queue alone need not be able to see the function.
#[tokio::test(start_paused = true)]
async fn only_a_deploy_asks_what_the_live_version_runs_as() {
    let bench = Bench::deployed(FULL).await;
    let place = ["queues", "shop-dev.fifo", "attributes", "Policy"];
    *bench.account().at(&place) = "{\"Statement\": []}".into();
    for (purpose, looks) in [(Purpose::Inspect, 1), (code("a", None), 2)] {
        bench.account().reads.clear();
        left(&bench, FULL, &purpose).await;
        let reads = bench.account().reads.clone();
        let functions = reads.iter().filter(|call| *call == "GetFunction").count();
        assert_eq!(functions, looks, "{reads:?}");
    }
}
