//! A function of somebody's own beside the stages, in Python.
use serde_json::{Value, json};

use super::boto::Place;

/// Its role's name; it is made with the first function of an account.
const ROLE: &str = "own-functions";

/// Makes the function called `name`, with version 1: `judge` in the file `judge.py`.
#[track_caller]
pub(crate) fn make(place: &Place, name: &str, code: &str) {
    let function = json!({
        "FunctionName": name, "Runtime": "python3.13", "Handler": "judge.judge", "Role": role(place),
        "Code": {"ZipFile": {"__zip__": {"judge.py": code}}}, "Publish": true,
    });
    place.call("lambda", "CreateFunction", function);
}

#[track_caller]
fn role(place: &Place) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"},
    }]});
    let made = json!({"RoleName": ROLE, "AssumeRolePolicyDocument": trust.to_string()});
    let role = match place.try_call("iam", "CreateRole", made) {
        Ok(role) => role,
        Err(_) => place.call("iam", "GetRole", json!({"RoleName": ROLE})),
    };
    role["Role"]["Arn"].clone()
}
