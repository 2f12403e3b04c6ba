//! The way from the SDK's clients to the account in memory, and back.

use super::account::Account;
use super::fixtures::{self, fixture};
use super::operations::Request;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What a service answers: the body, or the error's code.
pub(crate) type Reply = Result<Value, &'static str>;

/// An account that clients can be given instead of a network.
#[derive(Clone, Debug)]
pub(crate) struct Line(pub Arc<Mutex<Account>>);

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = Request::read(&request);
        let reply = self.0.lock().unwrap().answer(&request);
        let response = match reply {
            Ok(body) => answer(&request, body),
            Err(code) => error(&request.service, code),
        };
        HttpConnectorFuture::ready(Ok(response))
    }
}

fn response(status: u16, headers: &[(String, String)], body: String) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    let response = response.body(SdkBody::from(body)).unwrap();
    HttpResponse::try_from(response).unwrap()
}

/// Status and headers are those that were recorded.
fn answer(request: &Request, body: Value) -> HttpResponse {
    super::shapes::assert_fits(request, &body);
    let known = fixture(&request.service, &request.operation);
    let body = match body {
        Value::String(text) => text,
        body => body.to_string(),
    };
    response(known.status, &known.headers, body)
}

fn error(service: &str, code: &'static str) -> HttpResponse {
    let (status, message) = fixtures::error(service, code);
    let named = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    match service {
        "iam" => {
            let body = format!(
                "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender\
                 </Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>0</RequestId>\
                 </ErrorResponse>"
            );
            response(status, &named("content-type", "text/xml"), body)
        }
        "sqs" | "logs" | "monitoring" | "dynamodb" => {
            let body =
                json!({"__type": format!("com.amazonaws.{service}#{code}"), "message": message});
            response(status, &[], body.to_string())
        }
        _ => {
            let body = json!({"message": message}).to_string();
            response(status, &named("x-amzn-errortype", code), body)
        }
    }
}
