//! The stage that the project deploys: where it answers, found by its tags or by what the last invoke
//! found.

use super::remembered::{Ids, Remembered};
use super::request::{KEY_HEADER, UserRequest};
use super::target::{Target, TargetStage, key_variable, token_variable};
use crate::cli::{Global, Invoke};
use crate::commands::Failure;
use crate::commands::session::{self, Session, not_deployed};
use crate::endpoint;
use crate::engine::Error;
use crate::names::Names;
use crate::output::Printer;
use crate::resources::{DEFAULT_KEY, DISABLED, RETIRED};
use crate::stack::Stack;
use crate::tags::KEY_TAG;
use anyhow::Context;
use aws_sdk_apigateway::operation::get_api_key::GetApiKeyOutput;
use camino::Utf8PathBuf;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// Of a domain whose record is missing, or too young.
fn no_answer(flags: &str) -> String {
    format!(
        "; `gatewayq status{flags}` shows the DNS record that the domain needs, and --no-domain asks the execute-api \
         URL"
    )
}

/// The key to send.
enum KeyToSend {
    No,
    /// Of a consumer, from the environment.
    Given(SecretString),
    /// The stage's own.
    Own,
}

/// A stage that the project deploys, with what finds it.
pub(super) struct Deployed<'a> {
    global: &'a Global,
    session: Session,
    /// Where gatewayq keeps what it found.
    project: Utf8PathBuf,
    key: KeyToSend,
    token: Option<SecretString>,
    /// Whether the domain is passed by.
    no_domain: bool,
}

/// Where a stage answers, and by which ids.
pub(super) struct Located {
    pub target: Target,
    pub ids: Ids,
}

/// The stage's own key, for the one header that its value is sent in.
struct OwnKey {
    id: String,
    value: SecretString,
    changed: Option<SystemTime>,
    is_off: bool,
}

impl<'a> Deployed<'a> {
    pub(super) async fn open(
        global: &'a Global,
        printer: &Printer,
        arguments: &Invoke,
        request: &UserRequest,
    ) -> Result<Self, Failure> {
        let given = key_variable()?;
        let key = match given {
            _ if arguments.no_key || request.has(KEY_HEADER) => KeyToSend::No,
            Some(key) => KeyToSend::Given(key),
            None => KeyToSend::Own,
        };
        Ok(Self {
            global,
            session: Session::open(global, printer).await?,
            project: session::project_dir(global)?,
            key,
            token: token_variable()?,
            no_domain: arguments.no_domain,
        })
    }

    /// Where the last invoke found it, as far as AWS still says so.
    pub(super) async fn remembered(&self) -> Option<Located> {
        let names = self.session.names();
        let ids = self.memory(&names).load()?;
        let own = match (&self.key, &ids.key) {
            (KeyToSend::Own, None) => return None,
            (KeyToSend::Own, Some(id)) => Some(self.remembered_key(&names, id).await?),
            _ => None,
        };
        Some(self.located(ids.rest_api, own))
    }

    /// The key with this id, if it is still the stage's own and in use.
    async fn remembered_key(&self, names: &Names, id: &str) -> Option<OwnKey> {
        let key = self.read_key(id).await.ok()?;
        let tags = key.tags.clone().unwrap_or_default().into_iter().collect();
        let is_ours = names.tags(&BTreeMap::new()).are_on(&tags)
            && tags.get(KEY_TAG).is_some_and(|of| of == DEFAULT_KEY);
        let is_in_use = key.description.as_deref() != Some(RETIRED);
        (is_ours && is_in_use).then(|| own_key(key))?
    }

    /// Where it is, found as every command finds it.
    pub(super) async fn found(&self) -> Result<Located, Failure> {
        let stack = self
            .session
            .inspect(|stack| match self.key {
                KeyToSend::Own => vec![stack.api.id(), stack.key.id()],
                _ => vec![stack.api.id()],
            })
            .await?;
        let api = stack.api.current();
        let api = api.ok_or_else(|| not_deployed(&stack, self.global))?;
        let own = match self.key {
            KeyToSend::Own => Some(self.own_key(&stack).await?),
            _ => None,
        };
        let located = self.located(api.id, own);
        self.memory(&stack.names).keep(located.ids.clone());
        Ok(located)
    }

    fn memory(&self, names: &Names) -> Remembered<'_> {
        let endpoint = self.session.runtime.aws.endpoint.as_deref();
        Remembered::of(&self.project, names, endpoint)
    }

    fn located(&self, rest_api_id: String, own: Option<OwnKey>) -> Located {
        let (aws, stage) = (&self.session.runtime.aws, &self.session.settings.stage);
        let given = match &self.key {
            KeyToSend::Given(key) => Some(key.clone()),
            _ => None,
        };
        let (changed, is_off) = match &own {
            Some(key) => (key.changed, key.is_off),
            None => (None, false),
        };
        let (id, value) = match own {
            Some(key) => (Some(key.id), Some(key.value)),
            None => (None, given),
        };
        let domain = self.session.settings.domain.as_ref();
        let domain = domain.filter(|_| !self.no_domain);
        // An emulator tells the stages by the host that is asked for, at its own address.
        let (url, host) = match (domain, &aws.endpoint) {
            (Some(domain), Some(endpoint)) => (
                format!("{}{}", endpoint.trim_end_matches('/'), domain.path()),
                Some(domain.name.clone()),
            ),
            (Some(domain), None) => (domain.url(), None),
            (None, _) => (endpoint::stage_url(aws, &rest_api_id, stage), None),
        };
        let target = Target {
            signer: aws.signer().clone(),
            url,
            help: domain.map_or_else(String::new, |_| no_answer(&self.session.flags)),
            host,
            key: value,
            token: self.token.clone(),
            cancel: self.session.runtime.cancel.clone(),
            stage: Some(TargetStage {
                cx: self.session.runtime.cx("stage"),
                rest_api_id: rest_api_id.clone(),
                name: stage.clone(),
                key_changed: changed,
                key_is_off: is_off,
            }),
        };
        let ids = Ids {
            rest_api: rest_api_id,
            key: id,
        };
        Located { target, ids }
    }

    async fn own_key(&self, stack: &Stack) -> Result<OwnKey, Failure> {
        let id = stack
            .key
            .current()
            .with_context(|| {
                let flags = &self.session.flags;
                format!("the stage has no API key: gatewayq deploy{flags} makes it")
            })?
            .id;
        let key = self.read_key(&id).await;
        let key = key.context("the API key's value cannot be read")?;
        let key = own_key(key).context("AWS answered without the API key's value")?;
        Ok(key)
    }

    async fn read_key(&self, id: &str) -> Result<GetApiKeyOutput, Error> {
        let cx = self.session.runtime.cx("API key");
        let request = cx.apigateway.get_api_key().api_key(id).include_value(true);
        cx.call("GetApiKey", request.send()).await
    }
}

/// By `keys disable`, which takes it off its plan, or by hand.
fn is_off(key: &GetApiKeyOutput) -> bool {
    !key.enabled || key.description.as_deref() == Some(DISABLED)
}

fn own_key(key: GetApiKeyOutput) -> Option<OwnKey> {
    Some(OwnKey {
        is_off: is_off(&key),
        id: key.id?,
        value: SecretString::from(key.value?),
        changed: key.last_updated_date.and_then(|time| time.try_into().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_off_by_its_mark_or_by_hand() {
        let key = |enabled, description: &str| {
            let key = GetApiKeyOutput::builder().enabled(enabled);
            is_off(&key.description(description).build())
        };
        assert!(!key(true, "in use"));
        assert!(key(false, "in use"));
        assert!(key(true, DISABLED));
    }
}
