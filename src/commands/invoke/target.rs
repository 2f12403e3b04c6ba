//! Where a request goes, and with which key.

use super::path;
use super::request::UserRequest;
use crate::aws::{Access, Request, Response, Signer};
use crate::cli::{Global, Invoke};
use crate::commands::{Failure, interrupt};
use crate::engine::Cx;
use crate::output::Printer;
use anyhow::Context;
use http::header;
use secrecy::SecretString;
use std::env::VarError;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// The variable that holds an API key's value, so that none stands on a command line.
const KEY_VARIABLE: &str = "GATEWAYQ_API_KEY";

/// The same for the token that a route's authorizer asks for.
pub(super) const TOKEN_VARIABLE: &str = "GATEWAYQ_TOKEN";

/// For so long after a change API Gateway's data plane may not know of it everywhere.
const FRESH: Duration = Duration::from_secs(300);

pub(super) struct Target {
    pub signer: Signer,
    /// Without a slash at its end.
    pub url: String,
    /// What to do where nobody answers, below the error.
    pub help: String,
    /// The host that is asked for, where it is another one than the URL's.
    pub host: Option<String>,
    pub key: Option<SecretString>,
    /// Sent as it is in `Authorization`, where a signature would stand.
    pub token: Option<SecretString>,
    /// Cancelled by the first Ctrl-C.
    pub cancel: CancellationToken,
    /// The stage, where it is known: it tells when it was last changed.
    pub stage: Option<TargetStage>,
}

pub(super) struct TargetStage {
    pub cx: Cx,
    pub rest_api_id: String,
    pub name: String,
    /// When the stage's own key was last changed, where it is the one that is sent.
    pub key_changed: Option<SystemTime>,
    /// Whether that key is switched off.
    pub key_is_off: bool,
}

impl Target {
    /// The target that the command line names; AWS is asked for nothing but the answer.
    pub(crate) async fn given(
        global: &Global,
        printer: &Printer,
        arguments: &Invoke,
        url: &str,
    ) -> Result<Self, Failure> {
        let url = path::base(url)?;
        let cancel = interrupt::listen(printer);
        let access = Access {
            profile: global.profile.clone(),
            region: global.region.clone().or_else(|| path::region_of(&url)),
            pace: 1.0,
            local: None,
        };
        let token = token_variable()?;
        let open = async {
            match token {
                Some(_) => Signer::without_credentials(&access).await,
                None => Signer::open(&access).await,
            }
        };
        let signer = tokio::select! {
            signer = open => signer?,
            () = cancel.cancelled() => {
                return Err(Failure::Interrupted("nothing was sent".to_owned()));
            }
        };
        Ok(Self {
            signer,
            url,
            token,
            help: String::new(),
            host: None,
            key: key_variable()?.filter(|_| !arguments.no_key),
            cancel,
            stage: None,
        })
    }

    /// Sends the user's request, once: with the token, where there is one, otherwise signed.
    ///
    /// # Errors
    /// There was no answer, or Ctrl-C before there was one.
    pub(super) async fn send(&self, request: &UserRequest) -> Result<Response, Failure> {
        let url = format!("{}{}", self.url, request.path);
        let mut headers = request.headers(self.key.as_ref(), self.token.as_ref());
        let host = self.host.iter();
        headers.extend(host.map(|host| (header::HOST.as_str().to_owned(), host.clone())));
        let sent = Request {
            url: url.clone(),
            headers,
            method: request.method.clone(),
            body: request.body.clone(),
        };
        let answer = async {
            match self.token {
                Some(_) => self.signer.send_unsigned(sent).await,
                None => self.signer.send("execute-api", sent).await,
            }
        };
        let answer = tokio::select! {
            answer = answer => answer,
            () = self.cancel.cancelled() => {
                let left = "the request was sent, and nobody waits for its answer";
                return Err(Failure::Interrupted(left.to_owned()));
            }
        };
        Ok(answer.with_context(|| format!("the request to {url} failed{}", self.help))?)
    }

    /// Whether API Gateway may not know yet of what the request needs. Where nothing tells when
    /// that was made, it may.
    pub(crate) async fn is_fresh(&self) -> bool {
        let Some(stage) = &self.stage else {
            return true;
        };
        let request = stage.cx.apigateway.get_stage();
        let request = request
            .rest_api_id(&stage.rest_api_id)
            .stage_name(&stage.name);
        let Ok(found) = stage.cx.call("GetStage", request.send()).await else {
            return true;
        };
        let changed = [
            stage.key_changed,
            found
                .last_updated_date
                .and_then(|time| time.try_into().ok()),
        ];
        changed.into_iter().flatten().any(is_recent)
    }
}

/// A time ahead of this machine's clock is recent too.
fn is_recent(time: SystemTime) -> bool {
    time.elapsed().unwrap_or_default() < FRESH
}

/// # Errors
/// Exit code 2 where its value is not what a header can hold.
pub(super) fn key_variable() -> Result<Option<SecretString>, Failure> {
    variable(KEY_VARIABLE)
}

/// # Errors
/// Exit code 2 where its value is not what a header can hold.
pub(super) fn token_variable() -> Result<Option<SecretString>, Failure> {
    variable(TOKEN_VARIABLE)
}

fn variable(name: &str) -> Result<Option<SecretString>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => sendable(name, value).map(Some),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is not text in UTF-8"))),
    }
}

/// The value of the variable `name`, which is sent as a header.
fn sendable(name: &str, value: String) -> Result<SecretString, Failure> {
    match value.is_ascii() && http::HeaderValue::from_str(&value).is_ok() {
        true => Ok(value.into()),
        false => Err(Failure::usage(format!(
            "{name} has characters that a header cannot hold: it is ASCII, on one line"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_no_header_can_hold_is_told_by_its_name() {
        assert!(sendable(KEY_VARIABLE, "a-key".to_owned()).is_ok());
        for value in ["a-key\r", "a-key\n", "kéy"] {
            let refused = sendable(KEY_VARIABLE, value.to_owned()).err().unwrap();
            let told = refused.message().unwrap_or_default();
            assert!(
                told.starts_with("GATEWAYQ_API_KEY has characters"),
                "{told}"
            );
            assert!(!told.contains(value), "{told}");
        }
    }
}
