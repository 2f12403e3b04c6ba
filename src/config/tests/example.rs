use serde_json::json;

use super::{good, with};
use crate::config::settings::{Action, Auth};

const EXAMPLE: &str = include_str!("../../../gatewayq.toml");

#[test]
fn the_project_file_is_the_walkthrough() {
    let settings = good(EXAMPLE);
    let [root, send] = settings.routes.as_slice() else {
        panic!("{:?}", settings.routes)
    };
    assert_eq!((root.method.as_str(), root.path.as_str()), ("GET", "/"));
    assert_eq!(root.action, Action::Reply(json!({"hello": "world"})));
    assert_eq!(
        (send.method.as_str(), send.path.as_str()),
        ("GET", "/sendtosqs")
    );
    let Action::Task(task) = &send.action else {
        panic!("{:?}", send.action)
    };
    assert_eq!(task.names, ["tasks.add"]);
    assert_eq!(task.args, Some(vec![json!(2), json!(2)]));
    assert!(
        settings
            .routes
            .iter()
            .all(|route| route.auth == Auth::Iam && route.api_key)
    );
}

#[test]
fn what_is_not_said_has_its_default() {
    let settings = serde_json::to_value(with("")).unwrap();
    let wanted = json!({
        "app": "shop",
        "stage": "dev",
        "tags": {},
        "routes": [
            {"method": "GET", "path": "/", "auth": "iam", "api_key": true, "action": {"reply": 1}}
        ],
        "function": {
            "memory": 256, "timeout": 10, "architecture": "x86_64", "environment": {},
            "log_retention": 14, "target": null, "crate_dir": null
        },
        "queue": {
            "visibility_timeout": 300, "retention": 345_600, "max_receives": 5,
            "dead_letter_retention": 1_209_600, "kms_key": null, "senders": []
        },
        "usage_plan": {"rate": 10.0, "burst": 20, "quota": null},
        "api": {
            "log_level": "ERROR", "metrics": true, "rate": 100.0, "burst": 200, "log_retention": 14
        },
        "role": {"boundary": null, "arn": null}
    });
    assert_eq!(settings, wanted);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8Path::from_path(folder.path())
        .unwrap()
        .join("gatewayq.toml");
    std::fs::write(&path, format!("\u{feff}{}", EXAMPLE.replace('\n', "\r\n"))).unwrap();
    assert_eq!(crate::config::load(&path, "dev").unwrap(), good(EXAMPLE));
}
