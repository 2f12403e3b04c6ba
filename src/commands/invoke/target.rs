//! Where a request goes, and with which key.

use super::path;
use super::request::{KEY_HEADER, UserRequest};
use crate::aws::{Access, Signer};
use crate::cli::{Global, Invoke};
use crate::commands::Failure;
use crate::commands::session::{Session, not_deployed};
use crate::endpoint;
use crate::engine::Cx;
use crate::output::Printer;
use crate::stack::Stack;
use anyhow::Context;
use secrecy::SecretString;
use std::env::VarError;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// The variable that holds an API key's value, so that none stands on a command line.
const KEY_VARIABLE: &str = "GATEWAYQ_API_KEY";

/// For so long after a change API Gateway's data plane may not know of it everywhere.
const FRESH: Duration = Duration::from_secs(300);

pub(super) struct Target {
    pub signer: Signer,
    /// Without a slash at its end.
    pub url: String,
    pub key: Option<SecretString>,
    /// Cancelled by the first Ctrl-C; without a session that ends the process by itself.
    pub cancel: CancellationToken,
    /// The stage, where it is known: it tells when it was last changed.
    stage: Option<Deployed>,
}

struct Deployed {
    cx: Cx,
    rest_api_id: String,
    name: String,
    /// When the stage's own key was last changed, where it is the one that is sent.
    key_changed: Option<SystemTime>,
}

impl Target {
    /// The target that the command line names; AWS is asked for nothing but the answer.
    pub(crate) async fn given(
        global: &Global,
        arguments: &Invoke,
        url: &str,
    ) -> Result<Self, Failure> {
        let url = path::base(url)?;
        let access = Access {
            profile: global.profile.clone(),
            region: global.region.clone().or_else(|| path::region_of(&url)),
            pace: 1.0,
            local: None,
        };
        Ok(Self {
            signer: Signer::open(&access).await?,
            url,
            key: key_variable()?.filter(|_| !arguments.no_key),
            cancel: CancellationToken::new(),
            stage: None,
        })
    }

    /// The deployed stage, found as every command finds it.
    pub(crate) async fn deployed(
        global: &Global,
        printer: &Printer,
        arguments: &Invoke,
        request: &UserRequest,
    ) -> Result<Self, Failure> {
        let session = Session::open(global, printer).await?;
        let stack = session
            .inspect(|stack| vec![stack.api.id(), stack.key.id()])
            .await?;
        let api = stack
            .api
            .current()
            .ok_or_else(|| not_deployed(&stack, global))?;
        let own = key_variable()?.filter(|_| !arguments.no_key);
        let (key, key_changed) = match own {
            _ if arguments.no_key || request.has(KEY_HEADER) => (None, None),
            Some(key) => (Some(key), None),
            None => stages_key(&session, &stack).await?,
        };
        let aws = &session.runtime.aws;
        let stage = Deployed {
            cx: session.runtime.cx("stage"),
            rest_api_id: api.id.clone(),
            name: session.settings.stage.clone(),
            key_changed,
        };
        Ok(Self {
            signer: aws.signer().clone(),
            url: endpoint::stage_url(aws, &api.id, &session.settings.stage),
            key,
            cancel: session.runtime.cancel.clone(),
            stage: Some(stage),
        })
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
/// Exit code 2 where its value is not text.
fn key_variable() -> Result<Option<SecretString>, Failure> {
    match std::env::var(KEY_VARIABLE) {
        Ok(value) => Ok((!value.is_empty()).then(|| SecretString::from(value))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!(
            "{KEY_VARIABLE} is not text in UTF-8"
        ))),
    }
}

/// The key's value, for the one header it is sent in, and when it was last changed.
async fn stages_key(
    session: &Session,
    stack: &Stack,
) -> Result<(Option<SecretString>, Option<SystemTime>), Failure> {
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
    let value = key
        .value
        .context("AWS answered without the API key's value")?;
    let value = SecretString::from(value);
    let changed = key.last_updated_date.and_then(|time| time.try_into().ok());
    Ok((Some(value), changed))
}
