//! The further usage plans of a stage: each is a plan of its own, and none goes while a key is on it.

use super::account::Account;
use super::bench::{Bench, FULL, work};
use super::fixtures::body;
use crate::engine::Goal;
use crate::keys::{self, Day};
use crate::stack::Purpose;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GOLD: &str = "
[usage_plans.gold]
rate = 100
burst = 200
quota = { limit = 9000, period = \"month\" }
[usage_plans.gold.routes]
\"GET /orders/{id}\" = { rate = 3, burst = 4 }
";

/// What somebody does to a plan.
type Change = fn(&mut Value);

fn with_gold() -> String {
    format!("{FULL}{GOLD}")
}

/// The ids of the plans of this name.
fn ids(account: &Account, name: &str) -> Vec<String> {
    let plans = account.world["plans"].as_object().unwrap().iter();
    let named = plans.filter(|(_, plan)| plan["name"] == name);
    named.map(|(id, _)| id.clone()).collect()
}

fn gold(bench: &Bench) -> String {
    let ids = ids(&bench.account(), "shop-dev-gold");
    let [id] = ids.as_slice() else {
        panic!("{ids:?}")
    };
    id.clone()
}

/// Puts a key of the consumer on the plan.
fn add_key(bench: &Bench, consumer: &str, plan: &str) {
    let mut account = bench.account();
    let tags = json!({"gatewayq:app": "shop", "gatewayq:stage": "dev", "gatewayq:key": consumer});
    let mut key = body("apigateway", "CreateApiKey");
    for (name, value) in [
        ("id", consumer.into()),
        ("name", "a key".into()),
        ("tags", tags),
    ] {
        key[name] = value;
    }
    key.as_object_mut().unwrap().remove("value");
    account.world["keys"][consumer] = key;
    let mut on = body("apigateway", "CreateUsagePlanKey");
    on["id"] = consumer.into();
    account.world["on_plan"][format!("{plan} {consumer}")] = on;
}

#[tokio::test(start_paused = true)]
async fn each_plan_is_one_of_its_own_beside_the_default() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    let plan = bench.account().world["plans"][id].clone();
    assert_eq!(
        plan["throttle"],
        json!({"rateLimit": 100.0, "burstLimit": 200})
    );
    assert_eq!(plan["quota"]["limit"], 9000);
    let stage = &plan["apiStages"][0];
    let limits = json!({"/orders/{id}/GET": {"rateLimit": 3.0, "burstLimit": 4}});
    assert_eq!(
        (&stage["stage"], &stage["throttle"]),
        (&json!("dev"), &limits)
    );
    assert_eq!(plan["tags"]["gatewayq:plan"], "gold");
    let default = ids(&bench.account(), "shop-dev");
    let default = bench.account().world["plans"][&default[0]].clone();
    assert_eq!(default["tags"].get("gatewayq:plan"), None);
    assert_eq!(default["throttle"]["rateLimit"], 10.0);
}

/// And no call is made for them beyond the one list, however many there are.
#[tokio::test(start_paused = true)]
async fn all_plans_are_found_in_one_list() {
    for (file, at_first) in [(FULL.to_owned(), 2), (with_gold(), 2)] {
        let bench = Bench::deployed(&file).await;
        let reads = |operation: &str| {
            let account = bench.account();
            let reads = account.reads.iter();
            reads.filter(|read| *read == operation).count()
        };
        // Once for the plan, and once to see whether there are duplicates of what was made.
        assert_eq!(reads("GetUsagePlans"), at_first);
        bench.account().reads.clear();
        bench.plan(&file).await;
        let calls = [
            "GetUsagePlans",
            "GetApiKeys",
            "GetUsagePlanKey",
            "GetUsagePlanKeys",
        ];
        assert_eq!(calls.map(reads), [1, 1, 1, 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn drift_of_a_further_plan_is_told_and_put_right() {
    let file = with_gold();
    let world = Bench::deployed(&file).await.account().world.clone();
    let changes: [(&str, Change); 9] = [
        ("throttle.rateLimit", |plan| {
            plan["throttle"]["rateLimit"] = json!(1.5)
        }),
        ("throttle.burstLimit", |plan| {
            plan["throttle"]["burstLimit"] = json!(1)
        }),
        ("quota.period", |plan| {
            plan["quota"]["period"] = "DAY".into()
        }),
        ("name", |plan| plan["name"] = "other".into()),
        ("tag team", |plan| plan["tags"]["team"] = "other".into()),
        ("tag gatewayq:plan", |plan| {
            plan["tags"]
                .as_object_mut()
                .unwrap()
                .remove("gatewayq:plan");
        }),
        ("apiStages.throttle GET /orders/{id} burstLimit", |plan| {
            plan["apiStages"][0]["throttle"]["/orders/{id}/GET"]["burstLimit"] = json!(9);
        }),
        ("apiStages.throttle POST /tasks rateLimit", |plan| {
            let theirs = json!({"rateLimit": 1.0, "burstLimit": 1});
            plan["apiStages"][0]["throttle"]["/tasks/POST"] = theirs;
        }),
        ("apiStages", |plan| plan["apiStages"] = json!([])),
    ];
    for (field, change) in changes {
        let bench = Bench::new();
        bench.account().world = world.clone();
        let id = gold(&bench);
        change(&mut bench.account().world["plans"][&id]);
        let told = work(&bench.plan(&file).await);
        assert!(
            told.contains(&format!("usage plan {field}")),
            "{field}: {told:?}"
        );
        bench.deploy_and_agree(&file, field).await;
        assert_eq!(gold(&bench), id, "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_a_further_plan_goes() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    let mut second = bench.account().world["plans"][&id].clone();
    second["id"] = "zzz".into();
    second["apiStages"] = json!([]);
    bench.account().world["plans"]["zzz"] = second;
    bench.deploy_and_agree(&with_gold(), "two").await;
    assert_eq!(gold(&bench), id);
}

#[tokio::test(start_paused = true)]
async fn a_plan_whose_section_is_gone_goes_when_no_key_is_on_it() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    add_key(&bench, "acme", &id);
    let told = work(&bench.plan(FULL).await);
    assert_eq!(told, BTreeSet::from(["usage plans (deleting)".to_owned()]));
    let refusal = bench.refusal(FULL).await;
    for words in [
        "gold",
        "acme",
        "gatewayq keys move NAME --plan PLAN --stage dev",
    ] {
        assert!(refusal.contains(words), "{words}: {refusal}");
    }
    let details = bench.details(FULL, "usage plans").await;
    assert_eq!(
        details,
        [("plans", "gold".to_owned()), ("keys", "acme".to_owned())]
    );
    assert_eq!(gold(&bench), id);
    bench.account().world["on_plan"]
        .as_object_mut()
        .unwrap()
        .remove(&format!("{id} acme"));
    bench.deploy_and_agree(FULL, "no key is left on it").await;
    assert!(ids(&bench.account(), "shop-dev-gold").is_empty());
    assert_eq!(ids(&bench.account(), "shop-dev").len(), 1);
}

/// What `keys move` cannot move is told with what takes it off.
#[tokio::test(start_paused = true)]
async fn a_foreign_key_on_a_plan_whose_section_is_gone_is_told_with_its_ids() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    for (key, tags) in [("acme", None), ("k1", Some(json!({}))), ("default", None)] {
        add_key(&bench, key, &id);
        let mut account = bench.account();
        let key = &mut account.world["keys"][key];
        key["tags"] = tags.unwrap_or(key["tags"].clone());
    }
    bench.account().world["keys"]["k1"]["name"] = "partner".into();
    let refusal = bench.refusal(FULL).await;
    assert!(refusal.contains("the keys of acme are on it"), "{refusal}");
    for (name, key) in [("partner", "k1"), ("default", "default")] {
        let command =
            format!("delete-usage-plan-key --region eu-west-1 --usage-plan-id {id} --key-id {key}");
        assert!(refusal.contains(&command), "{command}: {refusal}");
        assert!(
            refusal.contains(&format!("the key {name} is on it")),
            "{refusal}"
        );
    }
    let details = bench.details(FULL, "usage plans").await;
    assert_eq!(details[1].1, "acme, default, partner");
}

/// With the stage goes every plan, whatever gatewayq.toml still says and whatever keys there are.
#[tokio::test(start_paused = true)]
async fn a_delete_takes_all_plans() {
    for file in [with_gold(), FULL.to_owned()] {
        let bench = Bench::deployed(&with_gold()).await;
        add_key(&bench, "acme", &gold(&bench));
        bench.converge(&file, &Purpose::Delete, Goal::Absent).await;
        let account = bench.account();
        assert_eq!(
            (&account.world["plans"], &account.world["keys"]),
            (&json!({}), &json!({}))
        );
    }
}

/// Another API's stage on a plan that is not listed any more keeps it, in a deploy and in a delete.
#[tokio::test(start_paused = true)]
async fn a_plan_that_serves_others_stays() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    let mut other = bench.account().world["apis"]["a1b2c3d4e5"].clone();
    other["api"]["id"] = "0ther".into();
    other["api"]["tags"] = json!({});
    bench.account().world["apis"]["0ther"] = other;
    let theirs = json!({"apiId": "0ther", "stage": "prod"});
    let stages = &mut bench.account().world["plans"][&id]["apiStages"].clone();
    stages.as_array_mut().unwrap().push(theirs.clone());
    bench.account().world["plans"][&id]["apiStages"] = stages.clone();
    let refusal = bench.refusal(FULL).await;
    assert!(refusal.contains("0ther:prod"), "{refusal}");
    bench.converge(FULL, &Purpose::Delete, Goal::Absent).await;
    let plans = bench.account().world["plans"].clone();
    assert_eq!(plans[&id]["apiStages"], json!([theirs]));
    assert_eq!(plans.as_object().unwrap().len(), 1);
}

/// AWS has a key on one plan of a stage: the default key comes back from another.
#[tokio::test(start_paused = true)]
async fn the_default_key_comes_back_to_the_default_plan() {
    let file = with_gold();
    let bench = Bench::deployed(&file).await;
    let id = gold(&bench);
    let pairs = bench.account().world["on_plan"].clone();
    let (pair, on) = pairs.as_object().unwrap().iter().next().unwrap();
    let (_, key) = pair.split_once(' ').unwrap();
    bench.account().world["on_plan"] = json!({format!("{id} {key}"): on});
    let told = work(&bench.plan(&file).await);
    assert_eq!(
        told,
        BTreeSet::from(["usage plan key usagePlanId".to_owned()])
    );
    bench.deploy_and_agree(&file, "on gold").await;
    assert_eq!(bench.account().world["on_plan"], pairs);
}

/// A limit of a route that the stage does not have, or that asks for no key there, is left out.
#[tokio::test(start_paused = true)]
async fn limits_of_another_stages_routes_are_not_sent() {
    let others = "[[stages.prod.route]]\nmethod = \"GET\"\npath = \"/prod\"\nreply = 1\n";
    let file = with_gold().replace("\"GET /orders/{id}\" =", "\"GET /prod\" =");
    let bench = Bench::deployed(&format!("{file}{others}")).await;
    let id = gold(&bench);
    let plan = bench.account().world["plans"][id].clone();
    assert_eq!(plan["apiStages"][0].get("throttle"), None);
}

#[tokio::test(start_paused = true)]
async fn usage_is_read_page_by_page() {
    let bench = Bench::deployed(&with_gold()).await;
    let id = gold(&bench);
    let counted = json!({"k1": [[3, 997], [0, 997]], "k2": [[1, 5], [2, 3]]});
    bench.account().world["usage"][&id] = counted;
    let mut plan = keys::Plan {
        name: "gold".to_owned(),
        id,
        has_quota: true,
    };
    let days: (Day, Day) = ("2026-11-28".parse().unwrap(), "2026-11-29".parse().unwrap());
    let cx = bench.cx();
    let seen = async |plan: &keys::Plan, key| {
        let all = keys::usage(&cx, plan, key, days).await.unwrap();
        let lines = all.into_iter().flat_map(|(id, uses)| {
            uses.into_iter()
                .map(move |one| format!("{id} {} {} {:?}", one.day, one.used, one.remaining))
        });
        lines.collect::<Vec<_>>()
    };
    let all = [
        "k1 2026-11-28 3 Some(997)",
        "k1 2026-11-29 0 Some(997)",
        "k2 2026-11-28 1 Some(5)",
        "k2 2026-11-29 2 Some(3)",
    ];
    assert_eq!(seen(&plan, None).await, all);
    assert_eq!(seen(&plan, Some("k2")).await, all[2..]);
    plan.has_quota = false;
    assert_eq!(seen(&plan, Some("k1")).await[0], "k1 2026-11-28 3 None");
    plan.id = "gone".to_owned();
    assert!(seen(&plan, None).await.is_empty());
}
