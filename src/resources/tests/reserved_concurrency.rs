//! Reserved concurrency: given back where it is gatewayq's, and left where it is somebody else's.

use super::bench::{Bench, FULL, work};
use super::fields::{API, FUNCTION};
use crate::engine::Goal;
use crate::stack::Purpose;
use serde_json::{Value, json};

fn off() -> String {
    FULL.replace("reserved_concurrency = 5\n", "")
}

fn reserved(bench: &Bench) -> Value {
    bench.account().world["functions"][FUNCTION]["Concurrency"].clone()
}

#[tokio::test(start_paused = true)]
async fn what_gatewayq_reserved_is_given_back_and_the_mark_says_so_last() {
    let bench = Bench::deployed(FULL).await;
    assert_eq!(reserved(&bench), json!({"ReservedConcurrentExecutions": 5}));
    bench.deploy_and_agree(&off(), "off").await;
    assert_eq!(reserved(&bench), Value::Null);
    let writes = bench.account().writes.clone();
    let last = writes.iter().rev().take(2).rev().collect::<Vec<_>>();
    assert_eq!(last, ["DeleteFunctionConcurrency", "TagResource"]);
    // A run that was cut off before the mark is taken up by the next.
    bench.account().at(&["apis", API, "api", "tags"])["gatewayq:concurrency"] = "on".into();
    bench.deploy_and_agree(&off(), "cut off").await;

    let theirs = json!({"ReservedConcurrentExecutions": 7});
    bench.account().at(&["functions", FUNCTION])["Concurrency"] = theirs.clone();
    assert_eq!(work(&bench.plan(&off()).await), [].into());
    bench.deploy_and_agree(&off(), "theirs").await;
    assert_eq!(reserved(&bench), theirs);
}

/// Two stages can have names that make one: what is in the other's function is the other's.
#[tokio::test(start_paused = true)]
async fn a_delete_changes_nothing_of_another_stages_function() {
    let bench = Bench::deployed(FULL).await;
    bench.account().at(&["functions", FUNCTION, "Tags"])["gatewayq:stage"] = "other".into();
    let before = bench.account().world["functions"][FUNCTION].clone();
    bench.converge(FULL, &Purpose::Delete, Goal::Absent).await;
    assert_eq!(bench.account().world["functions"][FUNCTION], before);
    assert_eq!(bench.account().world["apis"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn a_function_without_any_is_asked_for_nothing_more() {
    let bench = Bench::deployed(&off()).await;
    let account = bench.account();
    let calls = account.reads.iter().chain(&account.writes);
    assert_eq!(calls.filter(|call| call.contains("Concurrency")).count(), 0);
}
