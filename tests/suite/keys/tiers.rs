//! Several usage plans of one stage, and consumers who move from one to another.
use std::thread;

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};

use super::Stage;

/// Limits that a few requests reach, and that do not come back while a test runs.
pub(super) const TIERS: &str = r#"
[app]
name = "tiers"

[[route]]
method = "GET"
path = "/"
auth = "none"
reply = { hello = "world" }

[[route]]
method = "GET"
path = "/slow"
auth = "none"
reply = { hello = "world" }

[usage_plan]
rate = 0.001
burst = 2

[usage_plans.gold]
rate = 0.001
burst = 6

[usage_plans.gold.routes]
"GET /slow" = { rate = 0.001, burst = 1 }

[usage_plans.silver]
rate = 100
burst = 100
quota = { limit = 3, period = "day" }
"#;

pub(super) fn stage(config: &str) -> Stage {
    Stage::of(Project::new(config))
}

impl Stage {
    /// How many of so many requests with this key are answered with 200; the others are too many.
    fn answered(&self, key: &str, path: &str, asked: usize) -> usize {
        let statuses = (0..asked).map(|_| self.status_at(path, key).as_i64().unwrap());
        let statuses: Vec<i64> = statuses.collect();
        assert!(
            statuses.iter().all(|status| [200, 429].contains(status)),
            "{statuses:?}"
        );
        statuses.iter().filter(|status| **status == 200).count()
    }

    /// The plan that each key of the consumer is on; `-` for one that is on none.
    fn plans_of(&self, name: &str) -> Vec<String> {
        let keys = self.keys(&["list"]);
        let keys = keys.as_array().unwrap().iter();
        let keys = keys.filter(|key| key["name"] == name);
        keys.map(|key| match key["attached"] == true {
            true => key["plan"].as_str().unwrap().to_owned(),
            false => "-".to_owned(),
        })
        .collect()
    }
}

#[test]
fn each_plan_limits_its_own_keys() {
    let stage = stage(TIERS);
    stage.keys(&["create", "acme"]);
    stage.keys(&["create", "bolt", "--plan", "gold"]);
    stage.keys(&["create", "cato", "--plan", "silver"]);
    let [acme, bolt, cato] = ["acme", "bolt", "cato"].map(|name| stage.value(name));
    assert_eq!(stage.answered(&acme, "/", 4), 2);
    // The route's own limit, within the plan's, which counts what the route refuses.
    assert_eq!(stage.answered(&bolt, "/slow", 2), 1);
    assert_eq!(stage.answered(&bolt, "/", 6), 4);
    assert_eq!(stage.answered(&cato, "/", 5), 3);
    let moved = stage.keys(&["move", "acme", "--plan", "gold"]);
    assert_eq!(moved["moved"].as_array().unwrap().len(), 1, "{moved}");
    assert_eq!(stage.answered(&acme, "/", 8), 6);
    assert_eq!(
        stage.keys(&["move", "acme", "--plan", "gold"])["moved"],
        json!([])
    );
    stage.in_sync();

    let used = |name: &str| {
        let used = stage.keys(&["usage", name, "--since", "2"]);
        let lines = used.as_array().unwrap().iter();
        lines
            .map(|one| {
                assert_eq!(one["days"].as_array().unwrap().len(), 2, "{one}");
                let today = &one["days"][1];
                assert_eq!(one["used"], today["used"]);
                (
                    one["plan"].clone(),
                    today["used"].clone(),
                    today["remaining"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(used("cato"), [(json!("silver"), json!(3), json!(0))]);
    let acme = [
        (json!("default"), json!(2), Value::Null),
        (json!("gold"), json!(6), Value::Null),
    ];
    assert_eq!(used("acme"), acme);
    let table = stage.project.on(&stage.ms, ["keys", "usage"]).ok();
    assert!(table.says("cato") && table.says("REMAINING"), "{table}");
}

/// A change of the limits, of the plan and of a route, and a plan more and less.
#[test]
fn limits_change_with_a_deploy_and_keys_stay() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt", "--plan", "gold"]);
    let bolt = stage.value("bolt");
    let deploy = |config: &str| {
        stage.project.configure(config);
        stage.project.on(&stage.ms, ["deploy"]).prebuilt()
    };
    deploy(&TIERS.replace(
        "\"GET /slow\" = { rate = 0.001, burst = 1 }",
        "\"GET /\" = { rate = 0.001, burst = 3 }",
    ))
    .ok();
    stage.in_sync();
    assert_eq!(stage.answered(&bolt, "/", 4), 3);
    let (before, rest) = TIERS.split_once("[usage_plans.gold]").unwrap();
    let (_, after) = rest.split_once("[usage_plans.silver]").unwrap();
    let without = format!("{before}[usage_plans.silver]{after}");
    let refused = deploy(&without).exits(1);
    for words in [
        "plan gold: the keys of bolt are on it",
        "gatewayq keys move NAME --plan",
    ] {
        assert!(refused.says(words), "{refused}");
    }
    let status = stage.project.on(&stage.ms, ["status", "--check"]).exits(3);
    assert!(status.says("plans gold, keys bolt"), "{status}");
    assert_eq!(stage.plans_of("bolt"), ["gold"]);
    // What can be done with a key is done whatever plan it is on.
    for command in ["rotate", "disable", "enable"] {
        stage.keys(&[command, "bolt"]);
    }
    stage.keys(&["delete", "bolt", "--retired", "--yes"]);
    assert_eq!(stage.plans_of("bolt"), ["gold"]);
    stage.keys(&["move", "bolt", "--plan", "silver"]);
    deploy(&without).ok();
    stage.in_sync();
    let plans = stage.ms.inventory().names("usage_plans");
    assert_eq!(plans.len(), 2, "{plans:?}");
    assert_eq!(stage.plans_of("bolt"), ["silver"]);
    stage.ms.forbid_api_keys();
    stage.project.on(&stage.ms, ["delete", "--yes"]).ok();
    assert!(stage.ms.inventory().is_empty());
}

#[test]
fn a_rotation_and_a_pause_stay_on_the_plan() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt", "--plan", "gold"]);
    assert_eq!(stage.keys(&["rotate", "bolt"])["plan"], "gold");
    assert_eq!(stage.plans_of("bolt"), ["gold", "gold"]);
    // The older key goes along: nobody keeps the old limits by it.
    let moved = stage.keys(&["move", "bolt", "--plan", "silver"]);
    assert_eq!(moved["moved"].as_array().unwrap().len(), 2, "{moved}");
    assert_eq!(stage.plans_of("bolt"), ["silver", "silver"]);
    stage.keys(&["disable", "bolt"]);
    assert_eq!(stage.plans_of("bolt"), ["-", "-"]);
    // A key that is off moves without being switched on.
    stage.keys(&["move", "bolt", "--plan", "gold"]);
    assert_eq!(stage.plans_of("bolt"), ["-", "-"]);
    stage.keys(&["enable", "bolt"]);
    assert_eq!(stage.plans_of("bolt"), ["-", "gold"]);
    stage.in_sync();
}

#[test]
fn wrong_plans_are_told_and_change_nothing() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt", "--plan", "gold"]);
    let before = stage.ms.inventory();
    for (args, code, words) in [
        (
            &["create", "cato", "--plan", "platinum"][..],
            2,
            "allowed: default, gold, silver",
        ),
        (
            &["create", "bolt", "--plan", "silver"],
            1,
            "gatewayq keys move bolt --plan silver",
        ),
        (&["move", "default", "--plan", "gold"], 2, "the stage's own"),
        (
            &["move", "cato", "--plan", "gold"],
            1,
            "gatewayq keys create cato",
        ),
        (&["usage", "--since", "91"], 2, "1 to 90 days"),
        (
            &["usage", "--since", "2020-01-01"],
            2,
            "is not among the last 90 days",
        ),
    ] {
        let whole = [&["keys"], args].concat();
        let output = stage.project.on(&stage.ms, whole).exits(code);
        assert!(output.says(words), "{words}: {output}");
    }
    stage
        .project
        .configure(&format!("{TIERS}[usage_plans.new]\nrate = 1\n"));
    let new = ["keys", "move", "bolt", "--plan", "new"];
    let new = stage.project.on(&stage.ms, new).exits(1);
    assert!(new.says("not deployed yet: gatewayq deploy"), "{new}");
    assert_eq!(before, stage.ms.inventory());
}

/// Killed before and after each call of a move, and with each answer lost: then, or after one more
/// run, the key is on the new plan and nowhere else.
#[test]
fn a_move_survives_being_cut_off_at_every_call() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt"]);
    stage.keys(&["rotate", "bolt"]);
    let proxy = Proxy::start(&stage.ms);
    let to = |plan: &str| {
        let whole = ["keys", "move", "bolt", "--plan", plan];
        stage.project.on(&stage.ms, whole).through(&proxy)
    };
    to("gold").ok();
    let calls = proxy.record().len();
    for call in 0..calls {
        for fault in [Fault::KillBefore, Fault::KillAfter, Fault::CutAfter] {
            to("silver").ok();
            assert_eq!(stage.plans_of("bolt"), ["silver", "silver"]);
            proxy.reset();
            proxy.inject(When::Call(call), fault.clone());
            let running = to("gold").spawn();
            proxy.aim(running.pid());
            let ended = running.wait();
            let case = format!("{fault:?} at {call}: {ended}");
            assert!(ended.signal.is_some() || ended.code == Some(0), "{case}");
            proxy.reset();
            if fault != Fault::CutAfter {
                to("gold").ok();
            }
            let plans = stage.plans_of("bolt");
            // An older key that was cut off between two calls looks like one that was switched off.
            let older = plans[0] == "gold" || (fault != Fault::CutAfter && plans[0] == "-");
            assert!(older && plans[1] == "gold", "{plans:?} {case}");
            if plans[0] == "-" {
                stage.keys(&["delete", "bolt", "--retired", "--yes"]);
                stage.keys(&["rotate", "bolt"]);
            }
        }
    }
    stage.in_sync();
}

#[test]
fn a_key_that_is_on_no_plan_is_told_with_what_puts_it_back() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt", "--plan", "gold"]);
    let proxy = Proxy::start(&stage.ms);
    let to_silver = ["keys", "move", "bolt", "--plan", "silver"];
    let to_silver = || stage.project.on(&stage.ms, to_silver);
    proxy.inject(When::Operation("CreateUsagePlanKey", 0), Fault::KillBefore);
    let running = to_silver().through(&proxy).spawn();
    proxy.aim(running.pid());
    assert!(running.wait().signal.is_some());
    assert_eq!(stage.plans_of("bolt"), ["-"]);
    let list = stage.project.on(&stage.ms, ["keys", "list"]).ok();
    let told = "the key of bolt is on no usage plan, so that it opens nothing: gatewayq keys move bolt --plan silver";
    assert!(list.says(told), "{list}");
    // To make it once more is to finish it.
    stage.keys(&["create", "bolt"]);
    assert_eq!(stage.plans_of("bolt"), ["silver"]);
    let moved = to_silver().ok();
    assert!(moved.says("nothing to move"), "{moved}");
}

/// A rotation that was cut off before the new key leaves retired keys alone: what makes the next one leaves it on their plan.
#[test]
fn a_consumer_with_retired_keys_alone_stays_on_the_plan() {
    let stage = stage(TIERS);
    let proxy = Proxy::start(&stage.ms);
    let file = "cato,imported-value-000000000000cato\n";
    let all = [
        ("acme", vec!["create", "acme"]),
        ("bolt", vec!["rotate", "bolt"]),
        ("cato", vec!["import", "-"]),
    ];
    for (name, again) in all {
        stage.keys(&["create", name, "--plan", "gold"]);
        proxy.reset();
        proxy.inject(When::Operation("CreateApiKey", 0), Fault::KillBefore);
        let rotate = stage.project.on(&stage.ms, ["keys", "rotate", name]);
        let running = rotate.through(&proxy).spawn();
        proxy.aim(running.pid());
        assert!(running.wait().signal.is_some());
        assert_eq!(stage.state(name), ["retired"]);
        let enable = stage.project.on(&stage.ms, ["keys", "enable", name]);
        let told = enable.exits(1);
        assert!(told.says("gatewayq keys create"), "{told}");
        let again = [vec!["keys"], again].concat();
        stage.project.on(&stage.ms, again).stdin(file).ok();
        assert_eq!(stage.plans_of(name), ["gold", "gold"], "{name}");
        assert_eq!(stage.state(name), ["retired", "active"]);
    }
}

/// Whichever comes last: one plan it is, and the one that the key's tag says.
#[test]
fn two_moves_at_once_end_on_one_plan() {
    let stage = stage(TIERS);
    stage.keys(&["create", "bolt"]);
    for _ in 0..4 {
        thread::scope(|scope| {
            for plan in ["gold", "silver"] {
                let stage = &stage;
                scope.spawn(move || {
                    let whole = ["keys", "move", "bolt", "--plan", plan];
                    stage.project.on(&stage.ms, whole).ok();
                });
            }
        });
        let list = stage.project.on(&stage.ms, ["keys", "list"]).ok();
        let told = "the key of bolt is on";
        if list.says(told) {
            // Two that crossed are told, and mended by what is told.
            assert!(list.says("gatewayq keys move bolt --plan"), "{list}");
        }
        let plans = stage.plans_of("bolt");
        assert_eq!(plans.len(), 1, "{plans:?}");
        assert_ne!(plans[0], "-");
        stage.keys(&["move", "bolt", "--plan", "default"]);
    }
}
