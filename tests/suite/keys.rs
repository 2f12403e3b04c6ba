//! `gatewayq keys`: several consumers of one stage, and none of them touches another.
use serde_json::{Value, json};

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};
use crate::support::recorder;

mod calls;
mod imports;
mod tiers;

struct Stage {
    ms: Ministack,
    project: Project,
    url: String,
}

impl Stage {
    fn new() -> Self {
        Self::of(Project::walkthrough())
    }

    fn of(project: Project) -> Self {
        let ms = Ministack::start();
        let deployed = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
        let url = deployed["url"].as_str().unwrap().to_owned();
        Self { ms, project, url }
    }

    fn keys(&self, args: &[&str]) -> Value {
        let whole = [&["keys"], args, &["--json"]].concat();
        self.project.on(&self.ms, whole).ok().json()
    }

    fn value(&self, name: &str) -> String {
        let show = self.project.on(&self.ms, ["keys", "show", name]).ok();
        let value = show.stdout.trim().to_owned();
        recorder::forbid(&value);
        value
    }

    /// What API Gateway answers a caller with this key.
    fn status_of(&self, key: &str) -> Value {
        self.status_at("/", key)
    }

    fn status_at(&self, path: &str, key: &str) -> Value {
        let invoke = ["invoke", "--url", self.url.as_str(), path, "--json"];
        let invoke = self.project.on(&self.ms, invoke);
        invoke.env("GATEWAYQ_API_KEY", key).run().json()["status"].clone()
    }

    fn in_sync(&self) {
        self.project.on(&self.ms, ["status", "--check"]).ok();
    }

    /// (consumer, state, id) of every key.
    fn list(&self) -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let keys = self.keys(&["list"]);
        let keys = keys.as_array().unwrap().iter();
        keys.map(|key| (text(&key["name"]), text(&key["state"]), text(&key["id"])))
            .collect()
    }

    fn state(&self, name: &str) -> Vec<String> {
        let of = |key: &&(String, String, String)| key.0 == name;
        self.list()
            .iter()
            .filter(of)
            .map(|key| key.1.clone())
            .collect()
    }
}

#[test]
fn every_consumer_has_a_key_of_its_own() {
    let stage = Stage::new();
    let made = stage.keys(&["create", "mobile"]);
    assert_eq!(made["created"], true);
    assert_eq!(stage.keys(&["create", "mobile"])["created"], false);
    stage.keys(&["create", "web"]);
    let values = ["default", "mobile", "web"].map(|name| stage.value(name));
    for value in &values {
        assert_eq!(stage.status_of(value), 200);
    }
    assert_ne!(values[0], values[1]);
    stage.keys(&["delete", "mobile", "--yes"]);
    assert_eq!(stage.status_of(&values[1]), 403);
    assert_eq!(stage.status_of(&values[2]), 200);
    assert!(stage.state("mobile").is_empty());
    // A deploy takes consumers' keys for no drift, and leaves them where they are.
    stage.project.on(&stage.ms, ["deploy"]).prebuilt().ok();
    assert_eq!(stage.status_of(&values[2]), 200);
    stage.in_sync();
    stage.ms.forbid_api_keys();
    stage.project.on(&stage.ms, ["delete", "--yes"]).ok();
    assert!(stage.ms.inventory().is_empty());
}

#[test]
fn a_rotation_keeps_the_old_key_until_told_otherwise() {
    let stage = Stage::new();
    stage.keys(&["create", "web"]);
    for name in ["default", "web"] {
        let before = stage.list();
        let old = stage.value(name);
        let rotated = stage.keys(&["rotate", name]);
        let new = stage.value(name);
        assert_ne!(old, new);
        assert_eq!(stage.state(name), ["retired", "active"]);
        assert_eq!([&old, &new].map(|key| stage.status_of(key)), [200, 200]);
        // Nothing else is touched, and no deploy takes the old key for a duplicate.
        for key in before.iter().filter(|key| key.0 != name) {
            assert!(stage.list().contains(key), "{key:?}");
        }
        stage.in_sync();
        stage.project.on(&stage.ms, ["deploy"]).prebuilt().ok();
        assert_eq!(stage.status_of(&old), 200);
        let gone = stage.keys(&["delete", name, "--retired", "--yes"]);
        assert_eq!(gone["deleted"], rotated["retired"]);
        assert_eq!([&old, &new].map(|key| stage.status_of(key)), [403, 200]);
    }
}

#[test]
fn a_disabled_key_stays_disabled() {
    let stage = Stage::new();
    stage.keys(&["create", "web"]);
    stage.keys(&["rotate", "web"]);
    for name in ["web", "default"] {
        let value = stage.value(name);
        assert_eq!(stage.status_of(&value), 200);
        stage.keys(&["disable", name]);
        assert_eq!(stage.status_of(&value), 403);
        assert!(stage.state(name).contains(&"disabled".to_owned()));
        stage.in_sync();
        stage.project.on(&stage.ms, ["deploy"]).prebuilt().ok();
        assert_eq!(stage.status_of(&value), 403);
        if name == "default" {
            // No wait switches it on again.
            let refused = stage.project.on(&stage.ms, ["invoke", "/"]).exits(1);
            assert!(refused.says("gatewayq keys enable default"), "{refused}");
            assert!(!refused.says("Asking again"), "{refused}");
        }
        stage.keys(&["enable", name]);
        assert_eq!(stage.status_of(&value), 200);
        stage.in_sync();
    }
    assert_eq!(stage.state("web"), ["retired", "active"]);
}

#[test]
fn a_rotation_switches_nobody_on() {
    let stage = Stage::new();
    stage.keys(&["create", "web"]);
    let first = stage.value("web");
    stage.keys(&["rotate", "web"]);
    stage.keys(&["disable", "web"]);
    let before = stage.list();
    let rotate = stage.project.on(&stage.ms, ["keys", "rotate", "web"]);
    let refused = rotate.exits(1);
    assert!(refused.says("gatewayq keys enable web"), "{refused}");
    assert_eq!(stage.list(), before);
    let second = stage.value("web");
    assert_eq!(
        [&first, &second].map(|key| stage.status_of(key)),
        [403, 403]
    );
    // The first was switched off, too, and stays so: only the second is valid beside the third.
    stage.keys(&["enable", "web"]);
    let rotated = stage.keys(&["rotate", "web"]);
    let id = |at: usize| before.iter().filter(|key| key.0 == "web").nth(at);
    assert_eq!(rotated["retired"], json!([id(1).unwrap().2]));
    assert_eq!(
        stage.keys(&["create", "web"])["retired"],
        rotated["retired"]
    );
    assert_eq!(
        [&first, &second].map(|key| stage.status_of(key)),
        [403, 200]
    );
}

#[test]
fn a_disabled_key_that_is_on_its_plan_is_told_with_what_takes_it_off() {
    let stage = Stage::new();
    stage.keys(&["create", "web"]);
    let value = stage.value("web");
    let proxy = Proxy::start(&stage.ms);
    proxy.inject(When::Operation("DeleteUsagePlanKey", 0), Fault::KillBefore);
    let disable = stage.project.on(&stage.ms, ["keys", "disable", "web"]);
    let running = disable.through(&proxy).spawn();
    proxy.aim(running.pid());
    assert!(running.wait().signal.is_some());
    assert_eq!(stage.status_of(&value), 200);
    let list = || stage.project.on(&stage.ms, ["keys", "list"]).ok();
    let told = ["disabled, still attached", "gatewayq keys disable web"];
    let before = list();
    assert!(told.iter().all(|words| before.says(words)), "{before}");
    stage.keys(&["disable", "web"]);
    assert_eq!(stage.status_of(&value), 403);
    let after = list();
    assert!(!told.iter().any(|words| after.says(words)), "{after}");
}

/// Somebody took the key off its plan, since others know its value.
#[test]
fn a_rotation_never_brings_an_old_value_back() {
    let stage = Stage::new();
    for rotations in 0..2 {
        let name = format!("web{rotations}");
        stage.keys(&["create", &name]);
        for _ in 0..rotations {
            stage.keys(&["rotate", &name]);
        }
        let leaked = stage.value(&name);
        let list = stage.list();
        let id = &list.iter().rfind(|key| key.0 == name).unwrap().2;
        let plans = stage.ms.call("apigateway", "GetUsagePlans", json!({}));
        let params = json!({"usagePlanId": plans["items"][0]["id"], "keyId": id});
        stage.ms.call("apigateway", "DeleteUsagePlanKey", params);
        let rotated = stage.keys(&["rotate", &name]);
        assert_eq!(rotated["created"], true);
        assert!(!rotated["retired"].to_string().contains(id), "{rotated}");
        let new = stage.value(&name);
        assert_eq!([&leaked, &new].map(|key| stage.status_of(key)), [403, 200]);
    }
}

/// A key that somebody made by hand and put on the plan opens the stage: it is shown, and never touched.
#[test]
fn a_key_made_by_hand_is_shown_and_left_alone() {
    let stage = Stage::new();
    let call = |operation, params| stage.ms.call("apigateway", operation, params);
    let key = call("CreateApiKey", json!({"name": "default", "enabled": true}))["id"].clone();
    let plans = call("GetUsagePlans", json!({}));
    let params =
        json!({"usagePlanId": plans["items"][0]["id"], "keyId": key, "keyType": "API_KEY"});
    call("CreateUsagePlanKey", params);
    let listed = stage.keys(&["list"]);
    let foreign = &listed[1];
    assert_eq!(
        [&foreign["name"], &foreign["id"]],
        [&json!("default"), &key]
    );
    assert_eq!(
        [&foreign["state"], &foreign["attached"]],
        [&json!("foreign"), &json!(true)]
    );
    let list = stage.project.on(&stage.ms, ["keys", "list"]).ok();
    assert!(list.says("not made by gatewayq"), "{list}");
    let is_there = || {
        call("GetApiKeys", json!({}))["items"]
            .to_string()
            .contains(key.as_str().unwrap())
    };
    for args in [
        &["rotate", "default"][..],
        &["disable", "default"],
        &["delete", "default", "--retired", "--yes"],
    ] {
        let told = stage.keys(args);
        assert!(!told.to_string().contains(key.as_str().unwrap()), "{told}");
    }
    stage.ms.forbid_api_keys();
    stage.project.on(&stage.ms, ["delete", "--yes"]).ok();
    assert!(is_there());
    assert_eq!(stage.ms.inventory().names("api_keys").len(), 1);
}

#[test]
fn wrong_usage_is_told_and_changes_nothing() {
    let stage = Stage::new();
    let before = stage.ms.inventory();
    for (args, code, words) in [
        (&["keys", "create", "Web App"][..], 2, "lower-case letters"),
        (
            &["keys", "delete", "default", "--yes"],
            2,
            "keys rotate default",
        ),
        (&["keys", "delete", "web"], 0, "nothing to delete"),
        (&["keys", "rotate", "web"], 1, "gatewayq keys create web"),
        (&["keys", "show", "web"], 1, "gatewayq keys create web"),
        (&["keys", "list", "--stage", "other"], 1, "not deployed"),
    ] {
        let output = stage
            .project
            .on(&stage.ms, args.iter().copied())
            .exits(code);
        assert!(output.says(words), "{output}");
    }
    assert_eq!(before, stage.ms.inventory());
}

/// Killed after each call of a rotation, and with each answer lost: then, or after one more run,
/// there is one key in use, the old one is still valid, and nothing else has changed.
#[test]
fn a_rotation_survives_being_cut_off_at_every_call() {
    let stage = Stage::new();
    stage.keys(&["create", "web"]);
    let proxy = Proxy::start(&stage.ms);
    let rotate = || {
        let rotate = stage.project.on(&stage.ms, ["keys", "rotate", "web"]);
        rotate.through(&proxy)
    };
    rotate().ok();
    let calls = proxy.record().len();
    for call in 0..calls {
        for fault in [Fault::KillAfter, Fault::CutAfter] {
            stage.keys(&["delete", "web", "--retired", "--yes"]);
            proxy.reset();
            proxy.inject(When::Call(call), fault.clone());
            let running = rotate().spawn();
            proxy.aim(running.pid());
            let ended = running.wait();
            assert!(ended.signal.is_some() || ended.code == Some(0), "{ended}");
            proxy.reset();
            if fault == Fault::KillAfter {
                rotate().ok();
            }
            let states = stage.state("web");
            let (active, retired) = states
                .iter()
                .partition::<Vec<_>, _>(|state| *state == "active");
            assert_eq!(active.len(), 1, "{call} {fault:?}: {states:?}");
            assert!(
                (1..=2).contains(&retired.len()),
                "{call} {fault:?}: {states:?}"
            );
        }
    }
    assert_eq!(stage.state("default"), ["active"]);
    stage.in_sync();
}
