//! Dead letters moved back one by one.
use std::time::Duration;

use serde_json::{Value, json};

use super::{Queues, visible};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};

fn dead(queues: &Queues, task: &str, id: &str, group: &str) {
    queues.put(&queues.dead_letters, &Queues::celery(task, id), group, id);
}

fn ids(bodies: &[String]) -> Vec<String> {
    let id = |body: &String| {
        let body: Value = serde_json::from_str(body).unwrap();
        body["headers"]["id"].as_str().unwrap().to_owned()
    };
    bodies.iter().map(id).collect()
}

#[test]
fn all_go_back_in_the_order_of_their_groups_with_all_that_they_have() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    for number in 10..35 {
        dead(&queues, "tasks.add", &number.to_string(), "g");
    }
    let send = json!({
        "QueueUrl": queues.dead_letters, "MessageBody": "foreign", "MessageGroupId": "h", "MessageDeduplicationId": "f",
        "MessageAttributes": {"team": {"DataType": "String", "StringValue": "birds"}},
    });
    ms.call("sqs", "SendMessage", send);
    let done = queues.json(&["redrive"]);
    let wanted =
        json!({"queue": "gatewayq-example-dev.fifo", "moved": 26, "left": 0, "by": "hand"});
    assert_eq!(done, wanted);
    let receive = json!({"QueueUrl": queues.queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"],
        "AttributeNames": ["All"], "VisibilityTimeout": 0});
    let mut seen = vec![];
    for _ in 0..3 {
        let got = ms.call("sqs", "ReceiveMessage", receive.clone());
        seen.extend(got["Messages"].as_array().unwrap().clone());
    }
    let bodies = queues.drain(&queues.queue);
    let (foreign, tasks): (Vec<String>, Vec<String>) =
        bodies.into_iter().partition(|body| body == "foreign");
    assert_eq!(foreign.len(), 1);
    let wanted: Vec<String> = (10..35).map(|number| number.to_string()).collect();
    assert_eq!(ids(&tasks), wanted);
    if let Some(foreign) = seen.iter().find(|message| message["Body"] == "foreign") {
        assert_eq!(foreign["MessageAttributes"]["team"]["StringValue"], "birds");
        assert_eq!(foreign["Attributes"]["MessageGroupId"], "h");
    }
    let nothing = queues.run(&["redrive"]);
    assert!(nothing.says("has no dead letters"), "{nothing}");
}

#[test]
fn only_those_go_back_that_fit() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    for (task, id, group) in [
        ("tasks.add", "a1", "g"),
        ("tasks.sub", "s1", "g"),
        ("tasks.add", "a2", "g"),
        ("tasks.sub", "s2", "h"),
    ] {
        dead(&queues, task, id, group);
    }
    let moved = |args: &[&str]| queues.json(&[&["redrive"], args].concat())["moved"].clone();
    assert_eq!(moved(&["--older-than", "1h"]), 0);
    assert_eq!(moved(&["--task", "tasks.none"]), 0);
    let none = queues.run(&["redrive", "--id", "nobody"]);
    assert!(none.says("no dead letter fits; there are 4"), "{none}");
    assert_eq!(moved(&["--task", "tasks.add"]), 2);
    assert_eq!(ids(&queues.drain(&queues.queue)), ["a1", "a2"]);
    assert_eq!(moved(&["--id", "s2", "--task", "tasks.sub"]), 1);
    assert_eq!(ids(&queues.drain(&queues.queue)), ["s2"]);
    assert_eq!(queues.counts(&queues.dead_letters), (1, 0));
}

/// SQS shows no more than ten of a group while these are held: what is behind ten that stay is told.
#[test]
fn what_is_behind_ten_that_stay_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    for number in 0..10 {
        dead(&queues, "tasks.sub", &number.to_string(), "g");
    }
    dead(&queues, "tasks.add", "behind", "g");
    let done = queues.run(&["redrive", "--task", "tasks.add"]);
    assert!(done.says("no dead letter fits; there are 11"), "{done}");
    assert!(
        done.says("SQS shows none: there may be more that fit in g"),
        "{done}"
    );
}

/// A message that is a dead letter within five minutes of its sending: with the id that it had at first SQS would
/// take it and drop it.
#[test]
fn a_task_that_failed_at_once_is_not_swallowed() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 1);
    for round in 1..=3 {
        if round == 1 {
            queues.json(&["send", "tasks.add", "--id", "mine"]);
        }
        let receive = json!({"QueueUrl": queues.queue, "VisibilityTimeout": 0});
        ms.call("sqs", "ReceiveMessage", receive.clone());
        ms.call("sqs", "ReceiveMessage", receive);
        visible(&queues, &queues.dead_letters, 1);
        assert_eq!(queues.json(&["redrive"])["moved"], 1, "round {round}");
        assert_eq!(queues.counts(&queues.queue), (1, 0), "round {round}");
    }
    assert_eq!(ids(&queues.drain(&queues.queue)), ["mine"]);
}

/// Killed or without an answer at every call on a message: nothing is lost, and finished within five minutes nothing is
/// there twice.
#[test]
fn a_redrive_that_is_cut_off_anywhere_goes_on_without_loss_or_double() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let mut cut = vec![];
    for (operation, times) in [
        ("ReceiveMessage", 2),
        ("SendMessage", 3),
        ("DeleteMessage", 3),
    ] {
        for at in 0..times {
            for fault in [
                Fault::KillBefore,
                Fault::KillAfter,
                Fault::CutAfter,
                Fault::Fails(500),
            ] {
                let queues = Queues::new(&ms, &project, &format!("s{}", cut.len()), 5);
                for (id, group) in [("1", "g"), ("2", "g"), ("3", "h")] {
                    dead(&queues, "tasks.add", id, group);
                }
                let proxy = Proxy::start(&ms);
                proxy.inject(When::Operation(operation, at), fault.clone());
                let run = project.on(&ms, queues.args(&["redrive"])).through(&proxy);
                let run = run.spawn();
                proxy.aim(run.pid());
                let output = run.wait();
                let killed = matches!(fault, Fault::KillBefore | Fault::KillAfter);
                assert_eq!(proxy.faults_left(), 0, "{operation} {at} {fault:?}");
                assert_eq!(output.signal.is_some(), killed, "{operation} {at} {output}");
                cut.push((queues, format!("{operation} {at} {fault:?}")));
            }
        }
    }
    for (queues, what) in cut {
        let again = project.on(&ms, queues.args(&["redrive"]));
        again.limit(Duration::from_secs(90)).ok();
        assert_eq!(queues.counts(&queues.dead_letters), (0, 0), "{what}");
        let mut bodies = ids(&queues.drain(&queues.queue));
        let of_g: Vec<&String> = bodies.iter().filter(|id| *id != "3").collect();
        assert_eq!(of_g, ["1", "2"], "{what}");
        bodies.sort();
        assert_eq!(bodies, ["1", "2", "3"], "{what}");
    }
}

#[test]
fn whoever_may_not_send_is_told_how_to_and_nothing_is_moved() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    dead(&queues, "tasks.add", "1", "g");
    let arn = "arn:aws:sqs:eu-west-1:111122223333:gatewayq-example-dev.fifo";
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/function"}}}]});
    let policy = json!({"QueueUrl": queues.queue, "Attributes": {"Policy": policy.to_string()}});
    ms.call("sqs", "SetQueueAttributes", policy);
    let may = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]});
    let ops = ms.aws().acting_as(&ms.create_user("ops", &may));
    for command in [&["redrive"][..], &["send", "tasks.add"]] {
        let refused = project.command(queues.args(command)).at(&ops).exits(1);
        assert!(
            refused.says("senders = [\"arn:aws:iam::111122223333:user/ops\"]"),
            "{refused}"
        );
        assert!(refused.says("followed by `gatewayq deploy`"), "{refused}");
    }
    assert_eq!(queues.counts(&queues.dead_letters), (1, 0));
    assert_eq!(queues.counts(&queues.queue), (0, 0));
}
