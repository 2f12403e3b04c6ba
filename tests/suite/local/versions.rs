//! Versions of the function on the local AWS, while requests go on: none of them fails.
//!
//! The local AWS runs the version that an alias names, with the alias's weights (`emulator/versions.py`). It asks for no
//! permission to invoke: that the alias has one before it is served is judged in `resources::tests::versions`.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Stop, local};
use crate::support::project::Project;

fn config(answer: &str, further: &str) -> String {
    format!(
        "[app]\nname = \"versions\"\n[function]\nkeep_versions = 3\n[[route]]\nmethod = \"GET\"\npath = \"/open\"\n\
         auth = \"none\"\napi_key = false\nreply = \"{answer}\"\n{further}"
    )
}

/// A route that only the newer definitions have.
const NEW: &str = "[[route]]\nmethod = \"GET\"\npath = \"/new\"\nauth = \"none\"\napi_key = false\nreply = \"new\"\n";

fn deploy(project: &Project, args: &[&str]) -> Value {
    let all = ["deploy", "--local", "--json"].iter().chain(args).copied();
    local(project, all).prebuilt().ok().json()
}

fn run(project: &Project, args: &[&str]) -> Value {
    local(project, args.iter().copied().chain(["--local", "--json"]))
        .ok()
        .json()
}

/// Status and body of a GET.
fn get(url: &str, path: &str) -> (u16, String) {
    let (host, base) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    write!(
        stream,
        "GET /{base}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    (status, body.to_owned())
}

/// Asks again and again while `work` is done; gives back the bodies that came, in their order.
fn under_load(url: &str, work: impl FnOnce()) -> Vec<String> {
    let (done, bodies) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let (status, body) = get(url, "/open");
                    assert_eq!(status, 200, "{body}");
                    bodies.lock().unwrap().push(body);
                }
            });
        }
        work();
        done.store(true, Ordering::SeqCst);
    });
    bodies.into_inner().unwrap()
}

#[test]
fn no_request_fails_while_versions_come_and_go() {
    let project = Project::new(&config("one", ""));
    let _stop = Stop(&project);
    let url = deploy(&project, &[])["url"].as_str().unwrap().to_owned();
    assert_eq!(get(&url, "/open"), (200, "\"one\"".to_owned()));
    assert_eq!(get(&url, "/new").0, 403);

    project.configure(&config("two", NEW));
    let seen = under_load(&url, || drop(deploy(&project, &[])));
    assert!(!seen.is_empty());
    assert_eq!(get(&url, "/open").1, "\"two\"");
    assert_eq!(get(&url, "/new"), (200, "\"new\"".to_owned()));

    under_load(&url, || {
        let back = run(&project, &["rollback"]);
        assert_eq!((&back["version"], &back["changed"]), (&1.into(), &2.into()));
    });
    assert_eq!(get(&url, "/open").1, "\"one\"");
    assert_eq!(get(&url, "/new").0, 403);
    let status = local(&project, ["status", "--local", "--check"]).ok();
    assert!(status.says("a rollback made version 1 live"), "{status}");

    let forward = local(&project, ["deploy", "--local"]).prebuilt().ok();
    assert!(forward.says("goes forward again"), "{forward}");
    assert_eq!(get(&url, "/new").0, 200);

    // A third of the requests reach the canary, and never a route that only it has.
    let third = "[[route]]\nmethod = \"GET\"\npath = \"/third\"\nauth = \"none\"\napi_key = false\nreply = 3\n";
    project.configure(&config("three", &format!("{NEW}{third}")));
    under_load(&url, || drop(deploy(&project, &["--canary", "33%"])));
    let both: Vec<String> = (0..60).map(|_| get(&url, "/open").1).collect();
    let new = both.iter().filter(|body| *body == "\"three\"").count();
    assert!((5..40).contains(&new), "{new} of 60");
    assert_eq!(get(&url, "/third").0, 403);
    let status = local(&project, ["status", "--local", "--check"]).ok();
    assert!(status.says("a canary is in flight: version 3"), "{status}");
    let history = run(&project, &["history"]);
    assert_eq!(
        (&history["live"], &history["canary"]),
        (&"2".into(), &"3".into())
    );
    project.configure(&config("four", NEW));
    let refused = local(&project, ["deploy", "--local"]).prebuilt().exits(1);
    assert!(refused.says("gatewayq promote --local"), "{refused}");
    project.configure(&config("three", &format!("{NEW}{third}")));

    under_load(&url, || {
        let promoted = run(&project, &["promote"]);
        assert_eq!(promoted["version"], 3);
    });
    assert_eq!(get(&url, "/open").1, "\"three\"");
    assert_eq!(get(&url, "/third").0, 200);
    local(&project, ["status", "--local", "--check"]).ok();

    let refused = local(&project, ["promote", "--local"]).exits(1);
    assert!(refused.says("no canary is in flight"), "{refused}");
    for answer in ["five", "six"] {
        project.configure(&config(answer, NEW));
        deploy(&project, &[]);
    }
    let history = run(&project, &["history"]);
    let kept: Vec<u64> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["version"].as_u64().unwrap())
        .collect();
    assert_eq!(kept, [5, 4, 3]);
    let refused = local(&project, ["rollback", "--local", "--to", "1"]).exits(1);
    assert!(
        refused.says("there is no version 1; there are 3, 4, 5"),
        "{refused}"
    );
}

/// A route that a canary does not have would fail for some.
#[test]
fn a_canary_keeps_every_route_and_needs_something_to_stand_beside() {
    let project = Project::new(&config("one", NEW));
    let _stop = Stop(&project);
    let first = local(&project, ["deploy", "--local", "--canary", "10%"])
        .prebuilt()
        .exits(1);
    assert!(
        first.says("no live version that a canary could stand beside"),
        "{first}"
    );
    let none = local(&project, ["rollback", "--local"]).exits(1);
    assert!(none.says("no version that is live yet"), "{none}");
    deploy(&project, &[]);
    let none = local(&project, ["rollback", "--local"]).exits(1);
    assert!(none.says("no older version"), "{none}");
    project.configure(&config("two", ""));
    let refused = local(&project, ["deploy", "--local", "--canary", "10%"])
        .prebuilt()
        .exits(1);
    assert!(refused.says("/new"), "{refused}");
    for wrong in ["0", "100%", "half", "-1"] {
        let flag = format!("--canary={wrong}");
        let refused = local(&project, ["deploy", "--local", &flag])
            .prebuilt()
            .exits(2);
        assert!(refused.says("from 1% to 99%"), "{refused}");
    }
}
