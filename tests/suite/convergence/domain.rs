//! Stages on custom domain names: whatever breaks the deploys that put them there, move them and take them off, the
//! next one is right.
use serde_json::{Value, json};

use super::scenario::{FIRST, Scenario};
use crate::support::proxy::{Fault, Rule, When};

const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:111122223333:certificate/1";

/// A stage on the domain `name`, below `base_path`.
fn on(name: &str, base_path: &str) -> String {
    format!(
        "{FIRST}[domain]\nname = \"{name}\"\ncertificate_arn = \"{CERTIFICATE}\"\nbase_path = \"{base_path}\"\n"
    )
}

fn closed(config: &str) -> String {
    format!("{config}[api]\ndisable_default_endpoint = true\n")
}

/// Another app's file.
fn of_app(config: &str, app: &str) -> String {
    config.replace("name = \"shop\"", &format!("name = \"{app}\""))
}

/// What is mapped: `api.shop.test/v1`, in order.
fn mapped(scenario: &Scenario) -> Vec<String> {
    let inventory = scenario.ms.inventory();
    let domains = inventory.0["domain_names"].as_object().unwrap().iter();
    let paths = domains.flat_map(|(name, domain)| {
        let paths = domain["mappings"].as_object().unwrap().keys();
        paths.map(move |path| format!("{name}/{path}"))
    });
    paths.collect()
}

/// From one file to another, with each fault at each of these calls.
fn repaired(from: &str, to: &str, calls: &[(&'static str, usize)], wanted: &[&str]) {
    let scenario = Scenario::new();
    for fault in [Fault::KillBefore, Fault::KillAfter, Fault::CutAfter] {
        for (operation, number) in calls {
            let case = format!("{fault:?} at {operation} {number}");
            scenario.project.configure(from);
            scenario.deploy().ok();
            scenario.assert_settled(&case);
            scenario.project.configure(to);
            scenario.proxy.reset();
            scenario
                .proxy
                .inject(When::Operation(operation, *number), fault.clone());
            let running = scenario.deploy().spawn();
            scenario.proxy.aim(running.pid());
            let output = running.wait();
            let calls = scenario.proxy.record();
            assert_eq!(scenario.proxy.faults_left(), 0, "{case}: {output}\n{calls}");
            if output.signal.is_some() {
                scenario.proxy.reset();
                scenario.deploy().ok();
            } else {
                assert_eq!(output.code, Some(0), "{case}: {output}\n{calls}");
            }
            scenario.assert_settled(&case);
            assert_eq!(mapped(&scenario), wanted, "{case}");
        }
    }
    scenario.delete().ok();
    scenario.assert_nothing_left("all faults");
}

#[test]
fn a_fault_at_any_call_that_renames_the_domain_is_repaired() {
    let calls = [
        ("TagResource", 0),
        ("CreateDomainName", 0),
        ("CreateBasePathMapping", 0),
        ("DeleteBasePathMapping", 0),
        ("DeleteDomainName", 0),
        ("TagResource", 1),
    ];
    let (from, to) = (on("api.shop.test", "v1"), on("new.shop.test", ""));
    repaired(&from, &to, &calls, &["new.shop.test/(none)"]);
}

#[test]
fn a_fault_at_any_call_that_takes_the_stage_off_is_repaired() {
    let calls = [
        ("UpdateRestApi", 0),
        ("TagResource", 0),
        ("DeleteBasePathMapping", 0),
        ("DeleteDomainName", 0),
        ("TagResource", 1),
        ("CreateDeployment", 0),
        ("UpdateStage", 0),
    ];
    repaired(&closed(&on("api.shop.test", "v1")), FIRST, &calls, &[]);
}

#[test]
fn a_fault_at_any_call_that_closes_the_default_endpoint_is_repaired() {
    let calls = [
        ("TagResource", 0),
        ("UpdateRestApi", 0),
        ("CreateDeployment", 0),
        ("UpdateStage", 0),
        ("DeleteDeployment", 0),
    ];
    let from = on("api.shop.test", "v1");
    repaired(&from, &closed(&from), &calls, &["api.shop.test/v1"]);
}

#[test]
fn another_base_path_is_there_before_the_old_one_goes() {
    let scenario = Scenario::new();
    scenario.project.configure(&on("api.shop.test", "v1"));
    scenario.deploy().ok();
    scenario.project.configure(&on("api.shop.test", "v2"));
    scenario.proxy.reset();
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    let writes: Vec<&str> = record
        .writes()
        .into_iter()
        .map(|call| call.operation.as_str())
        .collect();
    assert_eq!(writes, ["CreateBasePathMapping", "DeleteBasePathMapping"]);
    assert_eq!(mapped(&scenario), ["api.shop.test/v2"]);
}

/// Stages of one app and of another on one name: each takes its own away, and the last one the name.
#[test]
fn a_domain_is_shared_by_stages_and_apps() {
    let scenario = Scenario::new();
    let stages =
        "[stages.dev.domain]\nbase_path = \"dev\"\n[stages.prod.domain]\nbase_path = \"prod\"\n";
    let shop = format!(
        "{}{stages}",
        on("api.shop.test", "").replace("base_path = \"\"\n", "")
    );
    let stock = of_app(&on("api.shop.test", "stock"), "stock");
    let run = |config: &str, words: &[&str]| {
        scenario.project.configure(config);
        scenario.cli(words).run()
    };
    let deploy = |config: &str, stage: &str| {
        let words = [
            "deploy",
            "--stage",
            stage,
            "--bootstrap",
            "bootstrap",
            "--json",
        ];
        let output = run(config, &words);
        assert_eq!(output.code, Some(0), "{output}");
        output.json()
    };
    let dev = deploy(&shop, "dev");
    assert_eq!(dev["domain"]["url"], "https://api.shop.test/dev");
    let target = dev["domain"]["alias_target"].as_str().unwrap();
    assert!(target.contains("execute-api"), "{target}");
    deploy(&shop, "prod");
    deploy(&stock, "dev");
    let all = [
        "api.shop.test/dev",
        "api.shop.test/prod",
        "api.shop.test/stock",
    ];
    assert_eq!(mapped(&scenario), all);

    // Where it leads elsewhere already, nothing is changed.
    let before = scenario.ms.inventory();
    let taken = of_app(&on("api.shop.test", "prod"), "third");
    let refused = run(&taken, &["deploy", "--bootstrap", "bootstrap"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused.says("stage prod of REST API shop-prod"),
        "{refused}"
    );
    before.assert_same(&scenario.ms.inventory());

    for (config, stage, left) in [
        (
            &shop,
            "dev",
            vec!["api.shop.test/prod", "api.shop.test/stock"],
        ),
        (&stock, "dev", vec!["api.shop.test/prod"]),
        (&shop, "prod", vec![]),
    ] {
        let output = run(config, &["delete", "--stage", stage, "--yes"]);
        assert_eq!(output.code, Some(0), "{output}");
        assert_eq!(
            output.says("it leads elsewhere too"),
            !left.is_empty(),
            "{output}"
        );
        assert_eq!(mapped(&scenario), left, "{output}");
    }
    scenario.assert_nothing_left("both apps");
}

/// Both see the other's mapping, and then none: one of them takes the name.
#[test]
fn of_two_deletes_at_once_one_takes_the_name() {
    let scenario = Scenario::new();
    let config = |stage: &str| on("api.shop.test", stage);
    for stage in ["a", "b"] {
        scenario.project.configure(&config(stage));
        let words = ["deploy", "--stage", stage, "--bootstrap", "bootstrap"];
        scenario.cli(&words).ok();
    }
    scenario.project.configure(&format!(
        "{}[stages.b.domain]\nbase_path = \"b\"\n",
        config("a")
    ));
    let delete = |stage| scenario.cli(&["delete", "--yes", "--stage", stage]).spawn();
    let both = ["a", "b"].map(delete);
    for output in both.map(|running| running.wait()) {
        assert_eq!(output.code, Some(0), "{output}");
    }
    assert_eq!(mapped(&scenario), [""; 0]);
    assert_eq!(scenario.ms.inventory().names("domain_names"), [""; 0]);
}

#[test]
fn a_name_that_somebody_made_is_used_and_left() {
    let scenario = Scenario::new();
    let other = CERTIFICATE.replace("certificate/1", "certificate/theirs");
    let made = json!({"domainName": "api.shop.test", "regionalCertificateArn": other,
        "endpointConfiguration": {"types": ["REGIONAL"]}});
    scenario.ms.call("apigateway", "CreateDomainName", made);
    scenario.project.configure(&on("api.shop.test", "v1"));
    scenario.deploy().ok();
    scenario.assert_settled("on theirs");
    let status = scenario.status().ok();
    assert!(status.says("certificate/theirs"), "{status}");
    assert_eq!(mapped(&scenario), ["api.shop.test/v1"]);
    scenario.delete().ok();
    assert_eq!(
        scenario.ms.inventory().names("domain_names"),
        ["api.shop.test"]
    );
}

/// A stage that never had a domain asks nothing about any.
#[test]
fn the_calls_of_a_domain_are_made_where_there_is_one() {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    scenario.status().ok();
    scenario.delete().ok();
    let record = scenario.proxy.record();
    let about = |call: &&crate::support::proxy::Call| call.resource.contains("domainnames");
    assert_eq!(record.calls.iter().filter(about).count(), 0, "{record}");
    scenario.proxy.reset();
    scenario.project.configure(&on("api.shop.test", "v1"));
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    let made = |operation: &str| record.of(operation).len();
    assert_eq!(
        (made("CreateDomainName"), made("CreateBasePathMapping")),
        (1, 1),
        "{record}"
    );
    assert_eq!(
        (made("TagResource"), made("CreateDeployment")),
        (0, 1),
        "{record}"
    );
}

/// In AWS's shapes, and where a domain is there before it is shown.
#[test]
fn a_domain_under_the_rules_of_the_real_service() {
    let late = Rule::ReadsMissFresh {
        seconds: 0.5,
        services: &["apigateway"],
    };
    for rules in [
        vec![Rule::AwsShapes],
        vec![Rule::ListsWithoutTags],
        vec![late],
    ] {
        let scenario = Scenario::under(&rules);
        scenario
            .project
            .configure(&closed(&on("api.shop.test", "v1")));
        scenario.deploy().ok();
        scenario.project.configure(FIRST);
        scenario.deploy().ok();
        assert_eq!(mapped(&scenario), [""; 0], "{rules:?}");
        scenario.delete().ok();
        scenario.proxy.without_rules();
        scenario.assert_nothing_left("rules");
    }
}

/// What somebody did to the API's switch: drift where gatewayq.toml says it, a warning elsewhere.
#[test]
fn a_default_endpoint_that_is_on_again_is_named_and_switched_off() {
    let scenario = Scenario::new();
    scenario
        .project
        .configure(&closed(&on("api.shop.test", "v1")));
    scenario.deploy().ok();
    let status = scenario.status().ok();
    assert!(!status.says("warning"), "{status}");
    let api = || {
        let apis = scenario.ms.call("apigateway", "GetRestApis", json!({}));
        apis["items"][0].clone()
    };
    assert_eq!(api()["disableExecuteApiEndpoint"], true);
    let operation =
        json!([{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false"}]);
    let change: Value = json!({"restApiId": api()["id"], "patchOperations": operation});
    scenario.ms.call("apigateway", "UpdateRestApi", change);
    let status = scenario.status().exits(3);
    assert!(status.says("disableExecuteApiEndpoint"), "{status}");
    scenario.deploy().ok();
    scenario.assert_settled("switched off again");
    assert_eq!(api()["disableExecuteApiEndpoint"], true);
}
