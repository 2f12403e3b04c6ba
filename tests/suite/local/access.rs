//! Who may reach a deployed API by its address, with requests of an IAM user and of nobody.
use serde_json::{Value, json};

use super::{Stop, local, root};
use crate::support::boto::{Credentials, Place};
use crate::support::project::Project;

const CONFIG: &str = r#"
[app]
name = "addresses"

[[route]]
method = "GET"
path = "/open"
auth = "none"
api_key = false
reply = { hello = "world" }

[[route]]
method = "GET"
path = "/signed"
api_key = false
reply = { hello = "world" }

[api]
"#;

/// A user of the account with this policy, or none.
fn user(place: &Place, name: &str, document: Option<Value>) -> Place {
    place.call("iam", "CreateUser", json!({"UserName": name}));
    if let Some(document) = document {
        let params =
            json!({"UserName": name, "PolicyName": "p", "PolicyDocument": document.to_string()});
        place.call("iam", "PutUserPolicy", params);
    }
    let key = place.call("iam", "CreateAccessKey", json!({"UserName": name}));
    let text = |field: &str| key["AccessKey"][field].as_str().unwrap().to_owned();
    let mut user = place.clone();
    user.credentials = Credentials {
        access_key_id: text("AccessKeyId"),
        secret_access_key: text("SecretAccessKey"),
        session_token: None,
    };
    user
}

fn status(project: &Project, url: &str, path: &str, who: Option<&Place>) -> Value {
    match who {
        Some(place) => {
            let invoke = project.command(["invoke", "--url", url, path, "--json"]);
            invoke.at(place).run().json()["status"].clone()
        }
        None => {
            let asked = json!({"method": "GET", "url": format!("{url}{path}")});
            root(project).call("http", "", asked)["status"].clone()
        }
    }
}

#[test]
fn an_address_is_let_in_or_not_and_nobody_is_given_a_right_by_it() {
    let project = Project::new(CONFIG);
    let _stop = Stop(&project);
    let place = root(&project);
    let invokes = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]});
    let (caller, stranger) = (
        user(&place, "caller", Some(invokes)),
        user(&place, "stranger", None),
    );
    let file = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/signed"},
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]});
    std::fs::write(project.path("policy.json"), file.to_string()).unwrap();
    let mut url = String::new();
    for (keys, nobody, callers) in [
        ("", 200, 200),
        ("allow_ips = [\"127.0.0.1\"]", 200, 200),
        ("allow_ips = [\"203.0.113.0/24\"]", 403, 403),
        (
            "allow_ips = [\"127.0.0.0/8\"]\ndeny_ips = [\"127.0.0.1\"]",
            403,
            403,
        ),
        ("policy = \"policy.json\"", 200, 403),
        ("", 200, 200),
    ] {
        project.configure(&format!("{CONFIG}{keys}"));
        let deployed = local(&project, ["deploy", "--local", "--json"])
            .prebuilt()
            .ok();
        let deployed = deployed.json();
        deployed["url"].as_str().unwrap().clone_into(&mut url);
        assert_eq!(status(&project, &url, "/open", None), nobody, "{keys}");
        assert_eq!(
            status(&project, &url, "/signed", Some(&caller)),
            callers,
            "{keys}"
        );
        // Signed, and without a policy of his own.
        assert_eq!(
            status(&project, &url, "/signed", Some(&stranger)),
            403,
            "{keys}"
        );
        local(&project, ["status", "--local", "--check"]).ok();
    }
}
