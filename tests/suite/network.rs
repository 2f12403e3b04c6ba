//! A company's network: everything goes through a proxy that opens TLS with a certificate authority of its own.
use std::fs;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use crate::support::authority::Authority;
use crate::support::cli::Cli;
use crate::support::http::{Asked, answer};
use crate::support::ports;
use crate::support::project::Project;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>A</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// The proxy. Every host of AWS that is asked for through it is played by it.
struct CompanyProxy {
    port: u16,
    /// The certificate authority, as PEM.
    authority: String,
    memory: Arc<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The CONNECT lines, with the Proxy-Authorization behind them.
    tunnels: Mutex<Vec<String>>,
    /// The requests in the tunnels: the host, and the request's line.
    requests: Mutex<Vec<String>>,
}

impl CompanyProxy {
    fn start() -> Self {
        let port = ports::free();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let issuer = Authority::new();
        let authority = issuer.pem();
        let memory = Arc::new(Memory::default());
        let proxys = Arc::clone(&memory);
        thread::spawn(move || {
            for stream in listener.incoming() {
                tunnel(stream.unwrap(), &issuer, &proxys);
            }
        });
        Self {
            port,
            authority,
            memory,
        }
    }

    fn tunnels(&self) -> Vec<String> {
        self.memory.tunnels.lock().unwrap().clone()
    }

    fn requests(&self) -> Vec<String> {
        self.memory.requests.lock().unwrap().clone()
    }
}

/// One CONNECT, and the one request in it. Faults of the other side end it without a word.
fn tunnel(stream: TcpStream, authority: &Authority, memory: &Memory) -> Option<()> {
    let mut plain = BufReader::new(stream);
    let connect = Asked::read(&mut plain)?;
    let host = connect.line.strip_prefix("CONNECT ")?.split(':').next()?;
    let who = connect.header("proxy-authorization").unwrap_or_default();
    let told = format!("{host} {who}").trim_end().to_owned();
    memory.tunnels.lock().unwrap().push(told);
    plain.get_mut().write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;

    let mut inner = BufReader::new(authority.server(plain.into_inner(), host));
    let asked = Asked::read(&mut inner)?;
    let told = format!("{host} {}", asked.line);
    memory.requests.lock().unwrap().push(told);
    let bytes = played(host, &asked);
    inner.get_mut().write_all(&bytes).ok()?;
    inner.get_mut().conn.send_close_notify();
    inner.get_mut().flush().ok()
}

const LOGGING_ROLE: &str = "gatewayq-apigateway-logs-eu-west-1";

/// gatewayq's role for the account's logs, as IAM describes it.
fn logging_role() -> String {
    format!(
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/</Path>\
         <RoleName>{LOGGING_ROLE}</RoleName><RoleId>AROAEXAMPLE</RoleId>\
         <Arn>arn:aws:iam::123456789012:role/{LOGGING_ROLE}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument><Tags><member><Key>gatewayq:shared</Key>\
         <Value>apigateway-logs</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>"
    )
}

/// An account with nothing in it but the role that its API Gateway logs through, and a WebSocket API.
fn played(host: &str, asked: &Asked) -> Vec<u8> {
    let json = "application/json";
    let body = String::from_utf8_lossy(&asked.body);
    let role =
        json!({"cloudwatchRoleArn": format!("arn:aws:iam::123456789012:role/{LOGGING_ROLE}")});
    let chat = json!({"items": [{"apiId": "w1", "name": "chat", "protocolType": "WEBSOCKET"}]});
    match host.split('.').next().unwrap_or_default() {
        _ if host.contains(".execute-api.") => answer(200, "text/plain", b"through"),
        "sts" => answer(200, "text/xml", IDENTITY.as_bytes()),
        "iam" if body.contains("Action=GetRole&") && body.contains(LOGGING_ROLE) => {
            answer(200, "text/xml", logging_role().as_bytes())
        }
        "iam" => answer(
            404,
            "text/xml",
            b"<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>",
        ),
        "sqs" => answer(400, json, br#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#),
        "lambda" => answer(404, json, br#"{"__type":"ResourceNotFoundException"}"#),
        "apigateway" if asked.line.starts_with("GET /account ") => {
            answer(200, json, role.to_string().as_bytes())
        }
        "apigateway" if asked.line.starts_with("GET /v2/apis ") => {
            answer(200, json, chat.to_string().as_bytes())
        }
        _ => answer(200, json, b"{}"),
    }
}

fn in_the_company<'a>(
    project: &Project,
    proxy: &CompanyProxy,
    args: impl IntoIterator<Item = &'a str>,
) -> Cli {
    let bundle = project.home().join("authority.pem");
    fs::write(&bundle, &proxy.authority).unwrap();
    project
        .command(args)
        .env(
            "HTTPS_PROXY",
            format!("http://me:pass@127.0.0.1:{}", proxy.port),
        )
        .env("AWS_CA_BUNDLE", bundle)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
}

const STAGE: &str = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

#[test]
fn signed_requests_and_the_sdks_go_through_the_proxy() {
    let (project, proxy) = (Project::walkthrough(), CompanyProxy::start());
    let invoke = in_the_company(&project, &proxy, ["invoke", "--url", STAGE, "/"]);
    assert_eq!(invoke.ok().stdout, "through\n");
    let who = "Basic bWU6cGFzcw==";
    let api = "abc.execute-api.eu-west-1.amazonaws.com";
    assert_eq!(proxy.tunnels(), [format!("{api} {who}")]);

    in_the_company(&project, &proxy, ["status"]).ok();
    let tunnels = proxy.tunnels();
    for service in ["sts", "iam", "sqs", "lambda", "logs", "apigateway"] {
        let found = tunnels
            .iter()
            .any(|host| host.starts_with(&format!("{service}.")));
        assert!(found, "{service}: {tunnels:?}");
    }
}

/// Only a signed request of gatewayq's own asks for them.
#[test]
fn the_list_of_websocket_apis_comes_through_the_proxy() {
    let (project, proxy) = (Project::walkthrough(), CompanyProxy::start());
    let delete = in_the_company(&project, &proxy, ["delete", "--yes"]).ok();
    let kept = format!("kept on purpose: account logging {LOGGING_ROLE}");
    for told in [&kept, "the WebSocket API chat may log through it"] {
        assert!(delete.says(told), "{delete}");
    }
    let requests = proxy.requests();
    let wanted = "apigateway.eu-west-1.amazonaws.com GET /v2/apis HTTP/1.1";
    assert!(requests.iter().any(|one| one == wanted), "{requests:?}");
}

#[test]
fn the_other_variables_count_too() {
    let project = Project::walkthrough();
    for name in ["https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = CompanyProxy::start();
        let invoke = in_the_company(&project, &proxy, ["invoke", "--url", STAGE, "/"]);
        let invoke = invoke
            .without("HTTPS_PROXY")
            .env(name, format!("127.0.0.1:{}", proxy.port));
        assert_eq!(invoke.ok().stdout, "through\n", "{name}");
    }
}

#[test]
fn no_proxy_is_asked_for_what_needs_none() {
    let project = Project::walkthrough();
    for name in ["NO_PROXY", "no_proxy"] {
        let proxy = CompanyProxy::start();
        // Nobody has this name: without the proxy it cannot be reached.
        let url = "https://nobody.invalid/dev";
        let invoke = in_the_company(&project, &proxy, ["invoke", "--url", url, "/"]);
        invoke.env(name, "localhost,.invalid").exits(1);
        assert!(proxy.tunnels().is_empty(), "{name}");
    }
}

#[test]
fn an_authority_that_is_not_trusted_is_refused() {
    let (project, proxy) = (Project::walkthrough(), CompanyProxy::start());
    let other = CompanyProxy::start();
    let invoke = in_the_company(&project, &proxy, ["invoke", "--url", STAGE, "/"]);
    fs::write(project.home().join("authority.pem"), &other.authority).unwrap();
    let output = invoke.exits(1);
    assert!(output.says("invalid peer certificate"), "{output}");
    let proxy = format!("by the proxy 127.0.0.1:{} of HTTPS_PROXY", proxy.port);
    assert!(output.says(&proxy) && !output.says("pass@"), "{output}");
}

#[test]
fn what_cannot_be_used_is_told() {
    let (project, proxy) = (Project::walkthrough(), CompanyProxy::start());
    let socks = in_the_company(&project, &proxy, ["invoke", "--url", STAGE, "/"])
        .env("HTTPS_PROXY", "socks5://127.0.0.1:1080");
    assert!(socks.exits(1).says("SOCKS proxies are not supported"));
    for (bundle, told) in [
        (
            "/nowhere.pem",
            "AWS_CA_BUNDLE names the file /nowhere.pem, which cannot be read",
        ),
        ("gatewayq.toml", "which is no list of certificates"),
    ] {
        let wrong = in_the_company(&project, &proxy, ["invoke", "--url", STAGE, "/"])
            .env("AWS_CA_BUNDLE", bundle)
            .exits(1);
        assert!(wrong.says(told), "{wrong}");
    }
    assert!(proxy.tunnels().is_empty());
}

/// STS is asked by the first command of an hour; an emulator's is asked each time.
#[test]
fn the_caller_is_remembered_and_doctor_asks_all_the_same() {
    let (project, proxy) = (Project::walkthrough(), CompanyProxy::start());
    let asked = || {
        let tunnels = proxy.tunnels();
        tunnels.iter().filter(|to| to.starts_with("sts.")).count()
    };
    for _ in 0..3 {
        in_the_company(&project, &proxy, ["status"]).run();
    }
    assert_eq!(asked(), 1);
    in_the_company(&project, &proxy, ["doctor"]).run();
    assert_eq!(asked(), 2);
    let other = in_the_company(&project, &proxy, ["status"]);
    other.env("AWS_SECRET_ACCESS_KEY", "another").run();
    assert_eq!(asked(), 3, "other credentials are another caller");

    let folder = project.home().join(".cache/gatewayq/callers");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    fs::remove_dir_all(&folder).unwrap();
    in_the_company(&project, &proxy, ["status"]).run();
    assert_eq!(asked(), 4);
}
