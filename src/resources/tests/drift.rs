//! Each field of each resource, changed behind gatewayq's back: the plan tells that field and no
//! other, a deploy puts it right, and a fresh look then finds nothing.

use super::account::{Account, add};
use super::bench::{Bench, FULL, work};
use super::fields::{API, DEPLOYMENT, Drift, FUNCTION, LIVE_ALIAS, LOGGING, drift, made, other};
use super::fixtures::body;
use crate::engine::{Action, Goal};
use crate::resources::every_table;
use crate::stack::Purpose;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The drifts of all tables' fields.
fn of_every_field() -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (resource, fields) in every_table() {
        let resource = resource.rsplit("::").next().unwrap();
        let mut seen = BTreeMap::new();
        for (field, _) in fields {
            let nth: &mut usize = seen.entry(field).or_default();
            drifts.extend(drift(resource, field, *nth));
            *nth += 1;
        }
    }
    drifts
}

/// What no table has a line for: paths and methods, and what is there or not.
fn of_what_has_no_fields() -> Vec<Drift> {
    let method = |within: &[&'static str]| {
        let method = ["apis", API, "resources", "s3n4d5", "resourceMethods", "GET"];
        [&method[..], within].concat()
    };
    vec![
        other(
            "routes",
            "GET /mine authorizationType",
            &method(&["authorizationType"]),
        ),
        other(
            "routes",
            "GET /mine apiKeyRequired",
            &method(&["apiKeyRequired"]),
        ),
        other(
            "routes",
            "GET /mine integration",
            &method(&["methodIntegration", "uri"]),
        ),
        made("routes GET /mine", |account| {
            let methods = account.at(&["apis", API, "resources", "s3n4d5", "resourceMethods"]);
            methods.as_object_mut().unwrap().remove("GET");
        }),
        made("routes PUT /mine", |account| {
            let methods = account.at(&["apis", API, "resources", "s3n4d5", "resourceMethods"]);
            methods["PUT"] = methods["GET"].clone();
        }),
        made("routes OPTIONS /mine", |account| {
            let methods = account.at(&["apis", API, "resources", "s3n4d5", "resourceMethods"]);
            methods.as_object_mut().unwrap().remove("OPTIONS");
        }),
        other(
            "routes",
            "GET /mine authorizerId",
            &method(&["authorizerId"]),
        ),
        made("routes GET /mine authorizationScopes", |account| {
            let place = ["apis", API, "resources", "s3n4d5", "resourceMethods", "GET"];
            account.at(&place)["authorizationScopes"] = json!(["orders/write"]);
        }),
        // With another name an authorizer is another one, and none of the stage's; the one that is made asks for another
        // deployment.
        made("authorizer name", |account| {
            account.at(&["apis", API, "authorizers", "c0gn1t"])["name"] = "other".into();
        })
        .telling(&[
            "authorizer (creating)",
            "deployment definition",
            "earlier authorizers (deleting)",
            "routes GET /mine authorizerId",
            "served deployment deploymentId",
            "served deployment old deployment",
        ]),
        made("authorizer permission (creating)", |account| {
            *account.at(&["judges", "judge:live", "Policy"]) = json!([]);
        }),
        made("gateway responses DEFAULT_5XX", |account| {
            *account.at(&["apis", API, "responses"]) = json!({});
        })
        .telling(&lines_of_errors()),
        made("gateway responses Access-Control-Max-Age", |account| {
            let parameters = [
                "apis",
                API,
                "responses",
                "DEFAULT_4XX",
                "responseParameters",
            ];
            account.at(&parameters)["gatewayresponse.header.Access-Control-Max-Age"] = "'1'".into();
        })
        .telling(&["gateway responses DEFAULT_4XX Access-Control-Max-Age"]),
        made("routes /other", |account| {
            let path =
                json!({"id": "0ther", "path": "/other", "pathPart": "other", "parentId": "r0o0t0"});
            account.at(&["apis", API, "resources"])["0ther"] = path;
        }),
        made("usage plan key (creating)", |account| {
            account.world["on_plan"] = json!({})
        }),
        made("permission (creating)", |account| {
            *account.at(&[&LIVE_ALIAS[..], &["Policy"]].concat()) = json!([]);
        }),
        made("former permission (deleting)", |account| {
            let statements = account.at(&[&LIVE_ALIAS[..], &["Policy"]].concat()).clone();
            let policy = account.at(&["functions", FUNCTION, "Policy"]);
            *policy = statements;
            policy[0]["Sid"] = "gatewayq-apigateway".into();
        }),
    ]
}

/// The plan's lines where API Gateway's errors have none of the headers.
fn lines_of_errors() -> Vec<&'static str> {
    vec![
        "gateway responses DEFAULT_4XX Access-Control-Allow-Credentials",
        "gateway responses DEFAULT_4XX Access-Control-Allow-Origin",
        "gateway responses DEFAULT_4XX Access-Control-Expose-Headers",
        "gateway responses DEFAULT_5XX Access-Control-Allow-Credentials",
        "gateway responses DEFAULT_5XX Access-Control-Allow-Origin",
        "gateway responses DEFAULT_5XX Access-Control-Expose-Headers",
    ]
}

/// One path, so that its id is known.
fn file() -> String {
    let (before, _) = FULL.split_once("[[route]]").unwrap();
    let before = before.replace("POST /tasks", "GET /mine");
    let route = |method: &str, auth: &str| {
        format!(
            "[[route]]\nmethod = \"{method}\"\npath = \"/mine\"\nauth = \"{auth}\"\nreply = 1\n"
        )
    };
    format!(
        "{before}{}{}",
        route("GET", "customers"),
        route("POST", "partners")
    )
}

async fn is_told_and_put_right(world: &Value, drift: &Drift, terse_lists: bool) {
    let (bench, file, what) = (Bench::new(), file(), &drift.what);
    bench.account().world = world.clone();
    bench.account().terse_lists = terse_lists;
    (drift.change)(&mut bench.account());
    let told: BTreeSet<String> = drift.told.iter().cloned().collect();
    assert_eq!(work(&bench.plan(&file).await), told, "{what}");
    bench.deploy_and_agree(&file, what).await;
}

async fn world() -> Value {
    let bench = Bench::deployed(&file()).await;
    let account = bench.account();
    assert!(
        account.world["apis"][API]["deployments"]
            .get(DEPLOYMENT)
            .is_some()
    );
    account.world.clone()
}

#[tokio::test(start_paused = true)]
async fn every_field_that_differs_is_told_and_put_right() {
    let world = world().await;
    for drift in of_every_field() {
        is_told_and_put_right(&world, &drift, false).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_fields_is_told_and_put_right() {
    let world = world().await;
    for drift in of_what_has_no_fields() {
        is_told_and_put_right(&world, &drift, false).await;
    }
}

/// The lists of API Gateway need not show tags, nor methods what is in them.
#[tokio::test(start_paused = true)]
async fn drift_is_told_where_lists_say_little() {
    let world = world().await;
    for drift in of_every_field().iter().chain(&of_what_has_no_fields()) {
        is_told_and_put_right(&world, drift, true).await;
    }
}

/// APIs of others, without tags.
fn add_others(account: &mut Account, count: usize) {
    for number in 0..count {
        let id = format!("other{number:05}");
        let mut api = account.world["apis"][API].clone();
        if api.is_null() {
            api = json!({"api": body("apigateway", "CreateRestApi"), "stages": {}, "deployments": {}});
        }
        add(
            &mut api["api"],
            &json!({"id": id, "name": "other", "tags": {}}),
        );
        account.world["apis"][id] = api;
    }
}

fn asked_for_tags(account: &Account) -> usize {
    let all = account.reads.iter();
    all.filter(|operation| *operation == "GetTags").count()
}

/// Where a list shows tags, what shows none has none.
#[tokio::test(start_paused = true)]
async fn lists_that_show_tags_are_believed() {
    let (bench, file) = (Bench::deployed(&file()).await, file());
    add_others(&mut bench.account(), 3);
    bench.account().at(&["apis", API, "api"])["name"] = "renamed".into();
    bench.account().reads.clear();
    let plan = bench.plan(&file).await;
    assert_eq!(work(&plan), ["REST API name".to_owned()].into());
    assert_eq!(asked_for_tags(&bench.account()), 0);
}

/// In an account with many APIs of others the question is asked of some, and once.
#[tokio::test(start_paused = true)]
async fn where_nothing_shows_tags_a_bounded_number_is_asked() {
    let (bench, file) = (Bench::new(), file());
    add_others(&mut bench.account(), 60);
    let plan = bench.plan(&file).await;
    assert!(work(&plan).contains("REST API (creating)"));
    assert_eq!(asked_for_tags(&bench.account()), 20);
}

async fn delete(bench: &Bench, file: &str) {
    drop(bench.converge(file, &Purpose::Delete, Goal::Absent).await);
}

fn assert_nothing_is_left(account: &Account) {
    for (kind, things) in account.world.as_object().unwrap() {
        match kind.as_str() {
            "account" | "on_plan" => {}
            // They are somebody's own; what let API Gateway invoke them is gone.
            "judges" => {
                let mut judges = things.as_object().unwrap().values();
                assert!(judges.all(|judge| judge["Policy"] == json!([])), "{things}");
            }
            _ => assert_eq!(*things, json!({}), "{kind}"),
        }
    }
    let role = account.world["account"].get("cloudwatchRoleArn");
    assert_eq!(role, None, "the account's CloudWatch role");
}

/// Of what is left of an earlier API too; with logging and without.
#[tokio::test(start_paused = true)]
async fn a_delete_leaves_nothing() {
    for level in ["\"ERROR\"", "\"OFF\""] {
        let file = file().replace("\"ERROR\"", level);
        let bench = Bench::deployed(&file).await;
        let orphan = "API-Gateway-Execution-Logs_dead000000/dev";
        let tags = bench.account().world["queues"]["shop-dev.fifo"]["tags"].clone();
        bench.account().world["groups"][orphan] = json!({"tags": tags});
        let plan = bench.plan_for(&file, &Purpose::Delete, Goal::Absent).await;
        let told = work(&plan);
        assert!(
            told.contains("earlier execution logs (deleting)"),
            "{told:?}"
        );
        delete(&bench, &file).await;
        assert_nothing_is_left(&bench.account());
    }
}

/// The account's setting names it, as where a deploy set it while a delete took the role away.
#[tokio::test(start_paused = true)]
async fn a_delete_clears_a_setting_whose_role_is_gone() {
    let (bench, file) = (Bench::deployed(&file()).await, file());
    let roles = bench.account().world["roles"]
        .as_object_mut()
        .map(|roles| roles.remove(LOGGING));
    assert!(roles.flatten().is_some());
    delete(&bench, &file).await;
    assert_nothing_is_left(&bench.account());
}

/// A WebSocket API logs through the account's role, and only API Gateway's second API lists it.
#[tokio::test(start_paused = true)]
async fn a_delete_leaves_the_role_that_a_websocket_api_logs_through() {
    let (bench, file) = (Bench::deployed(&file()).await, file());
    bench.account().world["websockets"]["w1"] = "chat".into();
    let plan = bench.plan_for(&file, &Purpose::Delete, Goal::Absent).await;
    let kept = plan.steps.iter().find_map(|step| match &step.action {
        Action::Retain { reason, .. } => Some((step.kind, reason.as_str())),
        _ => None,
    });
    let reason = "the WebSocket API chat may log through it";
    assert_eq!(kept, Some(("account logging", reason)));
    delete(&bench, &file).await;
    let roles = bench.account().world["roles"].clone();
    assert_eq!(
        roles.as_object().unwrap().keys().collect::<Vec<_>>(),
        [LOGGING]
    );
    bench.account().world["websockets"] = json!({});
    delete(&bench, &file).await;
    assert_nothing_is_left(&bench.account());
}

/// IAM, SQS and Lambda keep what a document says, not its words.
#[tokio::test(start_paused = true)]
async fn documents_in_other_words_are_no_drift() {
    for file in [file(), FULL.to_owned()] {
        let bench = Bench::deployed(&file).await;
        bench.account().rewords = true;
        assert_eq!(work(&bench.plan(&file).await), BTreeSet::new());
        bench.account().terse_lists = true;
        assert_eq!(work(&bench.plan(&file).await), BTreeSet::new());
    }
}
