//! A custom domain name at the local AWS: by its name, signed by a user, and with `invoke`.
use serde_json::json;

use super::{Stop, local, root};
use crate::support::boto::{Credentials, Place};
use crate::support::project::Project;

const CONFIG: &str = r#"
[app]
name = "named"

[[route]]
method = "GET"
path = "/hello"
reply = { hello = "STAGE" }

[domain]
name = "api.shop.test"
certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"

# Not v2: the emulator answers that path itself, as a registry of containers.
[stages.v2.domain]
base_path = "second"
"#;

/// A user who may invoke every API, and nothing else.
fn caller(place: &Place) -> Credentials {
    let allowed = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]});
    place.call("iam", "CreateUser", json!({"UserName": "caller"}));
    let policy =
        json!({"UserName": "caller", "PolicyName": "p", "PolicyDocument": allowed.to_string()});
    place.call("iam", "PutUserPolicy", policy);
    let made = place.call("iam", "CreateAccessKey", json!({"UserName": "caller"}));
    let text = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
    Credentials {
        access_key_id: text("AccessKeyId"),
        secret_access_key: text("SecretAccessKey"),
        session_token: None,
    }
}

#[test]
fn stages_answer_by_the_name_to_whoever_signs() {
    let project = Project::new(&CONFIG.replace("STAGE", "first"));
    let _stop = Stop(&project);
    let place = root(&project);
    local(&project, ["deploy", "--local", "--stage", "dev"])
        .prebuilt()
        .ok();
    project.configure(&CONFIG.replace("STAGE", "second"));
    let second = local(&project, ["deploy", "--local", "--stage", "v2", "--json"]);
    let second = second.prebuilt().ok().json();
    assert_eq!(second["domain"]["url"], "https://api.shop.test/second");
    let target = second["domain"]["alias_target"].as_str().unwrap();

    for (stage, answer) in [("dev", "first"), ("v2", "second")] {
        for more in [&[][..], &["--no-domain"]] {
            let words = ["invoke", "--local", "--stage", stage, "/hello"];
            let said = local(&project, words.iter().chain(more).copied()).ok();
            assert!(said.says(answer), "{said}");
        }
    }
    let status = local(&project, ["status", "--local", "--stage", "v2"]).ok();
    assert!(status.says("https://api.shop.test/second"), "{status}");
    assert!(status.says(target), "{status}");

    let key = place.call("apigateway", "GetApiKeys", json!({"includeValues": true}));
    let keys = key["items"].as_array().unwrap().iter();
    let values = keys.filter(|key| key["name"] == "named-v2");
    let key = values.map(|key| key["value"].clone()).next().unwrap();
    let asked = json!({"method": "GET", "url": format!("{}/second/hello", place.endpoint),
        "headers": {"host": "api.shop.test", "x-api-key": key}});
    let unsigned = place.call("http", "", asked.clone());
    assert_eq!(unsigned["status"], 403, "{unsigned}");
    let mut signed = asked;
    signed["signed_for"] = json!("execute-api");
    let caller = place.acting_as(&caller(&place));
    let answer = caller.call("http", "", signed);
    assert_eq!(answer["status"], 200, "{answer}");

    for stage in ["dev", "v2"] {
        local(&project, ["delete", "--local", "--yes", "--stage", stage]).ok();
    }
    let left = place.call("apigateway", "GetDomainNames", json!({}));
    assert_eq!(left["items"].as_array().map_or(0, Vec::len), 0, "{left}");
}
