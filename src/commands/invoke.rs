//! `gatewayq invoke`

use super::Failure;
use super::session::{Session, not_deployed};
use crate::aws::{Access, Answer, Aws, Unsigned};
use crate::cli::{Global, Invoke};
use crate::endpoint;
use crate::output::Printer;
use crate::stack::Stack;
use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::io::Read;
use std::sync::Arc;

/// The variable that holds an API key's value, so that none stands on a command line.
const KEY_VARIABLE: &str = "GATEWAYQ_API_KEY";

pub async fn run(global: &Global, printer: &Printer, arguments: &Invoke) -> Result<(), Failure> {
    let (method, path) = request_line(arguments)?;
    let body = body(arguments.data.as_deref())?;
    let mut headers = headers(&arguments.header)?;
    let target = match &arguments.url {
        Some(url) => given(global, arguments, url).await?,
        None => deployed(global, printer, arguments).await?,
    };
    if let Some(key) = &target.key {
        headers.push(("x-api-key".to_owned(), key.expose_secret().to_owned()));
    }
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let url = format!("{}{path}", target.url);
    let request = Unsigned {
        method,
        url: url.clone(),
        headers,
        body,
    };
    let answer = target.aws.send_signed("execute-api", request).await;
    let answer = answer.with_context(|| format!("the request to {url} failed"))?;
    show(printer, &answer);
    match answer.status {
        200..=299 => Ok(()),
        status => Err(Failure::Answered(explain(status, &answer, global))),
    }
}

/// Where a request goes, and with what.
struct Target {
    aws: Arc<Aws>,
    /// Without a slash at its end.
    url: String,
    key: Option<SecretString>,
}

/// The target that the command line names; AWS is asked for nothing but the answer.
async fn given(global: &Global, arguments: &Invoke, url: &str) -> Result<Target, Failure> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Failure::usage(format!(
            "{url:?} is no URL: it begins with https://"
        )));
    }
    let access = Access {
        profile: global.profile.clone(),
        region: global.region.clone().or_else(|| region_of(url)),
        pace: 1.0,
        local: None,
    };
    Ok(Target {
        aws: Arc::new(Aws::connect(&access).await?),
        url: url.trim_end_matches('/').to_owned(),
        key: key_variable().filter(|_| !arguments.no_key),
    })
}

/// `https://ID.execute-api.REGION.amazonaws.com/STAGE` names its region.
fn region_of(url: &str) -> Option<String> {
    let (_, after) = url.split_once(".execute-api.")?;
    after.split('.').next().map(str::to_owned)
}

fn key_variable() -> Option<SecretString> {
    crate::config::variable(KEY_VARIABLE).map(SecretString::from)
}

/// The deployed stage, found as every command finds it.
async fn deployed(
    global: &Global,
    printer: &Printer,
    arguments: &Invoke,
) -> Result<Target, Failure> {
    let session = Session::open(global, printer).await?;
    let stack = session
        .inspect(|stack| vec![stack.api.id(), stack.key.id()])
        .await?;
    let api = stack
        .api
        .current()
        .ok_or_else(|| not_deployed(&stack, global))?;
    let key = match key_variable() {
        _ if arguments.no_key => None,
        Some(key) => Some(key),
        None => Some(key_value(&session, &stack).await?),
    };
    let url = endpoint::stage_url(&session.runtime.aws, &api.id, &session.settings.stage);
    Ok(Target {
        aws: Arc::clone(&session.runtime.aws),
        url,
        key,
    })
}

fn request_line(arguments: &Invoke) -> Result<(String, String), Failure> {
    let default = if arguments.data.is_some() {
        "POST"
    } else {
        "GET"
    };
    let (method, path) = match arguments.request.as_slice() {
        [path] => (default, path),
        [method, path] => (method.as_str(), path),
        _ => {
            return Err(Failure::usage(
                "invoke takes a path, or a method and a path",
            ));
        }
    };
    if !path.starts_with('/') {
        return Err(Failure::usage(format!(
            "the path {path:?} does not begin with /"
        )));
    }
    let method = method.to_ascii_uppercase();
    if !method.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(Failure::usage(format!("{method:?} is no HTTP method")));
    }
    Ok((method, path.clone()))
}

fn body(data: Option<&str>) -> Result<Vec<u8>, Failure> {
    let bytes = match data {
        None => return Ok(Vec::new()),
        Some("-") => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .read_to_end(&mut bytes)
                .context("standard input cannot be read")
                .map_err(Failure::Usage)?;
            bytes
        }
        Some(data) => match data.strip_prefix('@') {
            Some(file) => std::fs::read(file)
                .with_context(|| format!("{file} cannot be read"))
                .map_err(Failure::Usage)?,
            None => data.as_bytes().to_vec(),
        },
    };
    serde_json::from_slice::<&serde_json::value::RawValue>(&bytes)
        .context("--data is not JSON")
        .map_err(Failure::Usage)?;
    Ok(bytes)
}

fn headers(given: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pair = |header: &String| {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Failure::usage(format!("the header {header:?} has no colon")))?;
        Ok((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    given.iter().map(pair).collect()
}

/// The key's value, for the one header it is sent in.
async fn key_value(session: &Session, stack: &Stack) -> Result<SecretString, Failure> {
    let id = stack
        .key
        .current()
        .context("the stage has no API key: gatewayq deploy makes it")?
        .id;
    let cx = session.runtime.cx("API key");
    let request = cx.apigateway.get_api_key().api_key(id).include_value(true);
    let key = cx
        .call("GetApiKey", request.send())
        .await
        .context("the API key's value cannot be read")?;
    Ok(SecretString::from(key.value.unwrap_or_default()))
}

fn show(printer: &Printer, answer: &Answer) {
    let text = String::from_utf8_lossy(&answer.body);
    let body: Value = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|_| Value::String(text.clone().into_owned()));
    printer.result(&json!({"status": answer.status, "body": body}), &text);
}

fn explain(status: u16, answer: &Answer, global: &Global) -> String {
    let kind = answer
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-amzn-errortype"));
    let kind = kind
        .map(|(_, value)| format!(" ({value})"))
        .unwrap_or_default();
    let hint = match status {
        403 => ": refused by API Gateway, for lack of permission to invoke, of an API key, or because there is no such route (a key or plan made just now can take some seconds)".to_owned(),
        429 => ": the usage plan's rate or quota is used up".to_owned(),
        500.. => format!(": see gatewayq logs{}", endpoint::flags(global)),
        _ => String::new(),
    };
    format!("HTTP {status}{kind}{hint}")
}
