//! The account's CloudWatch role: one setting for all APIs of an account and region.
//!
//! Other teams' APIs log through it too. So it is set only where no live role is set, and taken
//! away only where it is ours and nobody else can be using it.

use super::api_list::ApiList;
use super::log_group::delete_log_group;
use super::role::{decode, delete_role, iam_tags};
use super::support::{document_change, found, tag_map, touches};
use crate::aws::Kind;
use crate::engine::{Change, Cx, Error, Owner, Resource};
use crate::names::{Names, SHARED_TAG, Tags};
use aws_sdk_apigateway::types::{Op, PatchOperation};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

/// The value of the shared role's tag.
const SHARED: &str = "apigateway-logs";
/// API Gateway makes it, with one greeting in it, when an account's role is first set.
const WELCOME_LOG_GROUP: &str = "/aws/apigateway/welcome";
/// AWS's own policy for this purpose.
const MANAGED_POLICY: &str = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/// The setting, and the role that it names where there is none yet.
pub struct AccountLogging {
    pub names: Names,
    pub trust: Value,
    /// The APIs, to see on delete whether others are left.
    pub list: ApiList,
    /// The tags of the stage that asks, by which its own API is told from others.
    pub stage_tags: Tags,
    /// Whether the stage is being deleted: only then is it of interest who else is there.
    pub leaving: bool,
    /// Whether that was looked at before.
    pub looked: AtomicBool,
}

/// What account and IAM hold.
#[derive(Clone, Debug)]
pub struct State {
    /// The role in the account's settings.
    setting: Option<String>,
    /// Whether that role exists and is somebody else's.
    foreign_and_live: bool,
    ours: Option<OurRole>,
    /// What else in the account may log through the role.
    others: Option<String>,
}

#[derive(Clone, Debug)]
struct OurRole {
    trust: Value,
    attached: bool,
    tags: HashMap<String, String>,
}

impl AccountLogging {
    fn role_name(&self) -> String {
        self.names.logging_role()
    }

    fn role_arn(&self) -> String {
        self.names.role_arn(&self.role_name())
    }

    fn policy_arn(&self) -> String {
        format!(
            "arn:{}:iam::aws:policy/{MANAGED_POLICY}",
            self.names.identity.partition
        )
    }

    fn tags(&self) -> Tags {
        Tags(BTreeMap::from([(SHARED_TAG.to_owned(), SHARED.to_owned())]))
    }

    async fn our_role(&self, cx: &Cx) -> Result<Option<OurRole>, Error> {
        let name = self.role_name();
        let (role, attached) = futures::join!(
            cx.call("GetRole", cx.iam.get_role().role_name(&name).send()),
            cx.call(
                "ListAttachedRolePolicies",
                cx.iam.list_attached_role_policies().role_name(&name).send()
            ),
        );
        let Some(role) = found(role)?.and_then(|answer| answer.role) else {
            return Ok(None);
        };
        let attached = found(attached)?
            .and_then(|answer| answer.attached_policies)
            .unwrap_or_default();
        Ok(Some(OurRole {
            trust: role
                .assume_role_policy_document
                .as_deref()
                .map(decode)
                .unwrap_or_default(),
            attached: attached
                .iter()
                .any(|policy| policy.policy_arn.as_ref() == Some(&self.policy_arn())),
            tags: tag_map(role.tags(), |tag| (tag.key(), tag.value())),
        }))
    }

    /// Whether the role that the account names exists. Where nobody allowed us to look at other
    /// people's roles it counts as alive: then the setting is left as it is.
    async fn lives(&self, cx: &Cx, arn: &str) -> Result<bool, Error> {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let role = cx
            .call("GetRole", cx.iam.get_role().role_name(name).send())
            .await;
        match role {
            Err(error) if error.kind == Kind::Denied => Ok(true),
            role => Ok(found(role)?.is_some()),
        }
    }

    /// Any other API of this account and region may log through the role, whoever made it.
    async fn others(&self, cx: &Cx) -> Result<Option<String>, Error> {
        let no_tags = HashMap::new();
        // The first look shares the list that all share; from then on it has to be as it is now.
        let apis = if self.looked.swap(true, Ordering::SeqCst) {
            ApiList::fresh(cx).await?
        } else {
            self.list.get(cx).await?.to_vec()
        };
        let other = |api: &&aws_sdk_apigateway::types::RestApi| {
            !self.stage_tags.own(api.tags().unwrap_or(&no_tags))
        };
        let names: Vec<&str> = apis
            .iter()
            .filter(other)
            .filter_map(|api| api.name())
            .collect();
        match names.as_slice() {
            [] => crate::aws::websocket_apis(cx).await,
            [name] => Ok(Some(format!("the REST API {name} may log through it"))),
            [name, rest @ ..] => Ok(Some(format!(
                "the REST API {name} and {} more may log through it",
                rest.len()
            ))),
        }
    }

    async fn make_role(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .iam
            .create_role()
            .role_name(self.role_name())
            .assume_role_policy_document(self.trust.to_string())
            .description("API Gateway writes execution logs through it; shared by all stages of this account and region")
            .set_tags(Some(iam_tags(&self.tags())?));
        cx.call("CreateRole", request.send()).await?;
        self.attach(cx).await
    }

    async fn attach(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .iam
            .attach_role_policy()
            .role_name(self.role_name())
            .policy_arn(self.policy_arn());
        cx.call("AttachRolePolicy", request.send()).await?;
        Ok(())
    }

    async fn set(&self, cx: &Cx, arn: &str) -> Result<(), Error> {
        let operation = PatchOperation::builder()
            .op(Op::Replace)
            .path("/cloudwatchRoleArn")
            .value(arn)
            .build();
        let request = cx.apigateway.update_account().patch_operations(operation);
        cx.paced("UpdateAccount", request.send()).await?;
        Ok(())
    }

    fn wanted_state(&self) -> State {
        let ours = OurRole {
            trust: self.trust.clone(),
            attached: true,
            tags: self.tags().map(),
        };
        State {
            setting: Some(self.role_arn()),
            foreign_and_live: false,
            ours: Some(ours),
            others: None,
        }
    }
}

impl Resource for AccountLogging {
    type State = State;

    fn kind(&self) -> &'static str {
        "account logging"
    }

    fn name(&self) -> String {
        self.role_name()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (account, ours) = futures::join!(
            cx.paced("GetAccount", cx.apigateway.get_account().send()),
            self.our_role(cx)
        );
        let (setting, ours) = (
            account?.cloudwatch_role_arn.filter(|arn| !arn.is_empty()),
            ours?,
        );
        let foreign_and_live = match &setting {
            Some(arn) if *arn != self.role_arn() => self.lives(cx, arn).await?,
            _ => false,
        };
        let others = if self.leaving && ours.is_some() {
            self.others(cx).await?
        } else {
            None
        };
        if setting.is_none() && ours.is_none() {
            return Ok(None);
        }
        Ok(Some(State {
            setting,
            foreign_and_live,
            ours,
            others,
        }))
    }

    fn owner(&self, state: &State) -> Owner {
        match &state.ours {
            Some(role)
                if !state.foreign_and_live
                    && role.tags.get(SHARED_TAG).map(String::as_str) != Some(SHARED) =>
            {
                Owner::Foreign(format!("it has no tag {SHARED_TAG}={SHARED}"))
            }
            _ => Owner::Ours,
        }
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        if state.foreign_and_live {
            return Vec::new();
        }
        let mut changes = Vec::new();
        match &state.ours {
            None => changes.push(Change::added("role", self.role_name())),
            Some(role) => {
                changes.extend(document_change(
                    "AssumeRolePolicyDocument",
                    Some(&role.trust),
                    &self.trust,
                ));
                changes.extend(
                    (!role.attached).then(|| Change::added("AttachedPolicy", self.policy_arn())),
                );
            }
        }
        changes.extend(Change::between(
            "cloudwatchRoleArn",
            state.setting.as_ref(),
            &self.role_arn(),
        ));
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        self.make_role(cx).await?;
        self.set(cx, &self.role_arn()).await?;
        Ok(self.wanted_state())
    }

    async fn update(&self, cx: &Cx, _state: State, changes: &[Change]) -> Result<State, Error> {
        if touches(changes, &["role"]) {
            self.make_role(cx).await?;
        }
        if touches(changes, &["AssumeRolePolicyDocument"]) {
            let request = cx
                .iam
                .update_assume_role_policy()
                .role_name(self.role_name());
            cx.call(
                "UpdateAssumeRolePolicy",
                request.policy_document(self.trust.to_string()).send(),
            )
            .await?;
        }
        if touches(changes, &["AttachedPolicy"]) {
            self.attach(cx).await?;
        }
        if touches(changes, &["cloudwatchRoleArn"]) {
            self.set(cx, &self.role_arn()).await?;
        }
        Ok(self.wanted_state())
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        // Another stage may have come since the plan was made.
        if self.others(cx).await?.is_some() {
            return Err(Error::NotYet("a look at who else logs through it"));
        }
        if state.setting.as_ref() == Some(&self.role_arn()) {
            self.set(cx, "").await?;
            delete_log_group(cx, WELCOME_LOG_GROUP).await?;
        }
        delete_role(cx, &self.role_name()).await
    }

    async fn adopt(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        let request = cx
            .iam
            .tag_role()
            .role_name(self.role_name())
            .set_tags(Some(iam_tags(&self.tags())?));
        cx.call("TagRole", request.send()).await?;
        Ok(())
    }

    fn retained(&self, state: &State) -> Option<String> {
        match (&state.ours, &state.others) {
            (None, _) => Some("it is not gatewayq's".to_owned()),
            (Some(_), others) => others.clone(),
        }
    }

    fn details(&self, state: &State) -> Vec<(&'static str, String)> {
        state
            .setting
            .iter()
            .map(|arn| ("cloudwatchRoleArn", arn.clone()))
            .collect()
    }
}
