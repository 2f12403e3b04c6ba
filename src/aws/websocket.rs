//! WebSocket APIs: they log through the account's CloudWatch role as REST APIs do, but only API
//! Gateway's second API lists them.

use super::signed::Request;
use super::{Aws, AwsError, Kind};
use crate::engine::Error;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What of the account's WebSocket APIs may log through the account's role, in words; `None`
/// where there are none. Where the list may not be had, that is said: then nobody knows.
///
/// # Errors
/// No answer, a 5xx or throttling: the same question may be answered a little later.
pub(crate) async fn websocket_apis(aws: &Aws) -> Result<Option<String>, Error> {
    let mut next = String::new();
    loop {
        let url = format!("{}/v2/apis{next}", aws.control_plane);
        let Some(page) = page(aws, url).await? else {
            let unknown =
                "the account's WebSocket APIs cannot be listed, and they may log through it";
            return Ok(Some(unknown.to_owned()));
        };
        let apis = page["items"].as_array();
        let mut apis = apis.into_iter().flatten();
        if let Some(api) = apis.find(|api| api["protocolType"] == "WEBSOCKET") {
            let name = api["name"].as_str().unwrap_or("(no name)");
            return Ok(Some(format!("the WebSocket API {name} may log through it")));
        }
        let Some(token) = page["nextToken"].as_str() else {
            return Ok(None);
        };
        next = format!(
            "?nextToken={}",
            utf8_percent_encode(token, NON_ALPHANUMERIC)
        );
    }
}

/// One page; `None` where AWS refuses to list them, or answers something else.
async fn page(aws: &Aws, url: String) -> Result<Option<Value>, AwsError> {
    let request = Request {
        method: "GET".to_owned(),
        url,
        headers: Vec::new(),
        body: Vec::new(),
    };
    let again = |kind, message: String| AwsError {
        operation: "GetApis",
        kind,
        code: String::new(),
        message,
    };
    match aws.send_signed("apigateway", request).await {
        Err(error) => Err(again(Kind::Unavailable, format!("{error:#}"))),
        Ok(answer) => match answer.status {
            200 => Ok(serde_json::from_slice(&answer.body).ok()),
            429 => Err(again(Kind::Throttled, "status 429".to_owned())),
            status @ (500 | 502..=504) => Err(again(Kind::Unavailable, format!("status {status}"))),
            _ => Ok(None),
        },
    }
}
