//! Results that are for the senders of their tasks alone: principals and keys, with a real worker between them.
use serde_json::{Value, json};

use super::{LONG, Stage};
use crate::support::boto::{Credentials, Place};
use crate::support::{python, recorder, wait};

const CONFIG: &str = r#"
[app]
name = "owned"

[[route]]
method = "POST"
path = "/send"
task = "tests.echo"
options = ["task_id"]
api_key = false

[[route]]
method = "GET"
path = "/results/{task_id}"
result = true
api_key = false

[[route]]
method = "POST"
path = "/keyed/send"
task = "tests.echo"
auth = "none"

[[route]]
method = "GET"
path = "/keyed/results/{task_id}"
result = true
auth = "none"

[results]
result_owner = true
"#;

impl Stage {
    /// A user of the stage's account who may call every route.
    fn user(&self, name: &str) -> Place {
        let call = |operation: &str, params: Value| self.aws.call("iam", operation, params);
        call("CreateUser", json!({"UserName": name}));
        let statement = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        call(
            "PutUserPolicy",
            json!({"UserName": name, "PolicyName": "only", "PolicyDocument": document}),
        );
        let key = &call("CreateAccessKey", json!({"UserName": name}))["AccessKey"];
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        let secret_access_key = text("SecretAccessKey");
        recorder::forbid(&secret_access_key);
        self.aws.acting_as(&Credentials {
            access_key_id: text("AccessKeyId"),
            secret_access_key,
            session_token: None,
        })
    }

    /// A consumer's key, as a header.
    fn key(&self, name: &str) -> String {
        let keys = |action: &str| {
            self.project
                .command(["keys", action, name])
                .at(&self.aws)
                .ok()
        };
        keys("create");
        let value = keys("show").stdout;
        recorder::forbid(value.trim());
        format!("x-api-key: {}\r\n", value.trim())
    }

    /// Status and body of a command that sends a request as this user.
    fn as_user(&self, user: &Place, args: &[&str]) -> (Value, Value) {
        let more = ["--url", self.url.as_str(), "--no-key", "--json"];
        let command = self.project.command(args.iter().copied()).args(more);
        let printed = command.at(user).run().json();
        (printed["status"].clone(), printed["body"].clone())
    }

    #[track_caller]
    fn sent_by(&self, user: &Place, body: &Value) -> String {
        let body = body.to_string();
        let (status, sent) = self.as_user(user, &["invoke", "POST", "/send", "-d", &body]);
        assert_eq!(status, 202, "{sent}");
        sent["task_id"].as_str().unwrap().to_owned()
    }

    /// The arguments that the task was run with.
    #[track_caller]
    fn result_for(&self, user: &Place, id: &str) -> Value {
        let (status, answer) = self.as_user(user, &["result", id, "--wait", "60"]);
        assert_eq!(
            (&status, &answer["task_id"]),
            (&json!(200), &json!(id)),
            "{answer}"
        );
        answer["result"]["args"].clone()
    }

    #[track_caller]
    fn assert_refuses(&self, user: &Place, id: &str) {
        let reason = json!({"message_status": "refused", "reason": "a result is for the sender of its task alone"});
        assert_eq!(self.as_user(user, &["result", id]), (json!(403), reason));
    }
}

#[test]
fn a_result_is_answered_to_the_principal_that_sent_the_task() {
    let stage = Stage::of(CONFIG);
    let [anna, bert] = ["anna", "bert"].map(|name| stage.user(name));
    let _worker = stage.worker(python::main());
    let annas = stage.sent_by(&anna, &json!({"args": [1]}));
    assert_eq!(stage.result_for(&anna, &annas), json!([1]));
    for (stranger, id) in [
        (&bert, annas.as_str()),
        (&stage.aws, &annas),
        (&bert, "of-no-task"),
    ] {
        stage.assert_refuses(stranger, id);
    }
    // Who names a task like another's sends a task of their own.
    let berts = stage.sent_by(&bert, &json!({"args": [2], "task_id": annas}));
    assert_ne!(berts, annas);
    assert_eq!(stage.result_for(&bert, &berts), json!([2]));
    assert_eq!(stage.result_for(&anna, &annas), json!([1]));
    stage.assert_refuses(&anna, &berts);
}

#[test]
fn a_result_is_answered_to_the_key_that_sent_the_task() {
    let stage = Stage::of(CONFIG);
    let [acme, other] = ["acme", "other"].map(|name| stage.key(name));
    let _worker = stage.worker(python::main());
    let (status, sent) = stage.ask_with(&acme, "POST", "/keyed/send", r#"{"args": [3]}"#);
    assert_eq!(status, 202, "{sent}");
    let id = sent["task_id"].as_str().unwrap();
    let path = format!("/keyed/results/{id}");
    let found = wait::until("a result", LONG, || {
        let (status, answer) = stage.ask_with(&acme, "GET", &path, "");
        (status == 200).then_some(answer)
    });
    assert_eq!(found["result"]["args"], json!([3]));
    let (status, answer) = stage.ask_with(&other, "GET", &path, "");
    assert_eq!(
        (status, &answer["message_status"]),
        (403, &json!("refused"))
    );
    // Without a key API Gateway refuses, and the same name signed is another caller.
    assert_eq!(stage.ask("GET", &path, "").0, 403);
    stage.assert_refuses(&stage.aws, id);
}
