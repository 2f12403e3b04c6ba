//! A page of another origin, in a real browser, tries what a page can try.
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Stop, api, root};
use crate::support::project::Project;
use crate::support::{ports, wait};

/// What the page runs: each attempt is [name, url, options of fetch]. An answer that it can read is told.
const PAGE: &str = r#"<!doctype html><title>page</title><pre id="told"></pre><script>
const attempts = ATTEMPTS;
(async () => {
  for (const [name, url, options] of attempts) {
    let outcome;
    try {
      const answer = await fetch(url, options);
      outcome = answer.type === "opaque" ? "sent" : "read " + answer.status;
    } catch (error) {
      outcome = "stopped";
    }
    document.getElementById("told").append(name + ": " + outcome + "\n");
  }
  document.getElementById("told").append("all tried\n");
})();
</script>"#;

#[test]
fn a_page_of_another_origin_does_nothing_and_reads_nothing() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let place = root(&project);
    place.call("sqs", "CreateQueue", json!({"QueueName": "kept"}));
    let open = format!("{}/open", api(&place));
    let at = |path: &str| format!("{}{path}", place.endpoint);
    let scope = "000000000000/20260101/us-east-1/sqs/aws4_request";
    let forged = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date=20260101T000000Z\
         &X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    );
    let signed = json!({
        "method": "GET", "url": at("/?Action=CreateQueue&QueueName=signed"), "signed_for": "sqs",
        "presigned": true, "headers": {"host": "evil.example"},
    });
    // As if the page knew a good signature: its host was another one, so that it made nothing here.
    let signed = place.call("http", "", signed)["url"].clone();
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}, SignedHeaders=host, Signature=0",
        scope.replace("/sqs/", "/lambda/")
    );
    let function = json!({
        "FunctionName": "f", "Runtime": "python3.12", "Handler": "m.h", "Code": {"ZipFile": ""},
        "Role": "arn:aws:iam::000000000000:role/r",
    });
    let form = json!({"content-type": "application/x-www-form-urlencoded"});
    let create = "Action=CreateQueue&QueueName=form";
    let attempts = json!([
        ["form", at("/"), {"method": "POST", "headers": form, "body": create}],
        ["blind form", at("/"), {"method": "POST", "mode": "no-cors", "body": create}],
        ["forged link", at(&format!("/?Action=CreateQueue&QueueName=link&{forged}")), {}],
        ["good link", signed, {}],
        ["function", at("/2015-03-31/functions"), {
            "method": "POST", "body": function.to_string(),
            "headers": {"authorization": authorization, "content-type": "application/json"},
        }],
        ["functions", at("/2015-03-31/functions"), {"headers": {"authorization": authorization}}],
        ["reset", at("/_ministack/reset"), {"method": "POST"}],
        ["blind reset", at("/_ministack/reset"), {"method": "POST", "mode": "no-cors"}],
        ["health", at("/_ministack/health"), {}],
        ["api", open, {}],
        ["blind api", open, {"mode": "no-cors"}],
    ]);
    let told = visit("127.0.0.1", ports::free(), &attempts);
    assert!(told.contains("all tried"), "{told}");
    assert!(!told.contains(": read"), "{told}");
    // Its API is there for pages, by the API's own rules; this one allows none to read it.
    assert!(told.contains("\nblind api: sent"), "{told}");

    let queues = place.call("sqs", "ListQueues", json!({}));
    assert_eq!(queues["QueueUrls"].as_array().unwrap().len(), 1, "{queues}");
    let functions = place.call("lambda", "ListFunctions", json!({}));
    assert!(functions["Functions"].as_array().unwrap().is_empty());
}

/// The page's text after its script has run. Its origin is this host, a name of this machine, with this port.
pub(super) fn visit(host: &str, port: u16, attempts: &Value) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let page = PAGE.replace("ATTEMPTS", &attempts.to_string());
    std::thread::spawn(move || serve(&listener, &page));
    let home = tempfile::tempdir().unwrap();
    let mut browser = Command::new("chromium")
        .args("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run".split(' '))
        .args(
            "--disable-background-networking --disable-component-update --disable-sync".split(' '),
        )
        .args([
            "--disable-dev-shm-usage",
            "--virtual-time-budget=30000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(format!("http://{host}:{port}/"))
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromium on the PATH: .ci/run installs it");
    let mut stdout = browser.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        text
    });
    let ended = wait::poll(Duration::from_secs(120), || browser.try_wait().unwrap());
    let _ = browser.kill();
    let _ = browser.wait();
    assert!(ended.is_some(), "the browser did not end");
    reader.join().unwrap()
}

fn serve(listener: &TcpListener, page: &str) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let _ = stream.read(&mut [0; 4096]);
        let length = page.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(page.as_bytes());
    }
}
