//! The doctor before answers of AWS: where IAM is not ready to answer all, and what an account has.

use super::{Verdict, account, has_logging_role, permissions};
use crate::aws::Aws;
use crate::config;
use crate::engine::{Cx, MaxWait, Runtime};
use crate::names::Names;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// What is answered, one after the other; then that it may not be asked.
#[derive(Clone, Debug)]
struct Answers(Arc<Mutex<VecDeque<(u16, String)>>>);

impl HttpConnector for Answers {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let next = self.0.lock().unwrap().pop_front();
        let (status, body) = next.unwrap_or_else(|| error(403, "AccessDenied"));
        let response = http::Response::builder().status(status);
        let response = response.body(SdkBody::from(body)).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}

fn cx(answers: Vec<(u16, String)>) -> Cx {
    let answers = Answers(Arc::new(Mutex::new(answers.into())));
    let runtime = Runtime {
        aws: Arc::new(Aws::answered_by("111122223333", answers)),
        events: Arc::new(|_| ()),
        cancel: CancellationToken::new(),
        max_wait: MaxWait::default(),
    };
    runtime.cx("a test")
}

fn error(status: u16, code: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    );
    (status, body)
}

/// A page of a simulation of one action, with another behind it or not.
fn page(action: &str, decision: &str, is_truncated: bool) -> (u16, String) {
    let marker = if is_truncated {
        "<Marker>m</Marker>"
    } else {
        ""
    };
    let body = format!(
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>{is_truncated}</IsTruncated>\
         {marker}<EvaluationResults><member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}\
         </EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult>\
         </SimulatePrincipalPolicyResponse>"
    );
    (200, body)
}

/// Name and verdict of each check.
async fn checked(statements: &[&str], answers: Vec<(u16, String)>) -> Vec<(String, Verdict)> {
    let statement = |sid: &&str| json!({"Sid": sid, "Action": ["a:B", "a:C"], "Resource": "*"});
    let statements: Vec<Value> = statements.iter().map(statement).collect();
    let checks = permissions(&cx(answers), &json!({"Statement": statements}), "").await;
    let told = checks.into_iter();
    told.map(|check| (check.name, check.verdict)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_simulation_that_is_throttled_is_asked_again() {
    let answers = vec![error(400, "Throttling"), page("a:B", "allowed", false)];
    let all = checked(&["One"], answers).await;
    assert_eq!(all, [("permissions: One".to_owned(), Verdict::Ok)]);
}

#[tokio::test(start_paused = true)]
async fn a_simulation_is_read_to_its_last_page() {
    let answers = vec![
        page("a:B", "allowed", true),
        page("a:C", "implicitDeny", false),
    ];
    let all = checked(&["One"], answers).await;
    assert_eq!(all, [("permissions: One".to_owned(), Verdict::Fail)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_is_told_beside_what_cannot_be_asked() {
    let answers = vec![
        page("a:B", "implicitDeny", false),
        error(403, "AccessDenied"),
        page("a:B", "allowed", false),
    ];
    let all = checked(&["One", "Two", "Three", "Four"], answers).await;
    let expected = [
        ("permissions: One", Verdict::Fail),
        ("permissions: Three", Verdict::Ok),
        ("permissions: Two, Four", Verdict::Warn),
    ];
    let expected = expected.map(|(name, verdict)| (name.to_owned(), verdict));
    assert_eq!(all, expected);
    let nothing = checked(&["One", "Two"], vec![]).await;
    assert_eq!(nothing, [("permissions".to_owned(), Verdict::Warn)]);
}

/// Where one is set and there, or may be, a deploy makes none: who may not make one is not told so.
#[tokio::test(start_paused = true)]
async fn a_logging_role_that_is_set_needs_nobody_to_make_one() {
    let role = "arn:aws:iam::111122223333:role/logs";
    let set = || (200, json!({"cloudwatchRoleArn": role}).to_string());
    let found = (
        200,
        "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>logs</RoleName><RoleId>A</RoleId>\
         <Arn>arn:aws:iam::111122223333:role/logs</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>\
         </GetRoleResult></GetRoleResponse>"
            .to_owned(),
    );
    for (answers, expected) in [
        (vec![set(), found], true),
        (vec![set(), error(403, "AccessDenied")], true),
        (vec![set(), error(404, "NoSuchEntity")], false),
        (vec![(200, "{}".to_owned())], false),
    ] {
        let told = format!("{answers:?}");
        assert_eq!(has_logging_role(&cx(answers)).await, expected, "{told}");
    }
}

/// A role for logs is of interest to a stage that has some.
#[tokio::test(start_paused = true)]
async fn no_logging_role_is_foretold_where_nothing_is_logged() {
    let told = async |more: &str| {
        let text = format!(
            "[app]\nname = \"shop\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n[api]\n{more}"
        );
        let settings = config::parse("gatewayq.toml".into(), &text, "dev").unwrap();
        let cx = cx(vec![(200, "{}".to_owned())]);
        let names = Names {
            app: settings.app,
            stage: settings.stage,
            region: cx.region.clone(),
            identity: cx.identity.clone(),
        };
        let checks = account(&cx, &names, &settings.api, "").await;
        checks[0].seen.clone()
    };
    let off = "log_level = \"OFF\"\n";
    assert!(told(off).await.contains("no log of API Gateway's"));
    for logs in [
        "log_level = \"ERROR\"\n",
        &format!("{off}access_log = true\n"),
    ] {
        assert!(
            told(logs).await.contains("deploy makes and sets one"),
            "{logs}"
        );
    }
}
