//! Calls to the emulator: the client's, passed on, and the proxy's own.
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::TRANSFER_ENCODING;
use hyper::http::request::Parts;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::answer::Answer;
use crate::support::ministack::ACCOUNT;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Passes a request on, header for header, and reads the whole answer.
pub async fn forward(port: u16, parts: &Parts, body: Bytes) -> Result<Answer, Error> {
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

/// The proxy's own questions, asked as the account's administrator, whose signature ministack does not check.
#[derive(Clone, Copy, Debug)]
pub struct Upstream {
    pub port: u16,
}

impl Upstream {
    /// GET of API Gateway; `None` unless the answer is a success.
    pub async fn api_gateway(self, region: &str, path: &str) -> Option<Value> {
        let request = self.signed("apigateway", region).method("GET").uri(path);
        let answer = self.send(request.body(()).ok()?, Bytes::new()).await?;
        answer.ok().then(|| answer.json())
    }

    /// Whether IAM has the role.
    pub async fn has_role(self, region: &str, role: &str) -> bool {
        let body = format!("Action=GetRole&Version=2010-05-08&RoleName={role}");
        let request = self.signed("iam", region).method("POST").uri("/");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let Ok(request) = request.body(()) else {
            return false;
        };
        let answer = self.send(request, Bytes::from(body)).await;
        answer.is_some_and(|answer| answer.ok())
    }

    /// Makes a log group; one that is there already is no fault.
    pub async fn create_log_group(self, region: &str, name: &str) {
        let body = serde_json::json!({"logGroupName": name}).to_string();
        let request = self.signed("logs", region).method("POST").uri("/");
        let request = request
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "Logs_20140328.CreateLogGroup");
        if let Ok(request) = request.body(()) {
            let _ = self.send(request, Bytes::from(body)).await;
        }
    }

    fn signed(self, service: &str, region: &str) -> hyper::http::request::Builder {
        let scope = format!("{ACCOUNT}/20260101/{region}/{service}/aws4_request");
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={:064}",
            0
        );
        hyper::Request::builder()
            .header("host", format!("127.0.0.1:{}", self.port))
            .header("authorization", authorization)
    }

    async fn send(self, request: hyper::Request<()>, body: Bytes) -> Option<Answer> {
        let (parts, ()) = request.into_parts();
        forward(self.port, &parts, body).await.ok()
    }
}
