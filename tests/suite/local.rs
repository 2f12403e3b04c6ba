//! `--local`: the same commands with an emulator that gatewayq brings along.
mod access;
mod authorizers;
mod body;
mod browser;
mod closed;
mod cors;
mod credentials;
mod domain;
mod environment;
mod features;
mod server;
mod versions;

use std::net::TcpListener;
use std::sync::OnceLock;

use serde_json::json;

use crate::support::boto::{Credentials, Place};
use crate::support::cli::Cli;
use crate::support::project::Project;
use crate::support::{recorder, target_dir};

/// The folder in the target folder that is the cache of all runs, so that the emulator is installed once.
const CACHE: &str = "test-cache";

pub(crate) fn local<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    install_once();
    cached(project, args)
        // Nobody is there: the local AWS is on this machine, whatever the network needs.
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("all_proxy", "socks5://127.0.0.1:1")
        .env("AWS_CA_BUNDLE", "/nowhere.pem")
        .env("AWS_PROFILE", "nobody")
}

/// With the network that there is.
pub(crate) fn cached<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    project
        .command(args)
        .env("XDG_CACHE_HOME", target_dir().join(CACHE))
}

/// The first use installs the emulator, from the network that there is: not with proxies that are not there.
fn install_once() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let project = Project::walkthrough();
        cached(&project, ["local", "start"]).ok();
        cached(&project, ["local", "stop"]).ok();
    });
}

/// Stops the emulator however the test ends.
pub(crate) struct Stop<'a>(pub &'a Project);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        let _ = local(self.0, ["local", "stop"]).run();
    }
}

/// Starts the local AWS of a project and gives its root's place. The secret must be in no output from now on.
fn root(project: &Project) -> Place {
    let env = local(project, ["local", "env", "--json"]).ok().json();
    let text = |name: &str| env[name].as_str().unwrap().to_owned();
    recorder::forbid(&text("AWS_SECRET_ACCESS_KEY"));
    Place {
        endpoint: text("AWS_ENDPOINT_URL"),
        region: text("AWS_REGION"),
        credentials: Credentials {
            access_key_id: text("AWS_ACCESS_KEY_ID"),
            secret_access_key: text("AWS_SECRET_ACCESS_KEY"),
            session_token: None,
        },
    }
}

/// The same keys with a secret that somebody guessed.
fn guessed(place: &Place) -> Place {
    let mut guess = place.clone();
    guess.credentials.secret_access_key = "test".to_owned();
    guess
}

/// A REST API with a signed GET of `/signed` and a GET of `/open` for everybody; gives its stage's URL.
fn api(place: &Place) -> String {
    let call = |operation: &str, params| place.call("apigateway", operation, params);
    let id = call("CreateRestApi", json!({"name": "api"}))["id"].clone();
    let root = call("GetResources", json!({"restApiId": id}))["items"][0]["id"].clone();
    for (path, authorization) in [("signed", "AWS_IAM"), ("open", "NONE")] {
        let resource = json!({"restApiId": id, "parentId": root, "pathPart": path});
        let resource = call("CreateResource", resource)["id"].clone();
        let method = |more: serde_json::Value| {
            let mut params = json!({"restApiId": id, "resourceId": resource, "httpMethod": "GET"});
            let params_map = params.as_object_mut().unwrap();
            params_map.extend(more.as_object().unwrap().clone());
            params
        };
        call(
            "PutMethod",
            method(json!({"authorizationType": authorization})),
        );
        let template = json!({"application/json": "{\"statusCode\": 200}"});
        let mock = json!({"type": "MOCK", "requestTemplates": template});
        call("PutIntegration", method(mock));
        call("PutMethodResponse", method(json!({"statusCode": "200"})));
        call(
            "PutIntegrationResponse",
            method(json!({"statusCode": "200"})),
        );
    }
    call(
        "CreateDeployment",
        json!({"restApiId": id, "stageName": "dev"}),
    );
    let id = id.as_str().unwrap();
    format!("{}/restapis/{id}/dev/_user_request_", place.endpoint)
}

#[test]
fn the_first_command_of_the_readme() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    local(&project, ["deploy", "--local"]).prebuilt().ok();
    let sent = local(&project, ["invoke", "/sendtosqs", "--local", "--json"])
        .ok()
        .json();
    assert_eq!(sent["body"]["message_status"], "success");
    let status = local(&project, ["status", "--local", "--check"]).ok();
    assert!(
        status.says("waiting 1"),
        "the task can be seen on the queue: {status}"
    );

    // What is in it survives a stop; reset takes it away.
    local(&project, ["local", "stop"]).ok();
    assert_eq!(
        local(&project, ["local", "status", "--json"]).ok().json()["running"],
        false
    );
    local(&project, ["status", "--local", "--check"]).ok();
    local(&project, ["delete", "--local", "--yes"]).ok();
    local(&project, ["local", "reset"]).ok();
    local(&project, ["status", "--local", "--check"]).exits(3);
}

#[test]
fn a_port_that_is_taken() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let listener = (20_000..30_000)
        .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = local(&project, ["local", "start"])
        .env("GATEWAYQ_LOCAL_PORT", &port)
        .exits(1);
    let error = output.stderr.split_once("error:").unwrap().1;
    insta::assert_snapshot!(error.replace(&port, "PORT"));
}
