//! Minimal: take one action out, and something is denied that was done before.
use std::collections::BTreeSet;

use super::commands::{FEATURES, Session, assert_denied, deployers_policy};
use super::simulate::allows;
use super::used::{Use, uses};
use super::{actions, emulated, place, policy, strings, unconditioned, user, without};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use serde_json::Value;

/// Actions that AWS checks inside other calls, and the emulator does not: by statement.
const WITHIN_OTHER_CALLS: [(&str, &str, &str); 8] = [
    (
        "SayWhoMayReachTheApi",
        "apigateway:UpdateRestApiPolicy",
        "UpdateRestApi sets a resource policy",
    ),
    (
        "HandTheRoleToLambda",
        "iam:PassRole",
        "CreateFunction and UpdateFunctionConfiguration name the role",
    ),
    (
        "HandOverTheLoggingRole",
        "iam:PassRole",
        "UpdateAccount names the role",
    ),
    (
        "ApiGatewaysLoggingRole",
        "iam:TagRole",
        "CreateRole makes the role with its tag",
    ),
    (
        "Function",
        "lambda:ListTags",
        "GetFunction shows the tags only to who may list them",
    ),
    (
        "TagWhatItMayChange",
        "apigateway:GET",
        "asked for where a list leaves the tags out, which the emulator's never do",
    ),
    (
        "ReadTagsThatAListLeavesOut",
        "apigateway:GET",
        "the same for the reader",
    ),
    (
        "ChangeItsOwn",
        "apigateway:TagResource",
        "insurance: CreateStage with tags asks for it for HTTP APIs since 2026, for REST APIs perhaps next",
    ),
];

fn excused(document: &Value, number: usize, action: &str) -> bool {
    let sid = document["Statement"][number]["Sid"].as_str();
    // The longest have none where the document would be too long with them.
    let sid = sid.unwrap_or_default();
    let sid = if sid == "ReadTheFunction" {
        "Function"
    } else {
        sid
    };
    WITHIN_OTHER_CALLS
        .iter()
        .any(|(statement, known, _)| (sid, action) == (*statement, *known))
}

/// The recorded calls of every command are put to the emulator's own evaluation of IAM: all are
/// allowed, and for each action and each resource of each statement there is one that nothing else
/// allows.
#[test]
fn everything_in_the_deployers_policy_is_used_and_every_use_is_allowed() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let printed = deployers_policy(&ms, &project);
    let (proxy, admin) = (Proxy::start(&ms), ms.aws());
    let session = Session {
        ms: &ms,
        project: &project,
        place: &admin,
        proxy: &proxy,
    };
    session.run_what_the_deployer_may();
    let (document, used) = (unconditioned(&printed), uses(&proxy.record()));
    let refused: Vec<&Use> = used
        .iter()
        .filter(|one| !allows(&ms, &document, one))
        .collect();
    assert!(refused.is_empty(), "used and not allowed: {refused:#?}");
    assert_eq!(superfluous_actions(&ms, &document, &used), BTreeSet::new());
    assert_eq!(
        superfluous_resources(&ms, &document, &used),
        BTreeSet::new()
    );
}

/// The actions without which all of `used` is still allowed.
fn superfluous_actions(
    ms: &Ministack,
    document: &Value,
    used: &[Use],
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (number, action) in actions(document) {
        if excused(document, number, &action) {
            continue;
        }
        let (less, sid) = (
            without(document, number, &action),
            &document["Statement"][number]["Sid"],
        );
        let mut concerned = used.iter().filter(|one| one.action == action);
        if concerned.all(|one| allows(ms, &less, one)) {
            found.insert((sid.to_string(), action));
        }
    }
    found
}

/// The resources that no call is about: they have no place in a policy. AWS writes a log group's ARN
/// with `:*` at its end where the emulator has none: these pairs are one.
fn superfluous_resources(ms: &Ministack, document: &Value, used: &[Use]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (number, statement) in document["Statement"].as_array().unwrap().iter().enumerate() {
        let resources = strings(&statement["Resource"]);
        for resource in resources.iter().filter(|_| resources.len() > 1) {
            if resource.ends_with(":*") {
                continue;
            }
            let mut less = document.clone();
            let rest: Vec<&String> = resources.iter().filter(|one| *one != resource).collect();
            less["Statement"][number]["Resource"] = serde_json::json!(rest);
            if used.iter().all(|one| allows(ms, &less, one)) {
                found.insert(resource.clone());
            }
        }
    }
    found
}

/// The same for the reader, and here with real commands: each action taken out, one is denied.
#[test]
fn a_reader_with_one_action_less_is_denied_a_command() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let walkthrough = std::fs::read_to_string(project.path("gatewayq.toml"));
    project.configure(&format!("{}{FEATURES}", walkthrough.unwrap()));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    // CloudWatch is asked only where something waits.
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
    let document = policy(&ms, &project, &["reader"]);
    let reader = place(&ms, &user(&ms, "reader", &document));
    for (number, action) in actions(&document) {
        if excused(&document, number, &action) {
            continue;
        }
        let less = emulated(&without(&document, number, &action));
        ms.set_user_policy("reader", &less);
        let status = project.command(["status"]).at(&reader).run();
        if action == "cloudwatch:GetMetricStatistics" {
            // The figure is said to be unknown; all else is shown.
            let queue = project
                .command(["queue", "status", "--json"])
                .at(&reader)
                .ok();
            assert!(queue.says(&action), "{queue}");
            continue;
        }
        let denied = match status.code {
            Some(0) => project.command(["logs"]).at(&reader).run(),
            _ => status,
        };
        assert_denied(&denied, &action);
    }
}

/// A sample with real commands for the deployer: what is denied is named, and so is what was done
/// and what was not.
#[test]
fn a_denied_deploy_names_action_resource_and_what_is_left() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let document = policy(&ms, &project, &["deployer"]);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    for action in [
        "lambda:CreateFunction",
        "iam:PutRolePolicy",
        "sqs:CreateQueue",
        "logs:CreateLogGroup",
    ] {
        let all = actions(&document);
        let (number, _) = all.iter().find(|(_, one)| one == action).unwrap();
        ms.set_user_policy("deployer", &emulated(&without(&document, *number, action)));
        let deploy = project.command(["deploy"]).at(&deployer).prebuilt().run();
        assert_denied(&deploy, action);
        assert!(deploy.says("done before: created "), "{deploy}");
        assert!(deploy.says("not done because of this: "), "{deploy}");
        assert!(
            deploy.says("the same command goes on from there"),
            "{deploy}"
        );
        project.on(&ms, ["delete", "--yes"]).ok();
    }
    ms.set_user_policy("deployer", &emulated(&document));
    project.command(["deploy"]).at(&deployer).prebuilt().ok();
}

/// What AWS decides by tags, the emulator does not; here the record shows that every change of an
/// API, a usage plan or a key was of one with the stage's tags.
#[test]
fn every_change_in_api_gateway_is_of_what_carries_the_stages_tags() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    project.on(&ms, ["deploy"]).prebuilt().through(&proxy).ok();
    let mut tagged = BTreeSet::new();
    for (operation, kind) in [
        ("GetRestApis", "restapis"),
        ("GetApiKeys", "apikeys"),
        ("GetUsagePlans", "usageplans"),
    ] {
        for item in ms.call("apigateway", operation, serde_json::json!({}))["items"]
            .as_array()
            .unwrap()
        {
            assert_eq!(item["tags"]["gatewayq:app"], "gatewayq-example", "{item}");
            assert_eq!(item["tags"]["gatewayq:stage"], "dev", "{item}");
            tagged.insert(format!("/{kind}/{}", item["id"].as_str().unwrap()));
        }
    }
    project.on(&ms, ["delete", "--yes"]).through(&proxy).ok();
    for call in proxy.record().writes() {
        let parts: Vec<&str> = call.resource.split('/').collect();
        let ["", kind @ ("restapis" | "apikeys" | "usageplans"), id, ..] = parts.as_slice() else {
            continue;
        };
        assert!(tagged.contains(&format!("/{kind}/{id}")), "{call}");
    }
}
