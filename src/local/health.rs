//! One question to the server: are you the one that was started here?

use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Bytes of an answer that are read at most; the report has some 5 KB.
const LONGEST: u64 = 1024 * 1024;

#[derive(Deserialize)]
struct Report {
    /// What the server was given in `MINISTACK_EDITION`, its field for a name of one's own.
    edition: String,
    auth: String,
}

/// Whether the server on `port` answers within `limit` and is `instance`, with authorisation on.
pub(super) async fn is(port: u16, instance: &str, limit: Duration) -> bool {
    let answer = timeout(limit, ask(port)).await;
    matches!(answer, Ok(Some(report)) if report.edition == instance && report.auth == "enabled")
}

async fn ask(port: u16) -> Option<Report> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    // HTTP/1.0, so that the answer comes in one piece and ends with the connection.
    let request = format!("GET /_ministack/health HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await.ok()?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> Option<Report> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let status = answer.split(|byte| *byte == b' ').nth(1)?;
    if status != b"200" {
        return None;
    }
    serde_json::from_slice(&answer[end + 4..]).ok()
}
