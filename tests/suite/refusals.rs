//! Who may not call: the unsigned, the wrongly signed, those without a key, and an API user on a
//! route that is not theirs.
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::boto::Credentials;
use crate::support::ministack::Ministack;
use crate::support::project::Project;

/// A deployed walkthrough, with its URL and the value of its key.
struct Deployed {
    ms: Ministack,
    project: Project,
    url: String,
    key: String,
}

impl Deployed {
    fn new() -> Self {
        let (ms, project) = (Ministack::start(), Project::walkthrough());
        let deployed = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
        let wanted = json!({"apiKey": deployed["api_key_id"], "includeValue": true});
        let key = ms.call("apigateway", "GetApiKey", wanted)["value"]
            .as_str()
            .unwrap()
            .to_owned();
        crate::support::recorder::forbid(&key);
        Self {
            url: deployed["url"].as_str().unwrap().to_owned(),
            ms,
            project,
            key,
        }
    }

    fn api_id(&self) -> &str {
        self.url.split('/').nth(4).unwrap()
    }

    /// Who may only invoke, and only these.
    fn api_user(&self, name: &str, resource: &str) -> Credentials {
        let arn = format!("arn:aws:execute-api:*:*:{}/dev/{resource}", self.api_id());
        self.ms.create_user(
            name,
            &json!({
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arn}],
            }),
        )
    }

    /// `gatewayq invoke` as a user with nothing but `credentials` and the key.
    fn invoke_as(&self, credentials: &Credentials, path: &str) -> crate::support::cli::Output {
        let place = self.ms.aws().acting_as(credentials);
        let invoke = self
            .project
            .command(["invoke", "--url", self.url.as_str(), path, "--json"]);
        invoke.at(&place).env("GATEWAYQ_API_KEY", &self.key).run()
    }
}

#[test]
fn an_api_user_reaches_only_what_the_policy_names() {
    let deployed = Deployed::new();
    let user = deployed.api_user("narrow", "GET/sendtosqs");
    let sent = deployed.invoke_as(&user, "/sendtosqs");
    assert_eq!(
        (sent.code, &sent.json()["status"]),
        (Some(0), &Value::from(202)),
        "{sent}"
    );
    let refused = deployed.invoke_as(&user, "/");
    assert_eq!(
        (refused.code, &refused.json()["status"]),
        (Some(1), &Value::from(403)),
        "{refused}"
    );
}

/// ministack checks the signatures of IAM users, not of an account's root: so a user signs here.
#[test]
fn a_wrong_secret_is_refused() {
    let deployed = Deployed::new();
    let mut user = deployed.api_user("forger", "GET/*");
    assert_eq!(deployed.invoke_as(&user, "/").code, Some(0));
    user.secret_access_key = "0".repeat(40);
    let refused = deployed.invoke_as(&user, "/");
    assert_ne!(refused.code, Some(0), "{refused}");
}

#[test]
fn a_request_without_a_key_is_refused() {
    let deployed = Deployed::new();
    let refused = deployed
        .project
        .on(&deployed.ms, ["invoke", "/", "--no-key", "--json"])
        .exits(1);
    assert_eq!(refused.json()["status"], 403);
    let wrong = deployed
        .project
        .on(&deployed.ms, ["invoke", "/", "--json", "--no-wait"])
        .env("GATEWAYQ_API_KEY", "x".repeat(40));
    assert_eq!(wrong.exits(1).json()["status"], 403);
}

/// Without a signature ministack looks for the API in its default account and region: these
/// stacks are deployed there.
fn deploy_where_the_unsigned_look(config: &str) -> Deployed {
    let (ms, project) = (Ministack::start(), Project::new(config));
    let root = ms.root_of("000000000000");
    let place = ms.aws().acting_as(&root).in_region("us-east-1");
    let deploy = project.command(["deploy", "--json"]).at(&place).prebuilt();
    let url = deploy.ok().json()["url"].as_str().unwrap().to_owned();
    let key = String::new();
    Deployed {
        ms,
        project,
        url,
        key,
    }
}

const OPEN: &str = r#"
[app]
name = "open"

[[route]]
method = "GET"
path = "/"
reply = 1
auth = "none"
api_key = false

[[route]]
method = "GET"
path = "/signed"
reply = 1
api_key = false
"#;

#[test]
fn an_unsigned_request_reaches_only_a_route_without_authorisation() {
    let deployed = deploy_where_the_unsigned_look(OPEN);
    let open = get(&deployed, "/", "");
    assert!(open.contains(" 200 "), "{open}");
    let refused = get(&deployed, "/signed", "");
    assert!(refused.contains(" 403 "), "{refused}");
}

/// The status line of an unsigned request.
fn get(deployed: &Deployed, path: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", deployed.ms.port())).unwrap();
    let (_, target) = deployed.url.split_once("127.0.0.1").unwrap();
    let target = target.split_once('/').unwrap().1;
    write!(stream, "GET /{target}{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nx-api-key: {key}\r\nConnection: close\r\n\r\n", deployed.ms.port()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}
