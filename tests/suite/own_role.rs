//! `[role] arn` and `[queue] kms_key`: what the user brings is used, and what gatewayq made before
//! in its place goes.
use serde_json::{Value, json};

use crate::support::ministack::{ACCOUNT, Ministack};
use crate::support::project::Project;
use crate::support::workspace;

const MADE: &str = "gatewayq-example-dev-eu-west-1";

fn walkthrough_with(more: &str) -> String {
    let walkthrough = std::fs::read_to_string(workspace().join("gatewayq.toml")).unwrap();
    format!("{walkthrough}\n{more}\n")
}

/// A role of the user's own that Lambda may assume and that may send to the queue.
fn bring_role(ms: &Ministack, name: &str) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let made = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
    ms.call("iam", "CreateRole", made);
    let may = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["sqs:SendMessage", "logs:*"], "Resource": "*"}]});
    let policy = json!({"RoleName": name, "PolicyName": "may", "PolicyDocument": may.to_string()});
    ms.call("iam", "PutRolePolicy", policy);
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn roles(ms: &Ministack) -> Vec<String> {
    ms.inventory().names("roles")
}

#[test]
fn a_role_of_ones_own_takes_the_place_of_the_one_that_was_made() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    assert!(roles(&ms).contains(&MADE.to_owned()));
    let arn = bring_role(&ms, "mine");
    project.configure(&walkthrough_with(&format!("[role]\narn = {arn:?}")));
    let plan = project.on(&ms, ["plan"]).prebuilt().ok();
    assert!(plan.says(&format!("- role {MADE}")), "{plan}");
    let former = format!("- former sender arn:aws:iam::{ACCOUNT}:role/{MADE}");
    assert!(plan.says(&former), "{plan}");
    let deployed = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
    assert_eq!(deployed["role_arn"], arn);
    assert_eq!(deployed["changes"]["deleted"], 2, "{deployed}");
    let function = json!({"FunctionName": "gatewayq-example-dev"});
    let function = ms.call("lambda", "GetFunctionConfiguration", function);
    assert_eq!(function["Role"], arn);
    assert!(!roles(&ms).contains(&MADE.to_owned()));
    project.on(&ms, ["status", "--check"]).ok();
    let again = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
    assert_eq!(again["changes"]["deleted"], 0, "{again}");
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
    project.on(&ms, ["delete", "--yes"]).ok();
    assert_eq!(roles(&ms), ["mine"]);
}

#[test]
fn back_to_a_role_that_gatewayq_makes() {
    let ms = Ministack::start();
    let arn = bring_role(&ms, "mine");
    let project = Project::new(&walkthrough_with(&format!("[role]\narn = {arn:?}")));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    assert!(!roles(&ms).contains(&MADE.to_owned()));
    project.configure(&walkthrough_with(""));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    assert!(roles(&ms).contains(&MADE.to_owned()));
    project.on(&ms, ["delete", "--yes"]).ok();
    assert_eq!(roles(&ms), ["mine"]);
}

/// Somebody else's role of the name that is no longer needed is nobody's business.
#[test]
fn a_foreign_role_of_that_name_is_left() {
    let ms = Ministack::start();
    let arn = bring_role(&ms, "mine");
    bring_role(&ms, MADE);
    let project = Project::new(&walkthrough_with(&format!("[role]\narn = {arn:?}")));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    project.on(&ms, ["delete", "--yes"]).ok();
    let mut left = roles(&ms);
    left.sort();
    assert_eq!(left, [MADE, "mine"]);
}

/// Nor is the user's choice removed where it is the very role that an earlier deploy made.
#[test]
fn the_role_that_was_made_can_be_named_as_ones_own() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{MADE}");
    project.configure(&walkthrough_with(&format!("[role]\narn = {arn:?}")));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    assert!(roles(&ms).contains(&MADE.to_owned()));
}

#[test]
fn both_queues_are_encrypted_with_the_key_and_the_function_may_use_it() {
    let ms = Ministack::start();
    let made = ms.call("kms", "CreateKey", json!({}));
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let project = Project::new(&walkthrough_with(&format!("[queue]\nkms_key = {key:?}")));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    for queue in ["gatewayq-example-dev.fifo", "gatewayq-example-dev-dlq.fifo"] {
        assert_eq!(attributes(&ms, queue)["KmsMasterKeyId"], key, "{queue}");
    }
    let asked = json!({"RoleName": MADE, "PolicyName": "gatewayq"});
    let policy = ms.call("iam", "GetRolePolicy", asked);
    let policy = policy["PolicyDocument"].to_string();
    assert!(policy.contains(&format!("key/{key}")), "{policy}");
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
    let worker = project.on(&ms, ["policy", "worker"]).ok().json();
    assert_eq!(worker["Statement"][1]["Action"], json!(["kms:Decrypt"]));
    project.configure(&walkthrough_with(""));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    let attributes = attributes(&ms, "gatewayq-example-dev.fifo");
    assert_eq!(attributes["SqsManagedSseEnabled"], "true", "{attributes}");
}

fn attributes(ms: &Ministack, queue: &str) -> Value {
    let url = ms.call("sqs", "GetQueueUrl", json!({"QueueName": queue}));
    let asked = json!({"QueueUrl": url["QueueUrl"], "AttributeNames": ["All"]});
    ms.call("sqs", "GetQueueAttributes", asked)["Attributes"].clone()
}

/// On AWS a function whose role was deleted and made anew under the same name cannot decrypt its
/// environment any more; the emulator shows nothing of it. So what is looked at is that the function
/// is another one, made with the new role, and that API Gateway may still invoke it.
#[test]
fn a_role_that_somebody_deleted_comes_back_with_a_new_function() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let role = json!({"RoleName": MADE});
    let before = ms.call("iam", "GetRole", role.clone())["Role"]["RoleId"].clone();
    ms.call(
        "iam",
        "DeleteRolePolicy",
        json!({"RoleName": MADE, "PolicyName": "gatewayq"}),
    );
    ms.call("iam", "DeleteRole", role.clone());
    let deployed = project.on(&ms, ["deploy"]).prebuilt().ok();
    assert!(
        deployed.says("replaced  function gatewayq-example-dev"),
        "{deployed}"
    );
    let after = ms.call("iam", "GetRole", role)["Role"]["RoleId"].clone();
    assert_ne!(before, after);
    let function = ms.call(
        "lambda",
        "GetFunction",
        json!({"FunctionName": "gatewayq-example-dev"}),
    );
    assert_eq!(function["Tags"]["gatewayq:role-id"], after);
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
    project.on(&ms, ["status", "--check"]).ok();
}

/// Somebody takes the boundary off the role, the key off the queue, and puts other code for another
/// processor into the function.
#[test]
fn boundary_key_and_processor_are_put_right() {
    let ms = Ministack::start();
    let key = ms.call("kms", "CreateKey", json!({}))["KeyMetadata"]["KeyId"].clone();
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    let more = format!("[role]\nboundary = \"{boundary}\"\n[queue]\nkms_key = {key}");
    let project = Project::new(&walkthrough_with(&more));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    ms.call(
        "iam",
        "DeleteRolePermissionsBoundary",
        json!({"RoleName": MADE}),
    );
    let url = ms.call(
        "sqs",
        "GetQueueUrl",
        json!({"QueueName": "gatewayq-example-dev.fifo"}),
    );
    let without = json!({"QueueUrl": url["QueueUrl"], "Attributes": {"KmsMasterKeyId": ""}});
    ms.call("sqs", "SetQueueAttributes", without);
    let other = json!({"FunctionName": "gatewayq-example-dev", "Architectures": ["arm64"],
        "ZipFile": {"__bytes__": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}});
    ms.call("lambda", "UpdateFunctionCode", other);
    let drifted = project.on(&ms, ["status", "--check"]).exits(3);
    for field in [
        "PermissionsBoundary",
        "KmsMasterKeyId",
        "Architectures",
        "CodeSha256",
    ] {
        assert!(drifted.says(field), "{field}: {drifted}");
    }
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["status", "--check"]).ok();
    project.on(&ms, ["invoke", "/sendtosqs"]).ok();
}
