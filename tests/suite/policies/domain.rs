//! What a stage on a custom domain name needs besides: enough, and each action of it needed.
use std::collections::BTreeSet;

use super::commands::assert_denied;
use super::simulate::allows;
use super::used::uses;
use super::{actions, emulated, place, policy, strings, unconditioned, user, without};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;

const DOMAIN: &str = "\n[domain]\nname = \"api.shop.test\"\nbase_path = \"BASE\"\n\
    certificate_arn = \"arn:aws:acm:eu-west-1:111122223333:certificate/NUMBER\"\n";

/// The walkthrough's stage, on the domain.
fn config(base_path: &str, certificate: &str) -> String {
    let walkthrough = std::fs::read_to_string(crate::support::workspace().join("gatewayq.toml"));
    let domain = DOMAIN
        .replace("BASE", base_path)
        .replace("NUMBER", certificate);
    walkthrough.unwrap() + &domain
}

/// What AWS asks for within CreateDomainName, and the emulator does not, by its resource; beside it the role that is linked
/// to API Gateway. The document has no `Sid`s: it would be too long for a managed policy.
const WITHIN_CREATE: &str = "/tags/";

#[test]
fn the_deployers_policy_is_enough_for_a_domain_and_has_nothing_in_vain() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.configure(&config("v1", "1"));
    let printed = policy(&ms, &project, &["deployer"]);
    let deployer = place(&ms, &user(&ms, "deployer", &printed));
    let proxy = Proxy::start(&ms);
    let run = |words: &[&str]| {
        let command = project.command(words.iter().copied());
        let command = command.at(&deployer).through(&proxy);
        match words {
            ["deploy"] => command.prebuilt().ok(),
            _ => command.ok(),
        };
    };
    run(&["deploy"]);
    run(&["status", "--check"]);
    project.configure(&config("v2", "2"));
    run(&["deploy"]);
    // Behind its back, so that the mapping has to be patched.
    let patch = serde_json::json!({"domainName": "api.shop.test", "basePath": "v2",
        "patchOperations": [{"op": "replace", "path": "/stage", "value": ""}]});
    ms.call("apigateway", "UpdateBasePathMapping", patch);
    run(&["deploy"]);
    run(&["delete", "--yes"]);
    let left = ms.inventory();
    assert!(left.is_empty(), "{left:?}");

    let (document, used) = (unconditioned(&printed), uses(&proxy.record()));
    let refused: Vec<_> = used
        .iter()
        .filter(|one| !allows(&ms, &document, one))
        .collect();
    assert!(refused.is_empty(), "used and not allowed: {refused:#?}");
    let mut in_vain = BTreeSet::new();
    for (number, action) in actions(&document) {
        let statement = &document["Statement"][number];
        let about = strings(&statement["Resource"]).concat();
        if !about.contains("domainnames") || about.contains(WITHIN_CREATE) {
            continue;
        }
        let less = without(&document, number, &action);
        if used.iter().all(|one| allows(&ms, &less, one)) {
            in_vain.insert((about, action));
        }
    }
    assert_eq!(in_vain, BTreeSet::new());
}

/// The stage that it is printed from has none.
#[test]
fn a_policy_for_all_stages_has_the_domain_that_another_stage_has() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.configure(&config("v1", "1").replace("[domain]", "[stages.prod.domain]"));
    let sids = |args: &[&str]| policy(&ms, &project, args).to_string();
    assert!(!sids(&["reader"]).contains("FindTheDomainName"));
    assert!(sids(&["reader", "--all-stages"]).contains("FindTheDomainName"));
}

#[test]
fn a_reader_sees_the_domain_and_without_its_statement_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.configure(&config("v1", "1"));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let printed = policy(&ms, &project, &["reader"]);
    let reader = place(&ms, &user(&ms, "reader", &printed));
    let status = project.command(["status", "--check"]).at(&reader).ok();
    assert!(status.says("https://api.shop.test/v1"), "{status}");
    let all = actions(&printed);
    let (number, action) = all.last().unwrap();
    ms.set_user_policy("reader", &emulated(&without(&printed, *number, action)));
    let denied = project.command(["status"]).at(&reader).run();
    assert_denied(&denied, action);
}
