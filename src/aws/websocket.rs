//! WebSocket APIs: they log through the account's CloudWatch role as REST APIs do, but only API
//! Gateway's second API lists them.

use super::Aws;
use super::signed::Unsigned;
use crate::engine::Error;
use serde_json::Value;

/// What of the account's WebSocket APIs may log through the account's role, in words; `None`
/// where there are none. Where the list cannot be had, that is said: then nobody knows.
///
/// # Errors
/// None today; the caller treats it like any other read.
pub async fn websocket_apis(aws: &Aws) -> Result<Option<String>, Error> {
    let base = match &aws.endpoint {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!(
            "https://apigateway.{}.{}",
            aws.region,
            aws.identity.dns_suffix()
        ),
    };
    let mut next = String::new();
    loop {
        let url = format!("{base}/v2/apis?maxResults=500{next}");
        let request = Unsigned {
            method: "GET".to_owned(),
            url,
            headers: Vec::new(),
            body: Vec::new(),
        };
        let page: Value =
            match aws.send_signed("apigateway", request).await {
                Ok(answer) if answer.status == 200 => {
                    serde_json::from_slice(&answer.body).unwrap_or_default()
                }
                _ => return Ok(Some(
                    "the account's WebSocket APIs cannot be listed, and they may log through it"
                        .to_owned(),
                )),
            };
        let apis = page["items"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if let Some(api) = apis.iter().find(|api| api["protocolType"] == "WEBSOCKET") {
            let name = api["name"].as_str().unwrap_or("(no name)");
            return Ok(Some(format!("the WebSocket API {name} may log through it")));
        }
        match page["nextToken"].as_str() {
            Some(token) => {
                next = format!(
                    "&nextToken={}",
                    percent_encoding::utf8_percent_encode(
                        token,
                        percent_encoding::NON_ALPHANUMERIC
                    )
                )
            }
            None => return Ok(None),
        }
    }
}
