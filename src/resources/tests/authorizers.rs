//! Who judges callers: how authorizers come and go, and what is said of functions that are not
//! gatewayq's.

use super::bench::{Bench, FULL, work};
use super::fields::API;
use crate::engine::Goal;
use crate::stack::Purpose;
use serde_json::{Value, json};

/// The file without authorizers and their routes.
fn off() -> String {
    let (before, rest) = FULL.split_once("[authorizers.customers]").unwrap();
    let (_, after) = rest.split_once("[role]").unwrap();
    let after = after.replace("auth = \"customers\"\n", "");
    format!(
        "{before}[role]{}",
        after.replace("auth = \"partners\"\n", "")
    )
}

fn tag(bench: &Bench) -> Value {
    bench.account().at(&["apis", API, "api", "tags"])["gatewayq:authorizers"].clone()
}

fn policy(bench: &Bench, function: &str) -> Value {
    bench.account().at(&["judges", function, "Policy"]).clone()
}

fn position(bench: &Bench, operation: &str) -> usize {
    let account = bench.account();
    let last = account.writes.iter().rposition(|call| call == operation);
    last.unwrap_or_else(|| panic!("no {operation} in {:?}", account.writes))
}

#[tokio::test(start_paused = true)]
async fn a_stage_without_authorizers_asks_nothing_of_them() {
    let bench = Bench::deployed(&off()).await;
    bench.plan(&off()).await;
    let account = bench.account();
    let calls = account.reads.iter().chain(&account.writes);
    assert_eq!(calls.filter(|call| call.contains("Authorizer")).count(), 0);
    let policies = account.reads.iter().filter(|call| *call == "GetPolicy");
    assert_eq!(
        policies.count(),
        4,
        "the function's and its alias's, at each look"
    );
}

/// A status asks once for all of them.
#[tokio::test(start_paused = true)]
async fn authorizers_are_listed_once_for_all() {
    let bench = Bench::deployed(FULL).await;
    bench.account().reads.clear();
    bench.plan(FULL).await;
    let account = bench.account();
    let lists = account
        .reads
        .iter()
        .filter(|call| *call == "GetAuthorizers");
    assert_eq!(lists.count(), 1);
}

/// AWS refuses to delete one that a method has; the account of these tests does, too.
#[tokio::test(start_paused = true)]
async fn what_is_taken_out_goes_when_nothing_uses_it_and_is_not_looked_for_again() {
    let bench = Bench::deployed(FULL).await;
    assert_eq!(tag(&bench), "on");
    let statement = policy(&bench, "judge:live")[0].clone();
    let source = format!("arn:aws:execute-api:eu-west-1:111122223333:{API}/authorizers/4uth0r");
    assert_eq!(statement["Sid"], "gatewayq-shop-dev_partners");
    assert_eq!(statement["Condition"]["ArnLike"]["AWS:SourceArn"], source);

    let told = work(&bench.plan(&off()).await);
    assert!(told.contains("earlier authorizers (deleting)"), "{told:?}");
    bench.deploy_and_agree(&off(), "off").await;
    let left = bench.account().at(&["apis", API, "authorizers"]).clone();
    assert_eq!((left, tag(&bench)), (json!({}), json!("off")));
    assert_eq!(policy(&bench, "judge:live"), json!([]));
    // The stage is switched first, so that nobody is refused meanwhile.
    let switched = position(&bench, "UpdateStage");
    assert!(switched < position(&bench, "RemovePermission"));
    assert!(switched < position(&bench, "DeleteAuthorizer"));
    assert!(position(&bench, "DeleteAuthorizer") < position(&bench, "TagResource"));

    bench.account().reads.clear();
    bench.plan(&off()).await;
    let reads = bench.account().reads.clone();
    assert!(!reads.contains(&"GetAuthorizers".to_owned()));
    // A run that was cut off before the tag is taken up by the next.
    bench.account().at(&["apis", API, "api", "tags"])["gatewayq:authorizers"] = "on".into();
    bench.deploy_and_agree(&off(), "cut off").await;
    assert_eq!(tag(&bench), "off");
    bench.deploy_and_agree(FULL, "on again").await;
    assert_eq!(tag(&bench), "on");
}

/// In a delete, too, when gatewayq.toml has forgotten them.
#[tokio::test(start_paused = true)]
async fn a_delete_takes_the_permissions_of_authorizers_that_the_file_has_no_more() {
    let bench = Bench::deployed(FULL).await;
    drop(bench.converge(&off(), &Purpose::Delete, Goal::Absent).await);
    assert_eq!(policy(&bench, "judge:live"), json!([]));
    assert_eq!(bench.account().world["apis"], json!({}));
}

/// The old function may be invoked until the stage asks the new one.
#[tokio::test(start_paused = true)]
async fn another_function_is_let_in_before_the_old_one_is_shut_out() {
    let bench = Bench::deployed(FULL).await;
    let other = FULL.replace("\"judge:live\"", "\"other\"");
    bench.deploy_and_agree(&other, "another function").await;
    assert_eq!(policy(&bench, "judge:live"), json!([]));
    let sid = policy(&bench, "other")[0]["Sid"].clone();
    assert_eq!(sid, "gatewayq-shop-dev_partners");
    let switched = position(&bench, "UpdateStage");
    assert!(position(&bench, "AddPermission") < switched);
    assert!(switched < position(&bench, "RemovePermission"));
}

/// A deploy says what to type, and goes on.
#[tokio::test(start_paused = true)]
async fn a_function_out_of_reach_is_no_reason_to_fail() {
    let elsewhere = "arn:aws:lambda:eu-west-1:444455556666:function:judge:live";
    let (elsewhere, missing) = (
        FULL.replace("judge:live", elsewhere),
        FULL.replace("judge:live", "nobody"),
    );
    let bench = Bench::new();
    let told = bench.deploy_and_hear(&elsewhere).await.concat();
    assert_eq!(work(&bench.plan(&elsewhere).await), [].into());
    let line = format!(
        "`aws lambda add-permission --region eu-west-1 --function-name \
         arn:aws:lambda:eu-west-1:444455556666:function:judge --qualifier live --statement-id \
         gatewayq-shop-dev_partners --action lambda:InvokeFunction --principal \
         apigateway.amazonaws.com --source-arn \
         'arn:aws:execute-api:eu-west-1:111122223333:{API}/authorizers/4uth0r'`"
    );
    assert!(told.contains(&line), "{told}");

    let bench = Bench::new();
    let told = bench.deploy_and_hear(&missing).await.concat();
    assert!(told.contains("AddPermission"), "{told}");
    assert!(
        told.contains("--function-name arn:aws:lambda:eu-west-1:111122223333:function:nobody ")
    );
    // It is still missing, and the next deploy tries again.
    let told = work(&bench.plan(&missing).await);
    assert_eq!(told, ["authorizer permission (creating)".to_owned()].into());
    assert!(bench.deploy_and_hear(FULL).await.is_empty());
}
