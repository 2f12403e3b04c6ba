//! Looks at messages: what they show, what they cost, and that they leave everything as it was.
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{Queues, visible};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};

fn column(look: &Value, name: &str) -> Vec<Value> {
    let messages = look["messages"].as_array().unwrap().iter();
    messages.map(|message| message[name].clone()).collect()
}

#[test]
fn a_look_shows_tasks_and_others_in_order_and_gives_them_back() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 9);
    let big = "x".repeat(5000);
    let send = [
        "send",
        "tasks.add",
        "--args",
        &format!("[2, \"{big}\"]"),
        "--group",
        "g",
        "--id",
        "first",
    ];
    queues.json(&send);
    queues.json(&[
        "send",
        "tasks.add",
        "--kwargs",
        "{\"a\": 1}",
        "--group",
        "g",
        "--id",
        "second",
    ]);
    queues.put(&queues.queue, "hello \u{9b}2J world\nsecond line", "h", "3");
    for time in 1..=2 {
        let look = queues.json(&["peek"]);
        let mut ids = column(&look, "id");
        ids.retain(|id| !id.is_null());
        assert_eq!(ids, ["first", "second"]);
        assert_eq!(column(&look, "receives"), [time, time, time]);
        assert_eq!(
            column(&look, "receives_left"),
            [9 - time, 9 - time, 9 - time]
        );
        let args = column(&look, "args");
        let args: Vec<&str> = args.iter().filter_map(Value::as_str).collect();
        assert_eq!(args[0].chars().count(), 1001);
        assert_eq!(queues.counts(&queues.queue), (3, 0));
    }
    let text = queues.run(&["peek", "--count", "3"]);
    assert!(text.says("(not Celery's)"), "{text}");
    assert!(text.says("hello \u{fffd}2J world second line"), "{text}");
    assert!(text.says("3 of 9, 6 left"), "{text}");
    assert!(!text.stdout.contains('\u{9b}'), "{text}");
    assert_eq!(queues.drain(&queues.queue).len(), 3);
}

#[test]
fn more_than_ten_are_seen_in_several_receives() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 9);
    for number in 0..25 {
        let id = number.to_string();
        queues.put(&queues.queue, &Queues::celery("t", &id), &id, &id);
    }
    let look = queues.json(&["peek", "--count", "25"]);
    let mut ids = column(&look, "id");
    ids.sort_by_key(|id| id.as_str().unwrap().parse::<u32>().unwrap());
    ids.dedup();
    assert_eq!(ids.len(), 25);
    assert!(column(&look, "receives").iter().all(|count| *count == 1));
    assert_eq!(queues.counts(&queues.queue), (25, 0));
    let few = queues.json(&["peek", "--count", "4"]);
    assert_eq!(few["messages"].as_array().unwrap().len(), 4);
}

/// A look never makes a dead letter of a task that no worker had; with one receive there is no harmless look.
#[test]
fn a_look_that_could_take_a_tasks_last_receive_is_refused_or_ends() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let one = Queues::new(&ms, &project, "one", 1);
    one.put(&one.queue, "task", "g", "1");
    let refused = one.run(&["peek"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused.says("max_receives 1") && refused.says("--anyway"),
        "{refused}"
    );
    assert_eq!(one.counts(&one.queue), (1, 0));
    let anyway = one.json(&["peek", "--anyway"]);
    assert_eq!(column(&anyway, "receives_left"), [0]);

    let two = Queues::new(&ms, &project, "two", 2);
    for id in 0..12 {
        two.put(&two.queue, "task", &id.to_string(), &id.to_string());
    }
    let look = two.json(&["peek", "--count", "12"]);
    assert_eq!(look["stopped"], true);
    assert_eq!(look["messages"].as_array().unwrap().len(), 10);
    // A worker gets each of them still.
    assert_eq!(two.drain(&two.queue).len(), 12);
    assert_eq!(two.counts(&two.dead_letters), (0, 0));
}

#[test]
fn a_look_at_dead_letters_costs_nothing() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 1);
    queues.put(
        &queues.dead_letters,
        &Queues::celery("tasks.add", "a"),
        "g",
        "1",
    );
    for _ in 0..3 {
        let look = queues.json(&["peek", "--dead-letters"]);
        assert_eq!(column(&look, "receives_left"), [Value::Null]);
    }
    assert_eq!(queues.counts(&queues.dead_letters), (1, 0));
}

/// Killed or interrupted, everything comes back; an answer that is lost is asked for again.
#[test]
fn a_look_that_is_cut_off_gives_everything_back() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 9);
    for id in ["1", "2", "3"] {
        queues.put(&queues.queue, "task", id, id);
    }
    let proxy = Proxy::start(&ms);
    proxy.inject(
        When::Operation("ChangeMessageVisibilityBatch", 0),
        Fault::KillBefore,
    );
    let look = project
        .on(&ms, queues.args(&["peek"]))
        .through(&proxy)
        .spawn();
    proxy.aim(look.pid());
    assert!(look.wait().signal.is_some());
    visible(&queues, &queues.queue, 3);
    proxy.reset();
    proxy.inject(
        When::Operation("ChangeMessageVisibilityBatch", 0),
        Fault::Fails(500),
    );
    let kept = project.on(&ms, queues.args(&["peek"])).through(&proxy).ok();
    assert!(kept.says("come back by themselves within 10 s"), "{kept}");
    visible(&queues, &queues.queue, 3);
    let look = project
        .on(&ms, queues.args(&["peek", "--count", "100"]))
        .spawn();
    look.signal(Signal::INT);
    look.wait();
    visible(&queues, &queues.queue, 3);
    assert_eq!(
        json!(queues.drain(&queues.queue)),
        json!(["task", "task", "task"])
    );
}

#[test]
fn a_look_tells_what_is_stored_of_each_task() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let walkthrough = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    project.configure(&format!("{walkthrough}\n[results]\n"));
    let queues = Queues::new(&ms, &project, "dev", 9);
    for id in ["failed", "waits"] {
        queues.put(&queues.queue, &Queues::celery("tasks.add", id), id, id);
    }
    let look = queues.json(&["peek"]);
    let why = look["states_unknown"].as_str().unwrap();
    assert!(why.contains("gatewayq deploy"), "{why}");
    assert_eq!(column(&look, "state"), [Value::Null, Value::Null]);

    const TABLE: &str = "gatewayq-example-dev-results";
    let table = json!({
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    ms.call("dynamodb", "CreateTable", table);
    let stored = json!({"status": "FAILURE", "result": null}).to_string();
    let item = json!({"id": {"S": "b'celery-task-meta-failed'"}, "result": {"B": stored}});
    ms.call(
        "dynamodb",
        "PutItem",
        json!({"TableName": TABLE, "Item": item}),
    );
    let look = queues.json(&["peek"]);
    let (ids, states) = (column(&look, "id"), column(&look, "state"));
    for (id, state) in ids.iter().zip(&states) {
        let wanted = if id == "failed" { "FAILURE" } else { "PENDING" };
        assert_eq!(state, wanted, "{look}");
    }
    assert_eq!(
        (look["states_unknown"].clone(), states.len()),
        (Value::Null, 2)
    );
    let text = queues.run(&["peek"]);
    assert!(text.says("STATE") && text.says("FAILURE"), "{text}");
}
