//! What is live: which version with which deployment, how long older ones stay, and stages from before there were versions.

use super::bench::{Bench, FULL, code, work};
use super::fields::{API, FUNCTION, LIVE_ALIAS};
use crate::engine::{Goal, NodeId};
use crate::stack::{Purpose, Stack};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PRESENT: Goal = Goal::Present { replace: false };

/// What is waited for where the deployment that was served goes.
const SPREADS: &str = "API Gateway to serve the new deployment everywhere";

pub(super) async fn deploy(bench: &Bench, file: &str, text: &str) {
    bench.converge(file, &code(text, None), PRESENT).await;
}

/// What a plan for this would change.
pub(super) async fn left(bench: &Bench, file: &str, purpose: &Purpose) -> BTreeSet<String> {
    work(&bench.plan_for(file, purpose, PRESENT).await)
}

/// What `rollback` and `promote` do.
async fn switch(bench: &Bench, file: &str, version: u64) -> BTreeSet<String> {
    let pick = |stack: &Stack| -> Vec<NodeId> { vec![stack.live.id(), stack.served.id()] };
    bench.work_on(file, &Purpose::Switch(version), pick).await
}

fn alias(bench: &Bench) -> Value {
    let alias = [&LIVE_ALIAS[..], &["Alias"]].concat();
    bench.account().at(&alias).clone()
}

pub(super) fn live(bench: &Bench) -> String {
    alias(bench)["FunctionVersion"].as_str().unwrap().to_owned()
}

fn served(bench: &Bench) -> String {
    let place = ["apis", API, "stages", "dev", "deploymentId"];
    bench.account().at(&place).as_str().unwrap().to_owned()
}

fn versions(bench: &Bench) -> Vec<String> {
    let account = bench.account();
    let all = account.world["functions"][FUNCTION]["Versions"].as_object();
    let mut all: Vec<u64> = all
        .unwrap()
        .keys()
        .map(|key| key.parse().unwrap())
        .collect();
    all.sort_unstable();
    all.into_iter().map(|number| number.to_string()).collect()
}

pub(super) fn deployments(bench: &Bench) -> usize {
    let account = bench.account();
    account.world["apis"][API]["deployments"]
        .as_object()
        .unwrap()
        .len()
}

/// The file with another definition of the API.
pub(super) fn other_routes() -> String {
    FULL.replace("/orders/{id}", "/orders/{order}")
}

#[tokio::test(start_paused = true)]
async fn a_version_tells_its_commit_its_author_and_what_was_live_before() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    deploy(&bench, FULL, "b").await;
    let description =
        bench.account().world["functions"][FUNCTION]["Versions"]["2"]["Description"].clone();
    let description = description.as_str().unwrap();
    assert!(
        description.contains(", commit 1a2b3c4d5e6f, API "),
        "{description}"
    );
    assert!(
        description.contains(", after 1, by arn:aws:"),
        "{description}"
    );
    assert_eq!(live(&bench), "2");
}

/// The old code knows none of the new routes, the new code the old ones that stay.
#[tokio::test(start_paused = true)]
async fn the_switch_is_the_last_of_a_deploys_writes_and_the_code_comes_first() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.account().writes.clear();
    bench.waits();
    deploy(&bench, &other_routes(), "b").await;
    assert!(!bench.waits().contains(&SPREADS.to_owned()));
    let writes = bench.account().writes.clone();
    let last: Vec<&str> = writes.iter().rev().take(2).map(String::as_str).collect();
    assert_eq!(last, ["UpdateStage", "UpdateAlias"], "{writes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_is_two_writes_and_the_next_deploy_goes_forward() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    let first = served(&bench);
    deploy(&bench, &other_routes(), "b").await;
    assert_ne!(served(&bench), first);
    bench.account().writes.clear();
    switch(&bench, &other_routes(), 1).await;
    assert_eq!(bench.account().writes, ["UpdateAlias", "UpdateStage"]);
    assert_eq!((live(&bench), served(&bench)), ("1".to_owned(), first));

    // It is what somebody wanted, and no drift.
    assert_eq!(
        left(&bench, &other_routes(), &Purpose::Inspect).await,
        [].into()
    );
    let plan = bench
        .plan_for(&other_routes(), &code("b", None), PRESENT)
        .await;
    let forward = ["alias FunctionVersion", "served deployment deploymentId"];
    assert_eq!(work(&plan), forward.map(str::to_owned).into());
    deploy(&bench, &other_routes(), "b").await;
    assert_eq!((live(&bench), versions(&bench).len()), ("2".to_owned(), 2));
}

/// An alias that somebody moved by hand is drift.
#[tokio::test(start_paused = true)]
async fn only_what_gatewayq_switched_back_stays() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    deploy(&bench, FULL, "b").await;
    let place = [&LIVE_ALIAS[..], &["Alias"]].concat();
    bench.account().at(&place)["FunctionVersion"] = "1".into();
    let plan = bench.plan_for(FULL, &Purpose::Inspect, PRESENT).await;
    assert_eq!(work(&plan), ["alias FunctionVersion".to_owned()].into());
}

#[tokio::test(start_paused = true)]
async fn a_canary_takes_its_share_and_the_routes_wait_for_the_promotion() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    let first = served(&bench);
    let purpose = code("b", Some(10));
    bench.converge(&other_routes(), &purpose, PRESENT).await;
    let weights = alias(&bench)["RoutingConfig"]["AdditionalVersionWeights"].clone();
    assert_eq!((live(&bench), weights), ("1".to_owned(), json!({"2": 0.1})));
    assert_eq!(served(&bench), first);
    // The same once more changes nothing, and a look finds no drift.
    assert_eq!(left(&bench, &other_routes(), &purpose).await, [].into());
    assert_eq!(
        left(&bench, &other_routes(), &Purpose::Inspect).await,
        [].into()
    );

    bench.account().writes.clear();
    switch(&bench, &other_routes(), 2).await;
    assert_eq!(bench.account().writes, ["UpdateAlias", "UpdateStage"]);
    assert_eq!(alias(&bench)["RoutingConfig"], Value::Null);
    assert_ne!(served(&bench), first);
    assert_eq!(
        left(&bench, &other_routes(), &code("b", None)).await,
        [].into()
    );
}

#[tokio::test(start_paused = true)]
async fn a_canary_that_is_rolled_back_was_one_write() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench.converge(FULL, &code("b", Some(50)), PRESENT).await;
    bench.account().writes.clear();
    switch(&bench, FULL, 1).await;
    assert_eq!(bench.account().writes, ["UpdateAlias"]);
    assert_eq!(alias(&bench)["RoutingConfig"], Value::Null);
}

/// With three kept, a fourth takes the oldest with it, and its deployment where no other version needs that.
#[tokio::test(start_paused = true)]
async fn versions_above_the_number_kept_go_but_for_those_that_are_named() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    deploy(&bench, &other_routes(), "b").await;
    assert_eq!(deployments(&bench), 2);
    bench.account().at(&["functions", FUNCTION, "Aliases"])["theirs"] = json!({
        "Alias": {"AliasArn": "arn:aws:lambda:eu-west-1:111122223333:function:shop-dev:theirs", "Name": "theirs",
            "FunctionVersion": "2", "Description": "", "RevisionId": "00000000-0000-4000-8000-000000000000"},
        "Policy": [],
    });
    for text in ["c", "d", "e", "f"] {
        deploy(&bench, &other_routes(), text).await;
    }
    assert_eq!(versions(&bench), ["2", "4", "5", "6"]);
    assert_eq!(deployments(&bench), 1);
}

/// What a rollback made live stays, however old.
#[tokio::test(start_paused = true)]
async fn the_version_that_is_live_is_kept() {
    let bench = Bench::new();
    for text in ["a", "b", "c"] {
        deploy(&bench, FULL, text).await;
    }
    switch(&bench, FULL, 1).await;
    bench.converge(FULL, &code("d", Some(10)), PRESENT).await;
    bench.converge(FULL, &code("d", Some(20)), PRESENT).await;
    assert_eq!(
        (live(&bench), versions(&bench)),
        (
            "1".to_owned(),
            vec![
                "1".to_owned(),
                "2".to_owned(),
                "3".to_owned(),
                "4".to_owned()
            ]
        )
    );
}

/// A stage as gatewayq made it before: the API invokes the function itself.
#[tokio::test(start_paused = true)]
async fn an_older_stage_moves_over_and_loses_its_permission_last() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    {
        let mut account = bench.account();
        let function = account.at(&["functions", FUNCTION]);
        function["Versions"] = json!({});
        function["Policy"] = function["Aliases"]["live"]["Policy"].take();
        function["Policy"][0]["Sid"] = "gatewayq-apigateway".into();
        function["Aliases"] = json!({});
        function["Configuration"]["Description"] = "gatewayq 0.1.0, commit 1a2b3c4d5e6f".into();
        function["Published"] = Value::Null;
        let deployments = account.at(&["apis", API, "deployments"]);
        for deployment in deployments.as_object_mut().unwrap().values_mut() {
            deployment["description"] = "gatewayq 00000000000000000000000000000000".into();
        }
        account.writes.clear();
    }
    bench.waits();
    deploy(&bench, FULL, "a").await;
    // Requests reach the former deployment for a while, which needs the former permission.
    assert!(bench.waits().contains(&SPREADS.to_owned()));
    let writes = bench.account().writes.clone();
    let at = |operation: &str| writes.iter().position(|call| call == operation).unwrap();
    let order = [
        "PublishVersion",
        "CreateAlias",
        "AddPermission",
        "UpdateStage",
        "RemovePermission",
    ];
    assert!(order.map(at).is_sorted(), "{writes:?}");
    assert_eq!(live(&bench), "1");
    assert_eq!(left(&bench, FULL, &code("a", None)).await, [].into());
}

/// A deploy that was cut off between the two switches is finished by the next.
#[tokio::test(start_paused = true)]
async fn code_that_is_live_with_the_old_routes_is_told() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    let first = served(&bench);
    deploy(&bench, &other_routes(), "b").await;
    bench.account().at(&["apis", API, "stages", "dev"])["deploymentId"] = first.into();
    let plan = bench
        .plan_for(&other_routes(), &Purpose::Inspect, PRESENT)
        .await;
    assert_eq!(
        work(&plan),
        ["served deployment deploymentId".to_owned()].into()
    );
    deploy(&bench, &other_routes(), "b").await;
    assert_eq!(deployments(&bench), 2);
}

/// However many were published since and rolled back.
#[tokio::test(start_paused = true)]
async fn the_version_that_a_rollback_goes_to_is_kept() {
    let bench = Bench::new();
    let file = FULL.replace("keep_versions = 3", "keep_versions = 2");
    deploy(&bench, &file, "good").await;
    for text in ["bad", "worse"] {
        deploy(&bench, &file, text).await;
        switch(&bench, &file, 1).await;
    }
    deploy(&bench, &file, "better").await;
    assert_eq!(live(&bench), "4");
    assert_eq!(versions(&bench), ["1", "3", "4"]);
    assert_eq!(left(&bench, &file, &Purpose::Inspect).await, [].into());
}

/// Another branch is checked out, or the file was edited.
#[tokio::test(start_paused = true)]
async fn a_switch_is_two_writes_whatever_the_file_says_now() {
    let bench = Bench::new();
    deploy(&bench, FULL, "a").await;
    bench
        .converge(&other_routes(), &code("b", Some(10)), PRESENT)
        .await;
    let file = FULL
        .replace("/tasks", "/jobs")
        .replace("memory = 256", "memory = 512")
        .replace("keep_versions = 3", "keep_versions = 2");
    bench.account().writes.clear();
    switch(&bench, &file, 2).await;
    assert_eq!(bench.account().writes, ["UpdateAlias", "UpdateStage"]);
    assert_eq!(alias(&bench)["Description"], "gatewayq: version 2");
    bench.account().writes.clear();
    switch(&bench, &file, 1).await;
    assert_eq!(bench.account().writes, ["UpdateAlias", "UpdateStage"]);
    assert_eq!(
        left(&bench, &other_routes(), &Purpose::Inspect).await,
        [].into()
    );
}

/// Nor what it says of the default endpoint, which is no part of the definition.
#[tokio::test(start_paused = true)]
async fn a_switch_takes_the_deployment_that_is_there() {
    let bench = Bench::new();
    let closed = FULL.replace("[api]\n", "[api]\ndisable_default_endpoint = true\n");
    deploy(&bench, &closed, "a").await;
    deploy(&bench, &closed, "b").await;
    bench.account().writes.clear();
    switch(&bench, FULL, 1).await;
    assert_eq!(bench.account().writes, ["UpdateAlias"]);
    assert_eq!(live(&bench), "1");
}

/// A deployment asks authorizers by their ids.
#[tokio::test(start_paused = true)]
async fn a_deployment_whose_authorizer_was_made_anew_is_not_served_again() {
    let bench = Bench::new();
    let other_judge = FULL.replace("judge:live", "judge:next");
    deploy(&bench, FULL, "a").await;
    deploy(&bench, &other_judge, "a").await;
    // No rollback comes back to it.
    assert_eq!(deployments(&bench), 1);
    deploy(&bench, FULL, "b").await;
    let again = served(&bench);
    let account = bench.account();
    let api = &account.world["apis"][API];
    let description = api["deployments"][&again]["description"].as_str().unwrap();
    let ids = api["authorizers"].as_object().unwrap().keys();
    assert_eq!(ids.len(), 2);
    for id in ids {
        assert!(description.contains(id), "{id}: {description}");
    }
}

/// Neither a canary nor its end leaves something to be removed that nobody removes.
#[tokio::test(start_paused = true)]
async fn after_a_rollback_a_canary_and_its_promotion_nothing_is_left_to_do() {
    let bench = Bench::new();
    for text in ["a", "b", "c"] {
        deploy(&bench, FULL, text).await;
    }
    switch(&bench, FULL, 2).await;
    bench.converge(FULL, &code("d", Some(10)), PRESENT).await;
    switch(&bench, FULL, 4).await;
    assert_eq!(versions(&bench), ["2", "3", "4"]);
    assert_eq!(left(&bench, FULL, &code("d", None)).await, [].into());
}
