//! `gatewayq doctor`: each line with a verdict, and with the way to fix it.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::policies::{emulated, place, policy};
use crate::support::cli::Output;
use crate::support::handler;
use crate::support::http::{Asked, Server, answer};
use crate::support::ministack::Ministack;
use crate::support::project::Project;

/// Verdicts by check.
fn verdicts(output: &Output) -> BTreeMap<String, String> {
    let told = output.json();
    let checks = told["checks"].as_array().unwrap().iter();
    checks
        .map(|check| {
            let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
            let fixable = check["verdict"] == "ok" || !text("help").is_empty();
            assert!(fixable, "no way to fix it: {check}");
            (text("name"), text("verdict"))
        })
        .collect()
}

#[test]
fn a_machine_and_an_account_that_are_ready() {
    // The target is installed with the first build of the handler.
    handler::bootstrap();
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let before = ms.inventory();
    let verdicts = verdicts(&project.on(&ms, ["doctor", "--json"]).ok());
    for name in [
        "gatewayq.toml",
        "cargo",
        "rustc",
        "target",
        "C compiler",
        "credentials",
        "region",
        "CloudWatch role",
        "quota of REST APIs",
        "quota of usage plans",
        "quota of API keys",
    ] {
        assert_eq!(
            verdicts.get(name).map(String::as_str),
            Some("ok"),
            "{name}: {verdicts:?}"
        );
    }
    // The administrator of the emulator is an account's root: there is nothing to simulate.
    assert_eq!(verdicts["permissions"], "warn");
    assert_eq!(before, ms.inventory());
}

/// The emulator's simulation knows no context, so the conditions are left out here.
fn without_conditions(document: &Value) -> Value {
    let mut document = emulated(document);
    for statement in document["Statement"].as_array_mut().unwrap() {
        statement.as_object_mut().unwrap().remove("Condition");
    }
    document
}

#[test]
fn each_statement_of_the_deployer_is_simulated_where_that_is_allowed() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let document = policy(&ms, &project, &["deployer"]);
    let mut allowed = without_conditions(&document);
    let credentials = ms.create_user("deployer", &allowed);
    let deployer = place(&ms, &credentials);
    let doctor = || project.command(["doctor", "--json"]).at(&deployer);
    let unasked = doctor().ok();
    assert_eq!(verdicts(&unasked)["permissions"], "warn");
    assert!(unasked.says("may not simulate"), "{unasked}");

    let simulate =
        json!({"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": "*"});
    let statements = allowed["Statement"].as_array_mut().unwrap();
    statements.push(simulate);
    ms.set_user_policy("deployer", &allowed);
    let all = verdicts(&doctor().ok());
    assert_eq!(all["permissions: Queues"], "ok", "{all:?}");

    let mut less = allowed.clone();
    let queues = less["Statement"].as_array_mut().unwrap();
    let queues = queues
        .iter_mut()
        .find(|one| one["Sid"] == "Queues")
        .unwrap();
    let actions = queues["Action"].as_array_mut().unwrap();
    actions.retain(|action| action != "sqs:DeleteQueue");
    ms.set_user_policy("deployer", &less);
    let lacking = doctor().exits(1);
    assert_eq!(verdicts(&lacking)["permissions: Queues"], "fail");
    assert!(lacking.says("missing: sqs:DeleteQueue"), "{lacking}");
}

#[test]
fn what_is_missing_is_told_and_the_rest_is_looked_at_all_the_same() {
    let project = Project::walkthrough();
    let nobody = project
        .command(["doctor", "--json"])
        .env("AWS_REGION", "eu-west-1");
    let nobody = verdicts(&nobody.exits(1));
    assert_eq!(
        (nobody["credentials"].as_str(), nobody["cargo"].as_str()),
        ("fail", "ok")
    );

    let ms = Ministack::start();
    let bare = project
        .on(&ms, ["doctor", "--json"])
        .env("PATH", "/nowhere");
    let bare = verdicts(&bare.exits(1));
    for name in ["cargo", "rustc", "C compiler"] {
        assert_eq!(bare[name], "fail", "{name}");
    }
    assert_eq!(bare["credentials"], "ok");

    project.configure("[app]\nname = 7\n");
    let wrong = project.on(&ms, ["doctor"]).exits(1);
    assert!(wrong.says("fail  gatewayq.toml"), "{wrong}");
}

#[test]
fn a_logging_role_that_is_gone_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let gone = "arn:aws:iam::111122223333:role/gone";
    let patch = json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": gone}]);
    ms.call(
        "apigateway",
        "UpdateAccount",
        json!({"patchOperations": patch}),
    );
    let told = project.on(&ms, ["doctor"]).ok();
    assert!(told.says("role/gone does not exist"), "{told}");
}

/// The ARN of a session leaves out its role's path, and IAM finds no role without it. What SSO makes has one.
#[test]
fn a_role_of_sso_is_simulated_with_its_path() {
    const NAME: &str = "AWSReservedSSO_Admin_0a1b2c3d";
    const PATH: &str = "aws-reserved/sso.amazonaws.com/eu-west-1";
    let body = |asked: &Asked| String::from_utf8_lossy(&asked.body).into_owned();
    let server = Server::start(move |asked, _| {
        let arn = match body(asked) {
            text if text.contains("GetCallerIdentity") => {
                format!("arn:aws:sts::123456789012:assumed-role/{NAME}/me")
            }
            text if text.contains("Action=GetRole&") => {
                format!("arn:aws:iam::123456789012:role/{PATH}/{NAME}")
            }
            _ => {
                return answer(
                    400,
                    "text/xml",
                    b"<ErrorResponse><Error><Code>Other</Code></Error></ErrorResponse>",
                );
            }
        };
        let xml = match arn.contains(PATH) {
            false => format!(
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><Account>123456789012</Account>\
                 </GetCallerIdentityResult></GetCallerIdentityResponse>"
            ),
            true => format!(
                "<GetRoleResponse><GetRoleResult><Role><Path>/{PATH}/</Path><RoleName>{NAME}</RoleName>\
                 <RoleId>A</RoleId><Arn>{arn}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></Role>\
                 </GetRoleResult></GetRoleResponse>"
            ),
        };
        answer(200, "text/xml", xml.as_bytes())
    });
    Project::walkthrough()
        .command(["doctor"])
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
        .env("GATEWAYQ_MAX_WAIT", "1")
        .run();
    let asked = server.asked();
    let simulated: Vec<String> = asked
        .iter()
        .map(body)
        .filter(|text| text.contains("SimulatePrincipalPolicy"))
        .collect();
    let wanted = format!("role%2F{}%2F{NAME}", PATH.replace('/', "%2F"));
    assert!(!simulated.is_empty());
    assert!(
        simulated.iter().all(|text| text.contains(&wanted)),
        "{simulated:?}"
    );
}
