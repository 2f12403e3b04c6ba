//! The function's way to SQS over TLS. It knows AWS's own authorities by heart; others are the system's to know.
use std::fs;
use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::authority::Authority;
use crate::support::handler;
use crate::support::http::{Asked, Server, answer};
use crate::support::ports;

const ROUTES: &str = r#"{"version": 1, "queue_visibility_timeout": 30, "routes": [
  {"method": "GET", "path": "/", "task": {"names": ["tasks.add"], "args": [2, 2], "kwargs": {}}}]}"#;
const ACCEPTED: &str = r#"{"MessageId": "m", "MD5OfMessageBody": "0"}"#;

/// SQS on this machine, at a host with a certificate of the authority; its port.
fn sqs(authority: Authority) -> u16 {
    let port = ports::free();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            accept(stream.unwrap(), &authority);
        }
    });
    port
}

/// A client that does not trust the certificate ends it without a word.
fn accept(stream: TcpStream, authority: &Authority) -> Option<()> {
    let mut tls = BufReader::new(authority.server(stream, "localhost"));
    Asked::read(&mut tls)?;
    let bytes = answer(200, "application/x-amz-json-1.0", ACCEPTED.as_bytes());
    tls.get_mut().write_all(&bytes).ok()?;
    tls.get_mut().conn.send_close_notify();
    tls.get_mut().flush().ok()
}

/// Lambda's Runtime API with one event to hand out, and the answers to it.
fn runtime_api() -> (Server, Receiver<Value>) {
    let (sender, answers) = channel();
    let event = json!({"resource": "/", "httpMethod": "GET", "requestContext": {"requestId": "r"}});
    let event = event.to_string();
    let deadline = UNIX_EPOCH.elapsed().unwrap() + Duration::from_secs(30);
    let head = format!(
        "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: l\r\nlambda-runtime-deadline-ms: {}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        deadline.as_millis(),
        event.len()
    );
    let server = Server::start(move |asked, before| {
        if asked.line.starts_with("POST ") {
            let _ = sender.send(serde_json::from_slice(&asked.body).unwrap());
            return answer(202, "application/json", b"{}");
        }
        if before > 0 {
            // There is no other event: the process is ended by the test.
            thread::sleep(Duration::from_secs(60));
        }
        format!("{head}{event}").into_bytes()
    });
    (server, answers)
}

/// The function's answer to one request, and its log. The system trusts `trusted`.
fn served(sqs: u16, trusted: &str) -> (Value, String) {
    // Built now, if it is not yet: the event's time is short.
    let bootstrap = handler::bootstrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("routes.json"), ROUTES).unwrap();
    let bundle = folder.path().join("trusted.pem");
    fs::write(&bundle, trusted).unwrap();
    let (api, answers) = runtime_api();
    let mut process = Command::new(bootstrap)
        .env_clear()
        .envs([
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-real-one"),
        ])
        .env(
            "AWS_LAMBDA_RUNTIME_API",
            api.url().trim_start_matches("http://"),
        )
        .env(
            "QUEUE_URL",
            format!("https://localhost:{sqs}/000000000000/q.fifo"),
        )
        .env("LAMBDA_TASK_ROOT", folder.path())
        .env("SSL_CERT_FILE", &bundle)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let answer = answers.recv_timeout(Duration::from_secs(30)).unwrap();
    process.kill().unwrap();
    let mut log = String::new();
    process
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    process.wait().unwrap();
    (answer, log)
}

#[test]
fn an_authority_that_is_not_amazons_is_looked_for_in_the_systems() {
    let authority = Authority::new();
    let trusted = authority.pem();
    let port = sqs(authority);
    let (answer, log) = served(port, &trusted);
    assert_eq!(answer["statusCode"], 202, "{answer} {log}");

    let (answer, log) = served(port, &Authority::new().pem());
    assert_eq!(answer["statusCode"], 503, "{answer} {log}");
    assert!(log.contains("invalid peer certificate"), "{log}");
}
