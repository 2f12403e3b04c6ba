//! Right after a deploy API Gateway's data plane does not know the stage, the route or the key
//! everywhere: for some seconds it refuses what will work.

use super::request::{KEY_HEADER, UserRequest};
use super::target::Target;
use crate::aws::Response;
use crate::cli::Invoke;
use crate::commands::Failure;
use crate::output::Printer;
use serde_json::Value;
use std::time::Duration;

/// 25 seconds altogether.
const PAUSES: [u64; 8] = [1, 1, 2, 3, 4, 4, 5, 5];

/// Sends until the answer is another one than "not known yet", or that took too long; `first` is the answer
/// of a request that was sent before. API Gateway refuses before it calls the function: nothing happens twice.
pub(super) async fn send(
    target: &Target,
    printer: &Printer,
    arguments: &Invoke,
    request: &UserRequest,
    mut first: Option<Result<Response, Failure>>,
) -> Result<Response, Failure> {
    let mut pauses = PAUSES.iter();
    let mut told = false;
    loop {
        let answer = match first.take() {
            Some(answer) => answer?,
            None => target.send(request).await?,
        };
        let Some(what) = lacking(target, request, &answer) else {
            return Ok(answer);
        };
        if arguments.no_wait || (!told && !target.is_fresh().await) {
            return Ok(answer);
        }
        let Some(pause) = pauses.next() else {
            return Ok(answer);
        };
        if !told {
            printer.note(&format!(
                "API Gateway answers 403: it does not know {}, perhaps not yet. Asking again for {} s (--no-wait does not)",
                what.words(),
                PAUSES.iter().sum::<u64>()
            ));
            told = true;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(*pause)) => {}
            () = target.cancel.cancelled() => {
                let left = "API Gateway went on refusing the request with 403; nothing was called";
                return Err(Failure::Interrupted(left.to_owned()));
            }
        }
    }
}

/// What API Gateway does not know of a request, where that may pass: soon after a change.
pub(super) async fn not_yet(
    target: &Target,
    arguments: &Invoke,
    request: &UserRequest,
    answer: &Response,
) -> Option<Unknown> {
    let what = lacking(target, request, answer).filter(|_| !arguments.no_wait)?;
    target.is_fresh().await.then_some(what)
}

/// A request without a key does not get one by waiting, nor is one switched on by it.
fn lacking(target: &Target, request: &UserRequest, answer: &Response) -> Option<Unknown> {
    let with_key = target.key.is_some() || request.has(KEY_HEADER);
    let may_pass = with_key && !sends_one_that_is_off(target, request);
    unknown(answer).filter(|what| may_pass || *what != Unknown::Key)
}

/// Whether API Gateway refused the stage's own key, since it is switched off.
pub(super) fn is_for_a_key_that_is_off(
    target: &Target,
    request: &UserRequest,
    answer: &Response,
) -> bool {
    sends_one_that_is_off(target, request) && unknown(answer) == Some(Unknown::Key)
}

fn sends_one_that_is_off(target: &Target, request: &UserRequest) -> bool {
    let stage = target.stage.as_ref();
    stage.is_some_and(|stage| stage.key_is_off) && !request.has(KEY_HEADER)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    Key,
    Route,
}

impl Unknown {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Key => "the API key",
            Self::Route => "the route",
        }
    }
}

/// What API Gateway says it does not know (API Gateway developer guide, "Gateway response
/// types": INVALID_API_KEY and MISSING_AUTHENTICATION_TOKEN). Lack of permission is neither, and so is what the function
/// answers in the same words: there AWS has no error type beside its own id. Emulators have neither.
fn unknown(answer: &Response) -> Option<Unknown> {
    if answer.status != 403 {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let kind = answer.header("x-amzn-errortype");
    if kind.is_none() && answer.header("x-amz-apigw-id").is_some() {
        return None;
    }
    match (kind, body["message"].as_str()) {
        (None | Some("ForbiddenException"), Some("Forbidden")) => Some(Unknown::Key),
        (
            None | Some("MissingAuthenticationTokenException"),
            Some("Missing Authentication Token"),
        ) => Some(Unknown::Route),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_waited_for() {
        let answer = |status, kind: Option<&str>, body: &str| Response {
            status,
            headers: kind
                .map(|kind| ("x-amzn-ErrorType".to_owned(), kind.to_owned()))
                .into_iter()
                .collect(),
            body: body.as_bytes().to_vec(),
        };
        let forbidden = r#"{"message":"Forbidden"}"#;
        let key = answer(403, Some("ForbiddenException"), forbidden);
        assert_eq!(unknown(&key), Some(Unknown::Key));
        assert_eq!(unknown(&answer(403, None, forbidden)), Some(Unknown::Key));
        let route = r#"{"message":"Missing Authentication Token"}"#;
        let kind = Some("MissingAuthenticationTokenException");
        assert_eq!(unknown(&answer(403, kind, route)), Some(Unknown::Route));

        let denied = r#"{"Message":"User: x is not authorized to perform: execute-api:Invoke"}"#;
        assert_eq!(
            unknown(&answer(403, Some("AccessDeniedException"), denied)),
            None
        );
        assert_eq!(unknown(&answer(200, None, forbidden)), None);
        assert_eq!(unknown(&answer(403, None, "<html>")), None);
    }

    /// It was called, and would be again.
    #[test]
    fn what_the_function_answers_is_not_api_gateways() {
        let mut answer = Response {
            status: 403,
            headers: Vec::new(),
            body: br#"{"message":"Forbidden"}"#.to_vec(),
        };
        assert_eq!(unknown(&answer), Some(Unknown::Key), "an emulator's");
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        answer.headers = vec![header("x-amz-apigw-id", "aBcDeFgHoAMEa1w=")];
        assert_eq!(unknown(&answer), None);
        answer
            .headers
            .push(header("x-amzn-ErrorType", "ForbiddenException"));
        assert_eq!(unknown(&answer), Some(Unknown::Key));
    }
}
