//! What others added on purpose stays, and is no difference.
use serde_json::{Value, json};

use super::super::scenario::{CHANGED, Scenario};
use super::{Stage, deploy};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:shop-dev";
const ROLE: &str = "shop-dev-eu-west-1";

#[test]
fn additions_of_others_stay() {
    let scenario = Scenario::new();
    let ids = deploy(&scenario);
    let stage = Stage {
        scenario: &scenario,
        ids,
    };
    add(&stage);
    scenario.assert_settled("additions");
    let before = additions(&stage);
    scenario.project.configure(CHANGED);
    scenario.deploy().ok();
    assert_eq!(additions(&stage), before);
}

fn add(stage: &Stage) {
    let tag = json!({"team": "blue"});
    stage.call(
        "lambda",
        "TagResource",
        json!({"Resource": FUNCTION, "Tags": tag}),
    );
    stage.call(
        "sqs",
        "TagQueue",
        json!({"QueueUrl": stage.id("queue_url"), "Tags": tag}),
    );
    stage.call(
        "iam",
        "TagRole",
        json!({"RoleName": ROLE, "Tags": [{"Key": "team", "Value": "blue"}]}),
    );
    let params = json!({"FunctionName": "shop-dev", "StatementId": "theirs", "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com"});
    stage.call("lambda", "AddPermission", params);
    let params = json!({"FunctionName": "shop-dev", "ReservedConcurrentExecutions": 5});
    stage.call("lambda", "PutFunctionConcurrency", params);
    let params = json!({"RoleName": ROLE, "PolicyName": "theirs", "PolicyDocument": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"}]}"#});
    stage.call("iam", "PutRolePolicy", params);
    stage.api(
        "CreateDeployment",
        json!({"stageName": "theirs", "description": "theirs"}),
    );
}

fn additions(stage: &Stage) -> Value {
    let name = json!({"FunctionName": "shop-dev"});
    let statements = stage.call("lambda", "GetPolicy", name.clone())["Policy"].clone();
    let queue = json!({"QueueUrl": stage.id("queue_url")});
    let role = json!({"RoleName": ROLE});
    let found = json!({
        "function": stage.call("lambda", "ListTags", json!({"Resource": FUNCTION}))["Tags"]["team"],
        "queue": stage.call("sqs", "ListQueueTags", queue)["Tags"]["team"],
        "role": stage.call("iam", "ListRoleTags", role.clone())["Tags"].as_array().unwrap().len(),
        "policies": stage.call("iam", "ListRolePolicies", role)["PolicyNames"],
        "statement": statements.as_str().unwrap().contains("theirs"),
        "concurrency": stage.call("lambda", "GetFunctionConcurrency", name)["ReservedConcurrentExecutions"],
        "stage": stage.api("GetStage", json!({"stageName": "theirs"}))["description"],
    });
    assert_eq!(found["function"], "blue", "{found}");
    assert_eq!(found["concurrency"], 5, "{found}");
    assert_eq!(found["statement"], true, "{found}");
    found
}
