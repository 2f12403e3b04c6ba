//! `gatewayq logs`: page by page, of one request, by a pattern, and the reasons why there is nothing.
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, Rule, When};

const FUNCTION: &str = "/aws/lambda/gatewayq-example-dev";
const API_ID: &str = "11111111-2222-4333-8444-555555555555";
const LAMBDA_ID: &str = "66666666-7777-4888-9999-000000000000";

/// Writes lines into a log group, which is made where it is missing.
fn write(ms: &Ministack, group: &str, lines: &[&str]) {
    let stream = "stream";
    let _ = ms
        .aws()
        .try_call("logs", "CreateLogGroup", json!({"logGroupName": group}));
    let place = json!({"logGroupName": group, "logStreamName": stream});
    let _ = ms.aws().try_call("logs", "CreateLogStream", place);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    let events = lines
        .iter()
        .map(|line| json!({"timestamp": now, "message": line}));
    let events: Vec<Value> = events.collect();
    let put = json!({"logGroupName": group, "logStreamName": stream, "logEvents": events});
    ms.call("logs", "PutLogEvents", put);
}

fn messages(document: &Value) -> Vec<String> {
    let lines = document.as_array().unwrap().iter();
    lines
        .map(|line| line["message"].as_str().unwrap().to_owned())
        .collect()
}

/// Thirty pages of a thousand, ten of them empty: each event once, in order, although pages overlap.
#[test]
fn every_event_of_many_pages_is_printed_once_and_in_order() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    proxy.rule(Rule::LogPages { pages: 30 });
    let logs = project.on(&ms, ["logs", "--json"]).through(&proxy);
    let printed = messages(&logs.limit(Duration::from_secs(100)).ok().json());
    let number = |line: &String| -> u64 { line.trim_end()["event ".len()..].parse().unwrap() };
    let numbers: Vec<u64> = printed.iter().map(number).collect();
    // The event at the end of an empty page is shown at the beginning of the next.
    let wanted = (0..30_000).filter(|event| event / 1000 % 3 != 1 || event % 1000 == 999);
    assert!(
        numbers.iter().copied().eq(wanted),
        "{} events",
        numbers.len()
    );
    assert_eq!(proxy.record().of("FilterLogEvents").len(), 30);
}

/// Lines are handed over as their page comes: a reader that goes away after the first ends the reading, and nothing of
/// the pages behind is asked for.
#[test]
fn a_page_is_printed_before_the_next_is_asked_for() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    for form in [&["logs"][..], &["logs", "--json"]] {
        let proxy = Proxy::start(&ms);
        proxy.rule(Rule::LogPages { pages: 1000 });
        let logs = project.on(&ms, form.iter().copied()).through(&proxy);
        let mut child = logs.into_command().stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..20 {
            lines.next().unwrap().unwrap();
        }
        drop(lines);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let asked = proxy.record().of("FilterLogEvents").len();
        assert!(asked <= 6, "{form:?}: {asked}");
    }
}

/// The document is whole JSON, and the error is on standard error and in the exit code.
#[test]
fn an_array_that_fails_in_the_middle_is_ended() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    proxy.rule(Rule::LogPages { pages: 9 });
    proxy.inject(When::Operation("FilterLogEvents", 4), Fault::Fails(500));
    let logs = project.on(&ms, ["logs", "--json"]).through(&proxy);
    let failed = logs.env("GATEWAYQ_MAX_WAIT", "0").exits(1);
    assert!(messages(&failed.json()).len() >= 1000, "{}", failed.stderr);
    assert!(
        failed.stderr.contains("the log could not be read"),
        "{}",
        failed.stderr
    );
    proxy.reset();
    proxy.inject(When::Operation("FilterLogEvents", 0), Fault::Fails(500));
    let logs = project.on(&ms, ["logs", "--json"]).through(&proxy);
    let early = logs.env("GATEWAYQ_MAX_WAIT", "0").exits(1);
    assert_eq!(early.json()["exit_code"], 1);
}

/// People see their own time with its offset, programs UTC.
#[test]
fn times_are_local_for_people_alone() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    write(&ms, FUNCTION, &["one"]);
    let logs = |args: &[&'static str]| {
        let logs = project.on(&ms, [&["logs"], args].concat());
        logs.env("TZ", "IST-5:30").ok()
    };
    let local = logs(&[]).stdout;
    assert!(local.contains("+05:30 function one"), "{local}");
    let utc = logs(&["--utc"]).stdout;
    assert!(utc.contains("Z function one"), "{utc}");
    let json = logs(&["--json"]).json();
    let time = json[0]["time"].as_str().unwrap();
    assert!(time.ends_with('Z') && utc.starts_with(time), "{time} {utc}");
    let nowhere = project.on(&ms, ["logs"]).env("TZ", "No/Where").ok();
    assert!(nowhere.says("function one"), "{nowhere}");
}

#[test]
fn a_pattern_narrows_and_a_wrong_one_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    write(&ms, FUNCTION, &["ERROR one", "INFO two", "ERROR three"]);
    let logs = |args: &[&str]| {
        let all = [&["logs"], args, &["--json"]].concat();
        messages(&project.on(&ms, all).ok().json())
    };
    assert_eq!(logs(&["--filter", "ERROR"]), ["ERROR one", "ERROR three"]);
    assert_eq!(logs(&["--filter", "-ERROR"]), ["INFO two"]);
    let none = project.on(&ms, ["logs", "--filter", "nobody"]).ok();
    assert!(none.says("nothing was written in this time"), "{none}");
    assert!(none.says("without the filter all are shown"), "{none}");
    project.on(&ms, ["logs", "--filter", " "]).exits(2);
}

/// The API's id leads to Lambda's, and each to the lines that have one of them alone.
#[test]
fn a_request_is_followed_through_all_logs_by_either_id() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let walkthrough = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    project.configure(&format!("{walkthrough}\n[api]\naccess_log = true\n"));
    let deployed = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
    let api = deployed["rest_api_id"].as_str().unwrap();
    let function = [
        format!("START RequestId: {LAMBDA_ID} Version: $LATEST"),
        format!("REPORT RequestId: {LAMBDA_ID} Duration: 1 ms"),
        "START RequestId: of-another".to_owned(),
    ];
    write(&ms, FUNCTION, &function.each_ref().map(String::as_str));
    let execution = [
        format!("({API_ID}) Starting execution for request: {API_ID}"),
        format!("({API_ID}) AWS Integration Endpoint RequestId : {LAMBDA_ID}"),
        "(of-another) Starting execution".to_owned(),
    ];
    let group = format!("API-Gateway-Execution-Logs_{api}/dev");
    write(&ms, &group, &execution.each_ref().map(String::as_str));
    let line = json!({"requestId": API_ID, "status": "202"}).to_string();
    write(
        &ms,
        "/aws/apigateway/gatewayq-example-dev",
        &[&line, "{\"requestId\":\"other\"}"],
    );
    for id in [API_ID, LAMBDA_ID] {
        let logs = project
            .on(&ms, ["logs", "--request", id, "--json"])
            .ok()
            .json();
        let printed = messages(&logs);
        assert_eq!(printed.len(), 5, "{printed:?}");
        let unique: BTreeSet<&String> = printed.iter().collect();
        assert_eq!(unique.len(), 5);
        assert!(
            printed.iter().all(|line| !line.contains("other")),
            "{printed:?}"
        );
        let sources: BTreeSet<&str> = logs
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["source"].as_str().unwrap())
            .collect();
        assert_eq!(sources, BTreeSet::from(["access", "api", "function"]));
    }
    let one = project
        .on(&ms, ["logs", "--request", API_ID, "--source", "access"])
        .ok();
    assert_eq!(one.stdout.lines().count(), 1, "{one}");
    project.on(&ms, ["logs", "--request", "\" { }"]).exits(2);
    project
        .on(&ms, ["logs", "--request", API_ID, "--follow"])
        .exits(2);
}

#[test]
fn followed_as_json_each_line_is_a_document() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    write(&ms, FUNCTION, &["first\nwith a second line"]);
    let logs = project.on(&ms, ["logs", "--follow", "--json"]);
    let mut child = logs.into_command().stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["message"], "first\nwith a second line");
    write(&ms, FUNCTION, &["later", "in the same millisecond"]);
    for message in ["later", "in the same millisecond"] {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["message"], message);
        assert_eq!(line["source"], "function");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn where_nothing_was_written_the_reasons_are_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let early = project.on(&ms, ["logs", "--stage", "prod"]).ok();
    assert!(early.says("stage prod is not deployed here"), "{early}");
    // What only an API writes is not there without one, however long somebody waits.
    for more in [&["api"][..], &["access"], &["api", "--follow"]] {
        let whole = [&["logs", "--stage", "prod", "--source"], more].concat();
        let early = project.on(&ms, whole).exits(1);
        assert!(
            early.says("is not deployed here: gatewayq deploy"),
            "{early}"
        );
    }
    project.configure(&format!(
        "{}\n[api]\nlog_level = \"OFF\"\n",
        std::fs::read_to_string(project.path("gatewayq.toml")).unwrap()
    ));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let off = project.on(&ms, ["logs", "--since", "5m"]).ok();
    assert!(off.says("[api] log_level is \"OFF\""), "{off}");
    assert!(off.says("only the last 5m of stage dev"), "{off}");
    assert!(
        off.stdout.trim_end() == "nothing was written in this time",
        "{off}"
    );
    let access = project
        .on(&ms, ["logs", "--source", "access", "--json"])
        .ok();
    assert_eq!(access.json(), json!([]));
    assert!(access.says("[api] access_log is not set"), "{access}");
    let follow = ["logs", "--source", "access", "--follow"];
    let follow = project.on(&ms, follow).exits(1);
    assert!(follow.says("set [api] access_log"), "{follow}");
    let follow = ["logs", "--source", "api", "--follow", "--json"];
    let follow = project.on(&ms, follow).exits(1);
    assert!(follow.says("with [api] log_level = \"OFF\""), "{follow}");
    assert_eq!(follow.stdout.lines().count(), 1, "{follow}");
}

/// It goes on, since the stage may be deployed meanwhile, and says what it waits for.
#[test]
fn a_follow_of_what_is_not_there_says_so() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let follow = project.on(&ms, ["logs", "--follow"]).spawn();
    follow.wait_for("function: there is no log group");
    follow.signal(Signal::INT);
    let ended = follow.wait();
    assert_eq!(ended.code, Some(0), "{ended}");
    let told = ended.stderr.matches("there is no log group").count();
    assert_eq!(told, 1, "{ended}");
}
