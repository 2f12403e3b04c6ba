//! The function of a Lambda authorizer is somebody's own: the deployer's policy lets API Gateway invoke it and no more,
//! and without that statement a deploy says what to type.
use serde_json::json;

use super::simulate::allows;
use super::used::uses;
use super::{actions, emulated, place, policy, unconditioned, user, without};
use crate::support::boto::Place;
use crate::support::ministack::Ministack;
use crate::support::own_function;
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::workspace;

/// The statement of both policies about it.
const STATEMENTS: [&str; 2] = [
    "LetApiGatewayInvokeAuthorizers",
    "SeeWhoMayInvokeAuthorizers",
];

fn walkthrough() -> String {
    std::fs::read_to_string(workspace().join("gatewayq.toml")).unwrap()
}

/// The walkthrough with a route that `judge` opens.
fn judged() -> Project {
    Project::new(&format!(
        "{}\n[[route]]\nmethod = \"GET\"\npath = \"/theirs\"\nauth = \"partners\"\nreply = 1\n\
         [authorizers.partners]\ntype = \"lambda\"\nfunction = \"judge\"\nkind = \"token\"\n",
        walkthrough()
    ))
}

fn with_judge() -> Ministack {
    let ms = Ministack::start();
    own_function::make(&ms.aws(), "judge", "");
    ms
}

/// On, looked at, and off again.
fn live(project: &Project, deployer: &Place, proxy: &Proxy) {
    let run = |args: &[&'static str]| {
        let command = project.command(args.iter().copied());
        command.at(deployer).through(proxy)
    };
    run(&["deploy"]).prebuilt().ok();
    run(&["status", "--check"]).ok();
    project.configure(&walkthrough());
    run(&["deploy"]).prebuilt().ok();
    run(&["delete", "--yes"]).ok();
}

#[test]
fn the_deployers_policy_is_enough_and_least_for_an_authorizers_function() {
    let (ms, project) = (with_judge(), judged());
    let document = policy(&ms, &project, &["deployer"]);
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    let proxy = Proxy::start(&ms);
    live(&project, &deployer, &proxy);
    let (document, used) = (unconditioned(&document), uses(&proxy.record()));
    let statements = document["Statement"].as_array().unwrap();
    let ours = statements
        .iter()
        .position(|one| one["Sid"] == STATEMENTS[0])
        .unwrap();
    assert!(used.iter().all(|one| allows(&ms, &document, one)));
    for (_, action) in actions(&document)
        .iter()
        .filter(|(number, _)| *number == ours)
    {
        let less = without(&document, ours, action);
        assert!(
            !used.iter().all(|one| allows(&ms, &less, one)),
            "{action} is of no use"
        );
    }
    // A stage without such a function has no such statement.
    for (kind, statement) in ["deployer", "reader"].into_iter().zip(STATEMENTS) {
        let plain = policy(&ms, &Project::walkthrough(), &[kind]);
        assert!(!plain.to_string().contains(statement), "{plain}");
        let with = policy(&ms, &judged(), &[kind]);
        assert!(with.to_string().contains(statement), "{with}");
    }
}

#[test]
fn a_deployer_without_leave_is_told_what_to_type() {
    let (ms, project) = (with_judge(), judged());
    let mut document = policy(&ms, &project, &["deployer"]);
    let statements = document["Statement"].as_array_mut().unwrap();
    statements.retain(|one| !STATEMENTS.iter().any(|sid| one["Sid"] == *sid));
    let deployer = place(&ms, &user(&ms, "deployer", &document));
    let typed = "aws lambda add-permission --region eu-west-1 --function-name \
                 arn:aws:lambda:eu-west-1:111122223333:function:judge --statement-id";
    let deploy = project.command(["deploy"]).at(&deployer).prebuilt().ok();
    assert!(deploy.says(typed), "{deploy}");
    let status = project.command(["status", "--check"]).at(&deployer).ok();
    assert!(status.says(typed), "{status}");

    // May look, and not change: what AWS says of it is told, too.
    let look =
        json!({"Sid": "Look", "Effect": "Allow", "Action": "lambda:GetPolicy", "Resource": "*"});
    document["Statement"].as_array_mut().unwrap().push(look);
    ms.set_user_policy("deployer", &emulated(&document));
    let deploy = project.command(["deploy"]).at(&deployer).prebuilt().ok();
    assert!(
        deploy.says(typed) && deploy.says("lambda:AddPermission"),
        "{deploy}"
    );
    project.command(["delete", "--yes"]).at(&deployer).ok();
}
