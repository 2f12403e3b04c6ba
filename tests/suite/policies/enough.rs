//! Enough: with nothing but its policy, each user does what the policy is for, and nothing else.
use serde_json::json;

use super::commands::{FEATURES, Session, assert_denied, deployers_policy, leftovers};
use super::{place, policy, user};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;

/// Deploys, looks, changes, repairs, hands out keys and deletes; then the account is empty.
#[test]
fn the_deployers_policy_is_enough_for_a_stage_from_deploy_to_delete() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let document = deployers_policy(&ms, &project);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    let proxy = Proxy::start(&ms);
    Session {
        ms: &ms,
        project: &project,
        place: &deployer,
        proxy: &proxy,
    }
    .run_what_the_deployer_may();
    leftovers(&ms);
}

/// ministack does not evaluate the boundary's condition (see `emulated`), so what is seen here is
/// that the narrower statements still suffice.
#[test]
fn the_deployers_policy_with_a_boundary_is_enough() {
    let ms = Ministack::start();
    let boundary = json!({"PolicyName": "b", "PolicyDocument": json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sqs:*", "logs:*"], "Resource": "*"}],
    }).to_string()});
    let made = ms.call("iam", "CreatePolicy", boundary);
    let arn = made["Policy"]["Arn"].as_str().unwrap();
    let walkthrough = std::fs::read_to_string(crate::support::workspace().join("gatewayq.toml"));
    let project = Project::new(&format!(
        "{}\n[role]\nboundary = \"{arn}\"\n",
        walkthrough.unwrap()
    ));
    let document = policy(&ms, &project, &["deployer"]);
    assert!(document.to_string().contains(arn), "{document}");
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    project.command(["deploy"]).at(&deployer).prebuilt().ok();
    let role = ms.call("iam", "GetRole", json!({"RoleName": super::commands::ROLE}));
    let bound = &role["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"];
    assert_eq!(bound, arn);
    project.command(["status", "--check"]).at(&deployer).ok();
    project.command(["delete", "--yes"]).at(&deployer).ok();
}

/// Somebody else made the role that API Gateway logs through. The account's last stage goes without it.
#[test]
fn a_deployer_without_the_logging_role_is_enough_where_it_is_there() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let stage_of_others = ["--stage", "other"];
    let others = |args: &[&'static str]| {
        let all = [args, &stage_of_others].concat();
        project.on(&ms, all)
    };
    others(&["deploy"]).prebuilt().ok();
    let document = policy(&ms, &project, &["deployer", "--no-logging-role"]);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    project.command(["deploy"]).at(&deployer).prebuilt().ok();
    project.command(["status", "--check"]).at(&deployer).ok();
    others(&["delete", "--yes"]).ok();
    let delete = project.command(["delete", "--yes"]).at(&deployer).ok();
    assert!(
        delete.says("the account's CloudWatch role stays"),
        "{delete}"
    );
    let role = json!({"RoleName": super::commands::LOGGING_ROLE});
    ms.call("iam", "GetRole", role);
}

/// Of API Gateway's things AWS tells ours by their tags, which ministack does not evaluate; here
/// stands what names decide.
#[test]
fn a_deployer_is_refused_what_is_not_the_apps() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let document = policy(&ms, &project, &["deployer"]);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    let other = project.command(["deploy", "--stage", "other"]);
    assert_denied(&other.at(&deployer).prebuilt().run(), "GetRole");
    let calls = [
        (
            "sqs",
            "CreateQueue",
            json!({"QueueName": "mine.fifo", "Attributes": {"FifoQueue": "true"}}),
        ),
        ("iam", "CreateUser", json!({"UserName": "eve"})),
        (
            "iam",
            "PutRolePolicy",
            json!({"RoleName": "admin", "PolicyName": "p", "PolicyDocument": "{}"}),
        ),
        ("lambda", "GetFunction", json!({"FunctionName": "billing"})),
        (
            "logs",
            "DeleteLogGroup",
            json!({"logGroupName": "/aws/lambda/billing"}),
        ),
        ("apigateway", "GetDomainNames", json!({})),
    ];
    for (service, operation, params) in calls {
        let refused = deployer.try_call(service, operation, params).unwrap_err();
        assert!(
            refused.code.starts_with("AccessDenied"),
            "{operation}: {refused:?}"
        );
    }
    leftovers(&ms);
}

#[test]
fn the_policy_for_all_stages_covers_each_of_them() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let document = policy(&ms, &project, &["deployer", "--all-stages"]);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    for stage in ["dev", "penguin"] {
        let deploy = project.command(["deploy", "--stage", stage]);
        deploy.at(&deployer).prebuilt().ok();
    }
    for stage in ["penguin", "dev"] {
        let delete = project.command(["delete", "--yes", "--stage", stage]);
        delete.at(&deployer).ok();
    }
    leftovers(&ms);
}

#[test]
fn a_reader_sees_everything_and_changes_nothing() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let walkthrough = std::fs::read_to_string(crate::support::workspace().join("gatewayq.toml"));
    project.configure(&format!("{}{FEATURES}", walkthrough.unwrap()));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let document = policy(&ms, &project, &["reader"]);
    let reader = place(&ms, &user(&ms, "reader", &document));
    let before = ms.inventory();
    for command in [
        &["status", "--check"][..],
        &["graph"],
        &["export", "openapi", "out", "--deployed"],
        &["logs"],
        &["worker", "env"],
        &["keys", "list"],
        &["policy", "api-user"],
    ] {
        project.command(command.iter().copied()).at(&reader).ok();
    }
    project.command(["plan"]).at(&reader).prebuilt().ok();
    let delete = project.command(["delete", "--yes"]).at(&reader).run();
    assert_eq!(delete.code, Some(1), "{delete}");
    let show = project.command(["keys", "show"]).at(&reader).run();
    assert_denied(&show, "apigateway:GET");
    let url = ms.call(
        "sqs",
        "GetQueueUrl",
        json!({"QueueName": "gatewayq-example-dev.fifo"}),
    );
    for operation in ["ReceiveMessage", "PurgeQueue"] {
        let refused = reader.try_call("sqs", operation, json!({"QueueUrl": url["QueueUrl"]}));
        assert_eq!(refused.unwrap_err().code, "AccessDenied", "{operation}");
    }
    assert_eq!(before, ms.inventory());
}
