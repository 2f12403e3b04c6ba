//! Who judges callers changes: whatever breaks that deploy, the next one is right, and nothing is left of what went.
use serde_json::{Value, json};

use super::bulk;
use super::scenario::{FIRST, Scenario};
use crate::support::ministack::{ACCOUNT, REGION};
use crate::support::own_function;
use crate::support::proxy::{Fault, Rule, When};

/// Two functions of somebody's own that could judge.
const JUDGES: [&str; 2] = ["judge", "other"];
/// The authorizers' names: with what they keep for their lives, of a function a hash of its URI.
const COGNITO: &str = "customers-cognito";
const JUDGE: &str = "partners-lambda-4929acd8";
const OTHER: &str = "partners-lambda-276bcbd5";

fn scenario() -> Scenario {
    let scenario = Scenario::new();
    for name in JUDGES {
        own_function::make(&scenario.ms.aws(), name, "");
    }
    scenario
}

/// Both kinds, the function and the user pool by their names.
fn config(function: &str, pool: &str) -> String {
    format!(
        r#"
[app]
name = "shop"

[[route]]
method = "GET"
path = "/mine"
auth = "customers"
reply = {{ hello = "you" }}

[[route]]
method = "POST"
path = "/theirs"
auth = "partners"
task = "tasks.add"

[authorizers.customers]
type = "cognito"
user_pools = ["arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"]

[authorizers.partners]
type = "lambda"
function = "{function}"
kind = "token"
"#
    )
}

/// The statements that let API Gateway invoke the two functions.
fn statements(scenario: &Scenario) -> [Vec<Value>; 2] {
    let inventory = scenario.ms.inventory();
    JUDGES.map(|name| {
        let policy = &inventory.0["functions"][name]["Policy"]["Statement"];
        policy.as_array().cloned().unwrap_or_default()
    })
}

/// The names of the API's authorizers.
fn authorizers(scenario: &Scenario) -> Vec<String> {
    let inventory = scenario.ms.inventory();
    let apis = inventory.0["rest_apis"].as_object().unwrap().values();
    let names = apis.flat_map(|api| api["authorizers"].as_object().unwrap().keys());
    names.cloned().collect()
}

#[track_caller]
fn assert_is(scenario: &Scenario, names: &[&str], let_in: [usize; 2], case: &str) {
    scenario.assert_settled(case);
    assert_eq!(authorizers(scenario), names, "{case}");
    let statements = statements(scenario).map(|all| all.len());
    assert_eq!(statements, let_in, "{case}");
}

/// Runs a deploy with this fault, and once more where it was killed. False where it was over before.
fn disturbed(scenario: &Scenario, n: usize, fault: &Fault) -> bool {
    scenario.proxy.reset();
    scenario.proxy.inject(When::Write(n), fault.clone());
    let running = scenario.deploy().spawn();
    scenario.proxy.aim(running.pid());
    let output = running.wait();
    let calls = scenario.proxy.record();
    if *fault == Fault::KillAfter && output.signal.is_some() {
        scenario.proxy.reset();
        scenario.deploy().ok();
        return true;
    }
    assert_eq!(output.code, Some(0), "{fault:?} at {n}: {output}\n{calls}");
    scenario.proxy.faults_left() == 0
}

/// In, another function and another pool, and out again, with a fault at each write of each of these.
fn a_fault_at_any_write_is_repaired(fault: &Fault) {
    let scenario = scenario();
    for n in 0.. {
        let case = |what: &str| format!("{fault:?} at write {n} of {what}");
        scenario.project.configure(FIRST);
        scenario.deploy().ok();
        scenario.project.configure(&config("judge", "eu-west-1_a"));
        let mut met = disturbed(&scenario, n, fault);
        assert_is(&scenario, &[COGNITO, JUDGE], [1, 0], &case("on"));
        scenario.project.configure(&config("other", "eu-west-1_b"));
        met |= disturbed(&scenario, n, fault);
        assert_is(&scenario, &[COGNITO, OTHER], [0, 1], &case("change"));
        scenario.project.configure(FIRST);
        met |= disturbed(&scenario, n, fault);
        assert_is(&scenario, &[], [0, 0], &case("off"));
        if !met {
            break;
        }
    }
}

#[test]
fn a_kill_after_any_write_about_authorizers_is_repaired_by_the_next_run() {
    a_fault_at_any_write_is_repaired(&Fault::KillAfter);
}

#[test]
fn a_lost_answer_of_any_write_about_authorizers_makes_no_duplicate() {
    a_fault_at_any_write_is_repaired(&Fault::CutAfter);
}

/// A stage that never had any is asked nothing of them; one that has some lists them once.
#[test]
fn the_calls_about_authorizers_are_made_where_there_are_some() {
    let scenario = scenario();
    let about = |wanted: &str| {
        let record = scenario.proxy.record();
        let calls = record.calls.iter();
        calls.filter(|call| call.operation.contains(wanted)).count()
    };
    scenario.deploy().ok();
    scenario.status().ok();
    assert_eq!((about("Authorizer"), about("TagResource")), (0, 0));
    scenario.project.configure(&config("judge", "eu-west-1_a"));
    scenario.deploy().ok();
    scenario.proxy.reset();
    scenario.status().ok();
    assert_eq!(about("GetAuthorizers"), 1);
    scenario.delete().ok();
    assert_eq!(statements(&scenario).concat(), Vec::<Value>::new());
}

/// Between a user pool and a function of the same name: AWS changes none into the other.
#[test]
fn an_authorizer_of_another_type_takes_the_place_of_one() {
    let scenario = scenario();
    let pool = config("judge", "eu-west-1_a");
    let (before, after) = pool.split_once("[authorizers.customers]").unwrap();
    let (_, partners) = after.split_once("[authorizers.partners]").unwrap();
    let function = format!(
        "{before}[authorizers.customers]\ntype = \"lambda\"\nfunction = \"other\"\nkind = \"request\"\n\
         [authorizers.partners]{partners}"
    );
    for (config, names, let_in) in [
        (&pool, [COGNITO, JUDGE], [1, 0]),
        (
            &function,
            [&OTHER.replace("partners", "customers"), JUDGE],
            [1, 1],
        ),
        (&pool, [COGNITO, JUDGE], [1, 0]),
    ] {
        scenario.project.configure(config);
        scenario.deploy().ok();
        assert_is(&scenario, &names, let_in, names[0]);
    }
}

/// Methods with an authorizer are made one by one, beside one call for all others.
#[test]
fn an_import_leaves_out_what_has_an_authorizer() {
    let scenario = scenario();
    scenario.switch_on(&[Rule::PutRestApi { security: true }]);
    let own = config("judge", "eu-west-1_a");
    let (_, own) = own.split_once("[[route]]").unwrap();
    let many = bulk::routes(bulk::SOME, 0);
    scenario
        .project
        .configure(&format!("{many}\n[[route]]{own}"));
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert_eq!(record.of("PutRestApi").len(), 1, "{record}");
    assert_eq!(record.of("PutMethod").len(), 2, "{record}");
    scenario.assert_settled("many");
    // And those that lose it are made anew.
    let open = format!("{many}\n[[route]]{own}").replace("auth = \"partners\"", "auth = \"iam\"");
    let (open, _) = open.split_once("[authorizers.partners]").unwrap();
    scenario.project.configure(open);
    scenario.deploy().ok();
    assert_is(&scenario, &[COGNITO], [0, 0], "without one");
}

/// AWS's own rules, which the emulator's files add: deploys are held to them in all of these tests.
#[test]
fn the_emulator_keeps_to_awss_rules_about_authorizers() {
    let scenario = Scenario::new();
    let call = |operation: &str, params: Value| scenario.ms.call("apigateway", operation, params);
    let refused = |operation: &str, params: Value| {
        let refused = scenario.ms.aws().try_call("apigateway", operation, params);
        let refused = refused.unwrap_err();
        (refused.status, refused.message)
    };
    let api = call("CreateRestApi", json!({"name": "rules"}));
    let pool = format!("arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/eu-west-1_a");
    let one = json!({
        "restApiId": api["id"], "name": "one", "type": "COGNITO_USER_POOLS",
        "identitySource": "method.request.header.Authorization", "providerARNs": [pool],
    });
    let made = call("CreateAuthorizer", one.clone());
    let (status, told) = refused("CreateAuthorizer", one);
    assert!(
        status == 400 && told.starts_with("Authorizer name must be unique."),
        "{told}"
    );
    let mut method = json!({
        "restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET",
        "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "nobody",
    });
    let (status, told) = refused("PutMethod", method.clone());
    assert!(
        status == 400 && told.starts_with("Invalid authorizer ID specified."),
        "{told}"
    );
    method["authorizerId"] = made["id"].clone();
    call("PutMethod", method.clone());
    let one = json!({"restApiId": api["id"], "authorizerId": made["id"]});
    let (status, told) = refused("DeleteAuthorizer", one.clone());
    let words = "Cannot delete authorizer 'one', is referenced in method: GET//";
    assert_eq!((status, told.as_str()), (409, words));
    for name in ["authorizationType", "authorizerId"] {
        method.as_object_mut().unwrap().remove(name);
    }
    let patch = json!([{"op": "add", "path": "/authorizationScopes", "value": "a/b"}]);
    method["patchOperations"] = patch;
    let patched = call("UpdateMethod", method.clone());
    assert_eq!(patched["authorizationScopes"], json!(["a/b"]));
    method.as_object_mut().unwrap().remove("patchOperations");
    call("DeleteMethod", method);
    call("DeleteAuthorizer", one);
}
