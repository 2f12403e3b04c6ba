//! Calls to the emulator: the client's, passed on, and the proxy's own.
use std::net::Ipv4Addr;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::TRANSFER_ENCODING;
use hyper::http::request::Parts;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::answer::Answer;
use crate::support::ministack::{ACCOUNT, Ministack};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Passes a request on, header for header, and reads the whole answer.
pub(super) async fn forward(port: u16, parts: &Parts, body: Bytes) -> Result<Answer, Error> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = hyper::Request::from_parts(parts.clone(), Full::new(body));
    let (mut parts, body) = sender.send_request(request).await?.into_parts();
    // The body is whole now, and is sent with its length.
    parts.headers.remove(TRANSFER_ENCODING);
    let body = body.collect().await?.to_bytes();
    Ok(Answer { parts, body })
}

/// The proxy's own questions, asked as the account's administrator.
#[derive(Clone, Copy)]
pub(crate) struct Upstream {
    pub port: u16,
    secret: &'static str,
}

/// A question before it is signed.
struct Question<'a> {
    service: &'a str,
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: String,
}

impl Upstream {
    pub(crate) fn of(emulator: &Ministack) -> Self {
        Self {
            port: emulator.port(),
            // One for each proxy of a test run, which ends soon.
            secret: emulator.admin().secret_access_key.leak(),
        }
    }

    /// GET of API Gateway; `None` unless the answer is a success.
    pub(crate) async fn api_gateway(self, region: &str, path: &str) -> Option<Value> {
        let question = Question {
            service: "apigateway",
            method: "GET",
            path,
            headers: &[],
            body: String::new(),
        };
        let answer = self.ask(region, question).await?;
        answer.ok().then(|| answer.json())
    }

    /// A change of API Gateway, whatever comes of it.
    pub(crate) async fn change_api(
        self,
        region: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Option<Answer> {
        let question = Question {
            service: "apigateway",
            method,
            path,
            headers: &[("content-type", "application/json")],
            body: if body.is_null() {
                String::new()
            } else {
                body.to_string()
            },
        };
        self.ask(region, question).await
    }

    /// Whether IAM has the role.
    pub(crate) async fn has_role(self, region: &str, role: &str) -> bool {
        let question = Question {
            service: "iam",
            method: "POST",
            path: "/",
            headers: &[("content-type", "application/x-www-form-urlencoded")],
            body: format!("Action=GetRole&Version=2010-05-08&RoleName={role}"),
        };
        let answer = self.ask(region, question).await;
        answer.is_some_and(|answer| answer.ok())
    }

    /// Makes a log group; one that is there already is no fault.
    pub(crate) async fn create_log_group(self, region: &str, name: &str) {
        let question = Question {
            service: "logs",
            method: "POST",
            path: "/",
            headers: &[
                ("content-type", "application/x-amz-json-1.1"),
                ("x-amz-target", "Logs_20140328.CreateLogGroup"),
            ],
            body: serde_json::json!({"logGroupName": name}).to_string(),
        };
        let _ = self.ask(region, question).await;
    }

    async fn ask(self, region: &str, question: Question<'_>) -> Option<Answer> {
        let request = self.signed(region, &question);
        let (mut parts, ()) = request.into_parts();
        parts.uri = question.path.parse().ok()?;
        forward(self.port, &parts, Bytes::from(question.body))
            .await
            .ok()
    }

    fn signed(self, region: &str, question: &Question<'_>) -> hyper::Request<()> {
        let identity = Credentials::new(ACCOUNT, self.secret, None, None, "the test bench").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(question.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let host = format!("127.0.0.1:{}", self.port);
        let url = format!("http://{host}{}", question.path);
        let headers = [("host", host.as_str())].into_iter();
        let headers = headers.chain(question.headers.iter().copied());
        let mut request = hyper::Request::builder().method(question.method).uri(&url);
        for (name, value) in headers.clone() {
            request = request.header(name, value);
        }
        let body = SignableBody::Bytes(question.body.as_bytes());
        let signable = SignableRequest::new(question.method, &url, headers, body).unwrap();
        let (instructions, _) = sign(signable, &parameters.into()).unwrap().into_parts();
        let mut request = request.body(()).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}
