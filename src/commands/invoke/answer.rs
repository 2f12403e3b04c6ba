//! What came back, shown.

use crate::aws::Response;
use crate::output::Printer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

/// The document of `--json`.
#[derive(Serialize)]
struct Document<'a> {
    status: u16,
    body: Body<'a>,
    /// `base64` where the body is neither JSON nor text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_encoding: Option<&'static str>,
    /// The task that was sent, where the answer is one to the question for its result and does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<&'a str>,
}

/// JSON stays as it was written: a number can have more digits than any type holds.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Json(&'a RawValue),
    Text(&'a str),
    Bytes(String),
}

pub(super) fn show(printer: &Printer, answer: &Response, task: Option<&str>) {
    let document = document(answer, task);
    match std::str::from_utf8(&answer.body) {
        Ok(text) => printer.result(&document, &printer.foreign(text)),
        Err(_) => printer.binary(&document, &answer.body),
    }
}

fn document<'a>(answer: &'a Response, task: Option<&'a str>) -> Document<'a> {
    let text = std::str::from_utf8(&answer.body);
    let body = match serde_json::from_slice::<&RawValue>(&answer.body) {
        Ok(json) => Body::Json(json),
        Err(_) => match text {
            Ok(text) => Body::Text(text),
            Err(_) => Body::Bytes(STANDARD.encode(&answer.body)),
        },
    };
    Document {
        status: answer.status,
        body_encoding: matches!(body, Body::Bytes(_)).then_some("base64"),
        body,
        task_id: task,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &[u8]) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.to_vec(),
        }
    }

    fn shown(body: &[u8]) -> String {
        serde_json::to_string(&document(&answer(200, body), None)).unwrap()
    }

    #[test]
    fn a_task_whose_result_was_not_to_be_read_is_named() {
        let answer = answer(403, b"{}");
        assert_eq!(
            serde_json::to_string(&document(&answer, Some("t"))).unwrap(),
            r#"{"status":403,"body":{},"task_id":"t"}"#
        );
    }

    #[test]
    fn a_body_is_shown_without_loss() {
        assert_eq!(
            shown(b"[12345678901234567890123,1.10]"),
            r#"{"status":200,"body":[12345678901234567890123,1.10]}"#
        );
        assert_eq!(shown(b"a \"b\""), r#"{"status":200,"body":"a \"b\""}"#);
        assert_eq!(
            shown(b"\xff\x00"),
            r#"{"status":200,"body":"/wA=","body_encoding":"base64"}"#
        );
        assert_eq!(shown(b""), r#"{"status":200,"body":""}"#);
    }
}
