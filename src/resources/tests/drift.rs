//! Each field of each resource, changed behind gatewayq's back: the plan tells that field and no
//! other, a deploy puts it right, and a fresh look then finds nothing.

use super::bench::{Bench, FULL, work};
use super::fields::{API, DEPLOYMENT, Drift, FUNCTION, drift, made, other};
use crate::resources::every_table;
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
            account.at(&["apis", API, "resources", "s3n4d5"])["resourceMethods"] = json!({});
        }),
        made("routes PUT /mine", |account| {
            let methods = account.at(&["apis", API, "resources", "s3n4d5", "resourceMethods"]);
            methods["PUT"] = methods["GET"].clone();
        }),
        made("routes /other", |account| {
            let path =
                json!({"id": "0ther", "path": "/other", "pathPart": "other", "parentId": "r0o0t0"});
            account.at(&["apis", API, "resources"])["0ther"] = path;
        }),
        made("usage plan key (creating)", |account| {
            account.world["on_plan"] = json!({})
        }),
        made("permission (creating)", |account| {
            *account.at(&["functions", FUNCTION, "Policy"]) = json!([]);
        }),
    ]
}

/// One route, so that its ids are known.
fn file() -> String {
    let (before, _) = FULL.split_once("[[route]]").unwrap();
    format!("{before}[[route]]\nmethod = \"GET\"\npath = \"/mine\"\nreply = 1\n")
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

/// Of what is left of an earlier API too.
#[tokio::test(start_paused = true)]
async fn a_delete_leaves_nothing() {
    use crate::engine::Goal;
    use crate::stack::Purpose;
    let file = file().replace("\"ERROR\"", "\"OFF\"");
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
    bench.converge(&file, &Purpose::Delete, Goal::Absent).await;
    let left = bench.account().world.clone();
    for (kind, things) in left.as_object().unwrap() {
        assert!(
            kind == "account" || kind == "on_plan" || *things == json!({}),
            "{kind}: {things}"
        );
    }
}
