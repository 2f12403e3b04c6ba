//! The operator's policy: enough for `gatewayq queue`, and nothing in it is superfluous.
use serde_json::json;

use super::simulate::allows;
use super::used::{Use, uses};
use super::{actions, emulated, place, policy, user, without};
use crate::support::boto::Place;
use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Proxy, Rule};

const SENDERS: &str = "\n[queue]\nsenders = [\"arn:aws:iam::111122223333:user/operator\"]\n";

/// Every command of `gatewayq queue` until one fails.
fn all(project: &Project, operator: &Place, proxy: Option<&Proxy>) -> Output {
    let commands: [&[&str]; 7] = [
        &["send", "tasks.add", "--args", "[2, 2]"],
        &["status", "--json"],
        &["peek"],
        &["peek", "--dead-letters"],
        &["redrive", "--task", "tasks.add"],
        &["purge", "--yes"],
        &["purge", "--dead-letters", "--yes"],
    ];
    let mut last = None;
    for command in commands {
        let whole = [&["queue"], command].concat();
        let command = project.command(whole).at(operator);
        let output = match proxy {
            Some(proxy) => command.through(proxy).run(),
            None => command.run(),
        };
        if output.code != Some(0) || output.says("the credentials lack") {
            return output;
        }
        last = Some(output);
    }
    last.unwrap()
}

/// Something to redrive.
fn dead_letter(ms: &Ministack, id: usize) {
    let name = json!({"QueueName": "gatewayq-example-dev-dlq.fifo"});
    let queue = ms.call("sqs", "GetQueueUrl", name)["QueueUrl"].clone();
    let body = json!({"body": "", "headers": {"task": "tasks.add", "id": id.to_string()}});
    let send = json!({"QueueUrl": queue, "MessageBody": body.to_string(), "MessageGroupId": id.to_string(),
        "MessageDeduplicationId": id.to_string()});
    ms.call("sqs", "SendMessage", send);
}

#[test]
fn the_operators_policy_is_enough_and_minimal() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let walkthrough = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    project.configure(&format!("{walkthrough}{SENDERS}\n[results]\n"));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let document = policy(&ms, &project, &["operator"]);
    let operator = place(&ms, &user(&ms, "operator", &document));
    dead_letter(&ms, 0);
    let proxy = Proxy::start(&ms);
    let done = all(&project, &operator, Some(&proxy));
    assert_eq!(done.code, Some(0), "{done}");
    // The moves that the emulator lacks.
    proxy.rule(Rule::MoveTasks {
        looks: 1,
        ends: "COMPLETED",
    });
    let redrive = project.command(["queue", "redrive"]).at(&operator);
    redrive.through(&proxy).ok();
    let used = uses(&proxy.record());
    let refused: Vec<&Use> = used
        .iter()
        .filter(|one| !allows(&ms, &document, one))
        .collect();
    assert!(refused.is_empty(), "used and not allowed: {refused:#?}");

    for (place_of, (number, action)) in actions(&document).into_iter().enumerate() {
        let less = without(&document, number, &action);
        if action.ends_with("MessageMoveTask") || action.ends_with("MessageMoveTasks") {
            let of = |one: &&Use| one.action == action;
            let concerned: Vec<&Use> = used.iter().filter(of).collect();
            let cancels = action == "sqs:CancelMessageMoveTask";
            assert!(
                cancels || concerned.iter().any(|one| !allows(&ms, &less, one)),
                "{action}"
            );
            continue;
        }
        dead_letter(&ms, place_of + 1);
        ms.set_user_policy("operator", &emulated(&less));
        let denied = all(&project, &operator, None);
        let gives_back = action == "sqs:ChangeMessageVisibility";
        let told = format!("{} {}", denied.stdout, denied.stderr).to_lowercase();
        // A message that cannot be given back comes back by itself, and that is said.
        assert!(
            gives_back || told.contains(&action.to_lowercase()),
            "{action}: {denied}"
        );
    }
    let may_not = json!({"QueueName": "gatewayq-example-dev.fifo"});
    let queue = ms.call("sqs", "GetQueueUrl", may_not)["QueueUrl"].clone();
    let deleted = operator.try_call("sqs", "DeleteQueue", json!({"QueueUrl": queue}));
    assert!(deleted.is_err());
}

/// Without a place among the senders the policy alone does not do.
#[test]
fn an_operator_who_is_no_sender_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let operator = place(
        &ms,
        &user(&ms, "operator", &policy(&ms, &project, &["operator"])),
    );
    let refused = project
        .command(["queue", "send", "tasks.add"])
        .at(&operator)
        .exits(1);
    assert!(
        refused.says("senders = [\"arn:aws:iam::111122223333:user/operator\"]"),
        "{refused}"
    );
    let reader = place(
        &ms,
        &user(&ms, "reader", &policy(&ms, &project, &["reader"])),
    );
    project.command(["queue", "status"]).at(&reader).ok();
    let denied = project.command(["queue", "peek"]).at(&reader).exits(1);
    assert!(denied.says("gatewayq policy operator"), "{denied}");
}
