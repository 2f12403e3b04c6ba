//! API Gateway's rules about usage plans, the account's CloudWatch role and execution logs.
use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;
use super::request::Request;
use super::state::State;
use super::upstream::Upstream;
use super::world::Event;

/// DeleteUsagePlan with an attached stage.
pub(super) async fn usage_plan(
    request: &Request,
    upstream: Upstream,
    deleted_stages_count: bool,
) -> Option<Answer> {
    if !request.is("apigateway", "DeleteUsagePlan") {
        return None;
    }
    let region = &request.about.region;
    let path = request.parts.uri.path();
    let plan = upstream.api_gateway(region, path).await?;
    for stage in plan["apiStages"].as_array()? {
        if deleted_stages_count || stage_lives(stage, region, upstream).await {
            let message = "Cannot delete Usage Plan because it has API stages associated with it.";
            return Some(bad_request(request, message));
        }
    }
    None
}

async fn stage_lives(stage: &Value, region: &str, upstream: Upstream) -> bool {
    let (Some(api), Some(name)) = (stage["apiId"].as_str(), stage["stage"].as_str()) else {
        return false;
    };
    let path = format!("/restapis/{api}/stages/{name}");
    upstream.api_gateway(region, &path).await.is_some()
}

/// UpdateAccount with a role that IAM has not spread, or does not have.
pub(super) async fn account_role(request: &Request, state: &State, seconds: f64) -> Option<Answer> {
    if !request.is("apigateway", "UpdateAccount") {
        return None;
    }
    // Nothing is asked of a role that is taken away.
    let arn =
        patched(request, |path| path == "/cloudwatchRoleArn").filter(|arn| !arn.is_empty())?;
    let role = arn.rsplit('/').next()?;
    let fresh = state.world.within(Event::RoleChanged, role, seconds);
    let refused = fresh || !state.upstream.has_role(&request.about.region, role).await;
    let message = "The role ARN does not have required permissions set to API Gateway";
    refused.then(|| bad_request(request, message))
}

/// UpdateStage that switches logging on without a role to log through.
pub(super) async fn logging(request: &Request, upstream: Upstream) -> Option<Answer> {
    if !request.is("apigateway", "UpdateStage") || !asks_for_the_role(request) {
        return None;
    }
    let account = upstream
        .api_gateway(&request.about.region, "/account")
        .await;
    let role = account.unwrap_or_default()["cloudwatchRoleArn"].clone();
    let missing = role.as_str().unwrap_or_default().is_empty();
    let message = "CloudWatch Logs role ARN must be set in account settings to enable logging";
    missing.then(|| bad_request(request, message))
}

/// The log group that the service makes by itself.
pub(super) fn log_group(request: &Request, answer: &Answer, upstream: Upstream, seconds: f64) {
    let logging = request.is("apigateway", "UpdateStage") && switches_logging_on(request);
    let invoked = request.parts.uri.path().contains("/_user_request_");
    if !answer.ok() || !(logging || invoked) {
        return;
    }
    let (api, stage) = match invoked {
        true => (request.segment(1), request.segment(2)),
        false => (request.segment(1), request.segment(3)),
    };
    let region = request.about.region.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        let path = format!("/restapis/{api}/stages/{stage}");
        let stage_now = upstream.api_gateway(&region, &path).await;
        if stage_now.is_some_and(|stage| logs(&stage)) {
            let name = format!("API-Gateway-Execution-Logs_{api}/{stage}");
            upstream.create_log_group(&region, &name).await;
        }
    });
}

fn logs(stage: &Value) -> bool {
    let settings = stage["methodSettings"].as_object();
    settings.into_iter().flatten().any(|(_, method)| {
        let level = method["loggingLevel"].as_str().unwrap_or("OFF");
        level != "OFF"
    })
}

fn switches_logging_on(request: &Request) -> bool {
    patched(request, |path| path.ends_with("/logging/loglevel")).is_some_and(|level| level != "OFF")
}

/// Both of a stage's logs go through the account's role.
fn asks_for_the_role(request: &Request) -> bool {
    let access_log = patched(request, |path| path == "/accessLogSettings/destinationArn");
    switches_logging_on(request) || access_log.is_some()
}

/// The value that a patch gives to the first path of this kind.
fn patched(request: &Request, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let body = request.json();
    let operations = body["patchOperations"].as_array()?;
    let found = operations
        .iter()
        .find(|operation| operation["path"].as_str().is_some_and(&wanted));
    found?["value"].as_str().map(str::to_owned)
}

fn bad_request(request: &Request, message: &str) -> Answer {
    Answer::error(&request.about, 400, "BadRequestException", message)
}
