//! A plan comes back as it was written, and each thing that has moved since is told.

use super::*;
use crate::engine::Change;

fn update(before: &str, after: &str) -> Action {
    let change = Change::of(
        "VisibilityTimeout",
        Some(before.to_owned()),
        Some(after.to_owned()),
    );
    Action::Update {
        changes: change.into_iter().collect(),
    }
}

fn step(kind: &str, action: Action) -> Planned {
    Planned {
        kind: kind.to_owned(),
        name: format!("orders-prod-{kind}"),
        action,
    }
}

fn plan(steps: Vec<Planned>) -> SavedPlan {
    SavedPlan {
        format: FORMAT,
        gatewayq: Program::this(),
        place: Place {
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            app: "orders".to_owned(),
            stage: "prod".to_owned(),
        },
        settings_sha256: "settings".to_owned(),
        code_sha256: "code".to_owned(),
        steps,
    }
}

fn refusal(edit: impl Fn(&mut serde_json::Value)) -> String {
    let mut text = serde_json::to_value(plan(vec![])).unwrap();
    edit(&mut text);
    let read = SavedPlan::read(text.to_string().as_bytes());
    read.unwrap_err().to_string()
}

#[test]
fn a_plan_comes_back_as_it_was_written() {
    let replaced = Change::added("Name", "x").replacing();
    let steps = vec![
        step("role", Action::Create),
        step("queue", update("30", "60")),
        step(
            "key",
            Action::Replace {
                changes: vec![replaced],
                allowed: false,
            },
        ),
        step("stage", Action::Keep),
        step("plan", Action::Delete),
    ];
    let saved = plan(steps);
    let back = SavedPlan::read(saved.text().unwrap().as_bytes()).unwrap();
    assert_eq!(back.steps, saved.steps);
    assert_eq!(saved.differences(&back), [""; 0]);
}

#[test]
fn what_decides_about_a_permission_is_no_part_of_it() {
    let changes = vec![Change::added("Name", "x").replacing_lossless()];
    let action = Action::Replace {
        changes,
        allowed: true,
    };
    let saved = plan(vec![step("queue", action.as_shown())]);
    let back = SavedPlan::read(saved.text().unwrap().as_bytes()).unwrap();
    assert_eq!(back.steps, saved.steps);
}

#[test]
fn a_file_of_another_gatewayq_is_refused() {
    let format = refusal(|text| {
        text["format"] = 2.into();
        text["gatewayq"]["version"] = "7.0.0".into();
        text["steps"] = "otherwise".into();
    });
    assert!(format.contains("format 2 of gatewayq 7.0.0"), "{format}");
    let version = refusal(|text| text["gatewayq"]["version"] = "0.0.1".into());
    assert!(version.contains("made by gatewayq 0.0.1"), "{version}");
    for edit in [
        |text: &mut serde_json::Value| text["more"] = 1.into(),
        |text: &mut serde_json::Value| *text = "text".into(),
        |text: &mut serde_json::Value| text["steps"] = 1.into(),
    ] {
        assert!(refusal(edit).contains("not a plan"));
    }
    let whole = plan(vec![]).text().unwrap();
    for length in 0..whole.len() {
        assert!(SavedPlan::read(&whole.as_bytes()[..length]).is_err());
    }
}

#[test]
fn each_thing_that_moved_is_told() {
    let planned = plan(vec![
        step("queue", update("30", "60")),
        step("key", Action::Keep),
    ]);
    let mut now = planned.clone();
    now.settings_sha256 = "other".to_owned();
    now.code_sha256 = "other".to_owned();
    now.steps = vec![
        step("queue", update("45", "60")),
        step("key", Action::Create),
        step("stage", Action::Create),
    ];
    let told = planned.differences(&now);
    assert_eq!(told.len(), 5, "{told:#?}");
    let text = told.join("\n");
    for part in [
        "gatewayq.toml",
        "other in place of code",
        "planned: update VisibilityTimeout: 30 → 60",
        "now:     update VisibilityTimeout: 45 → 60",
        "planned: nothing, it is not in the plan",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    now.place.account = "210987654321".to_owned();
    let told = planned.differences(&now);
    let expected = ["the plan is for the account 123456789012, and this is 210987654321"];
    assert_eq!(told, expected);
}

#[test]
fn a_later_round_may_only_complete_what_was_planned() {
    let planned = vec![
        step("role", Action::Create),
        step("queue", update("30", "60")),
        step("stage", Action::Keep),
        step("key", Action::Keep),
    ];
    let unplanned = |kind: &str, action: Action| {
        let now = plan(vec![step(kind, action)]);
        plan(planned.clone()).unplanned(&now).len()
    };
    let deployed = |field: &str| Action::Update {
        changes: vec![Change::added(field, "x")],
    };
    for (kind, action, count) in [
        ("role", Action::Create, 0),
        ("role", update("30", "60"), 0),
        ("role", Action::Keep, 0),
        ("role", Action::Delete, 1),
        ("queue", update("30", "60"), 0),
        ("queue", update("45", "60"), 1),
        ("queue", Action::Create, 1),
        ("key", Action::Create, 1),
        ("key", Action::Delete, 1),
        ("alarm", Action::Create, 1),
        ("deployment", Action::Create, 0),
        ("served deployment", deployed("deploymentId"), 0),
        ("stage", deployed("tag"), 1),
    ] {
        let told = format!("{kind} {action:?}");
        assert_eq!(unplanned(kind, action), count, "{told}");
    }
}

#[test]
fn of_an_empty_plan_nothing_follows() {
    let now = plan(vec![step("deployment", Action::Create)]);
    assert_eq!(plan(vec![]).unplanned(&now).len(), 1);
}
