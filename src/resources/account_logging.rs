//! The account's CloudWatch role: one setting for all APIs of an account and region.
//!
//! Other teams' APIs log through it too. So it is set only where no live role is set, and taken
//! away only where it is ours and nobody else can be using it.

use super::control_plane::patch_operation;
use super::lists::ApiList;
use super::log_group::delete_log_group;
use super::rest_api::api_tags;
use super::role::{decode, delete_role, iam_tags, put_trust, tag_role};
use super::support::{document, found, tag_map};
use crate::aws::websocket_apis;
use crate::engine::{Call, Cx, Error, Field, Owner, Resource, Retained, Set};
use crate::names::Names;
use crate::tags::{SHARED_TAG, Tags};
use aws_sdk_apigateway::types::Op;
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

/// The value of the shared role's tag.
const SHARED: &str = "apigateway-logs";
/// API Gateway makes it, with one greeting in it, when an account's role is first set.
const WELCOME_LOG_GROUP: &str = "/aws/apigateway/welcome";
/// AWS's own policy for this purpose.
const MANAGED_POLICY: &str = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";
/// Before this a new role is refused as a rule, and UpdateAccount may be called once in 20 s: a
/// refusal costs more than the pause. The function takes as long to come up beside it.
const ROLE_SPREADS: Duration = Duration::from_secs(10);

/// The setting, and the role that it names where there is none yet.
pub(crate) struct AccountLogging {
    pub names: Names,
    pub trust: Value,
    /// The user's tags; the role takes them over when it is made.
    pub user_tags: BTreeMap<String, String>,
    /// ARN of the permission boundary that the role is made with.
    pub boundary: Option<String>,
    /// The APIs, to see on delete whether others are left.
    pub list: ApiList,
    /// The tags of the stage that is deployed, by which its own API is told from others.
    pub stage_tags: Tags,
    /// Whether the stage is being deleted: only then does it matter who else is there.
    pub deleting: bool,
    /// Whether the stage logs. One that does not can be deleted without permission to read this.
    pub logs: bool,
    /// What AWS answered where it refused to take the role out of the account's settings.
    pub refused: OnceLock<String>,
}

/// The setting in API Gateway and the role in IAM.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The role in the account's settings.
    setting: Option<String>,
    /// Whether that role exists and is foreign.
    foreign_and_live: bool,
    ours: Option<OurRole>,
    /// What else in the account may log through the role.
    others: Option<String>,
}

#[derive(Clone, Debug)]
struct OurRole {
    name: String,
    trust: Value,
    /// AWS's policy, where it is attached.
    policy: Option<String>,
    tags: BTreeMap<String, String>,
}

const MAKE_ROLE: Call<AccountLogging> = Call {
    operation: "CreateRole",
    run: |logging, cx, _, _| logging.make_role(cx).boxed(),
};
const UPDATE_TRUST: Call<AccountLogging> = Call {
    operation: "UpdateAssumeRolePolicy",
    run: |logging, cx, found, _| logging.update_trust(cx, found).boxed(),
};
const ATTACH: Call<AccountLogging> = Call {
    operation: "AttachRolePolicy",
    run: |logging, cx, _, _| logging.attach(cx).boxed(),
};
const SET: Call<AccountLogging> = Call {
    operation: "UpdateAccount",
    run: |logging, cx, _, _| async { set(cx, &logging.role_arn()).await }.boxed(),
};

impl AccountLogging {
    fn role_name(&self) -> String {
        self.names.logging_role()
    }

    fn role_arn(&self) -> String {
        self.names.role_arn(&self.role_name())
    }

    fn policy_arn(&self) -> String {
        let partition = &self.names.identity.partition;
        format!("arn:{partition}:iam::aws:policy/{MANAGED_POLICY}")
    }

    fn tags(&self) -> Tags {
        Tags::shared(&self.user_tags, SHARED)
    }

    async fn our_role(&self, cx: &Cx) -> Result<Option<OurRole>, Error> {
        let name = self.role_name();
        let role = cx.iam.get_role().role_name(&name);
        let attached = cx.iam.list_attached_role_policies().role_name(&name);
        let (role, attached) = futures::join!(
            cx.call("GetRole", role.send()),
            cx.call("ListAttachedRolePolicies", attached.send()),
        );
        let Some(role) = found(role)?.and_then(|answer| answer.role) else {
            return Ok(None);
        };
        let attached = found(attached)?.and_then(|answer| answer.attached_policies);
        let mut arns = attached
            .into_iter()
            .flatten()
            .filter_map(|policy| policy.policy_arn);
        let trust = role.assume_role_policy_document.as_deref();
        Ok(Some(OurRole {
            name,
            trust: trust.map(decode).unwrap_or_default(),
            policy: arns.find(|arn| *arn == self.policy_arn()),
            tags: tag_map(role.tags(), |tag| (tag.key(), tag.value())),
        }))
    }

    /// Whether the role that the account names exists. Without permission to read a foreign role it
    /// counts as existing: then the setting is left as it is.
    async fn lives(&self, cx: &Cx, arn: &str) -> Result<bool, Error> {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let request = cx.iam.get_role().role_name(name);
        match cx.call("GetRole", request.send()).await {
            Err(error) if error.is_denied() => Ok(true),
            role => Ok(found(role)?.is_some()),
        }
    }

    /// Any other API of this account and region may log through the role, whoever made it.
    async fn others(&self, cx: &Cx) -> Result<Option<String>, Error> {
        let apis = self.list.look(cx).await?;
        let tags = api_tags(cx, &apis, &self.names, &self.stage_tags).await?;
        let others = apis.iter().zip(&tags);
        let others = others.filter(|(_, tags)| !self.stage_tags.are_on(tags));
        let names: Vec<&str> = others.filter_map(|(api, _)| api.name()).collect();
        match names.as_slice() {
            [] => websocket_apis(cx).await,
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
            .description("API Gateway's logs of this account and region")
            .set_permissions_boundary(self.boundary.clone())
            .set_tags(Some(iam_tags(&self.tags())?));
        cx.call("CreateRole", request.send()).await?;
        self.attach(cx).await?;
        cx.wait_for_spreading("IAM to spread the logging role", ROLE_SPREADS)
            .await
    }

    async fn update_trust(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        match found.ours {
            Some(_) => put_trust(cx, &self.role_name(), &self.trust).await,
            // It was made with it just now.
            None => Ok(()),
        }
    }

    async fn attach(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx.iam.attach_role_policy().role_name(self.role_name());
        let request = request.policy_arn(self.policy_arn());
        cx.call("AttachRolePolicy", request.send()).await?;
        Ok(())
    }

    /// Takes our role out of the account's settings; true where it is out of them.
    async fn clear(&self, cx: &Cx) -> Result<bool, Error> {
        match set(cx, "").await {
            Ok(()) => {
                delete_log_group(cx, WELCOME_LOG_GROUP).await?;
                Ok(true)
            }
            // API Gateway has at times refused an empty value. The setting then stays, and with it
            // the role: a setting that names a missing role is worse for whoever logs next.
            Err(error) if error.waiting_for().is_none() && !matches!(error, Error::Cancelled) => {
                let _ = self.refused.set(error.to_string());
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Why the role stays, where AWS refused to take it out of the account's settings.
    fn kept_by_aws(&self, found: &State) -> Option<String> {
        let named = found.setting.as_ref() == Some(&self.role_arn());
        let refused = self.refused.get().filter(|_| named)?;
        Some(format!(
            "the account's CloudWatch role stays {}: {refused}",
            self.role_arn()
        ))
    }
}

async fn set(cx: &Cx, arn: &str) -> Result<(), Error> {
    let operation = patch_operation(Op::Replace, "/cloudwatchRoleArn", Some(arn.to_owned()));
    let request = cx.apigateway.update_account().patch_operations(operation);
    cx.call("UpdateAccount", request.send()).await?;
    Ok(())
}

impl Resource for AccountLogging {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text(
            "role",
            |s| Some(s.ours.as_ref()?.name.clone()),
            Set::By(&MAKE_ROLE),
        ),
        document(
            "AssumeRolePolicyDocument",
            |s| Some(&s.ours.as_ref()?.trust),
            Set::By(&UPDATE_TRUST),
        ),
        Field::text(
            "AttachedPolicy",
            |s| s.ours.as_ref()?.policy.clone(),
            Set::By(&ATTACH),
        ),
        Field::text("cloudwatchRoleArn", |s| s.setting.clone(), Set::By(&SET)),
    ];

    fn made_with(&self, _state: &State) -> Vec<(String, Value)> {
        let boundary = self.boundary.as_ref();
        let boundary = boundary.map(|arn| ("PermissionsBoundary".to_owned(), json!(arn)));
        let tags = ("tag".to_owned(), json!(self.tags().map()));
        boundary.into_iter().chain([tags]).collect()
    }

    fn kind(&self) -> &'static str {
        "account logging"
    }

    fn name(&self) -> String {
        self.role_name()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (account, ours) = futures::join!(
            cx.call("GetAccount", cx.apigateway.get_account().send()),
            self.our_role(cx)
        );
        let (account, ours) = match (account, ours) {
            (Err(error), _) | (_, Err(error)) if error.is_denied() && !self.logs => {
                return Ok(None);
            }
            (account, ours) => (account?, ours?),
        };
        let setting = account.cloudwatch_role_arn;
        let setting = setting.filter(|arn| !arn.is_empty());
        let foreign_and_live = match &setting {
            Some(arn) if *arn != self.role_arn() => self.lives(cx, arn).await?,
            _ => false,
        };
        let ours_is_set = setting.as_ref() == Some(&self.role_arn());
        let others = if self.deleting && (ours.is_some() || ours_is_set) {
            self.others(cx).await?
        } else {
            None
        };
        let is_there = setting.is_some() || ours.is_some();
        Ok(is_there.then_some(State {
            setting,
            foreign_and_live,
            ours,
            others,
        }))
    }

    fn owner(&self, found: &State) -> Owner {
        let ours = found.ours.as_ref().filter(|_| !found.foreign_and_live);
        let shared = |role: &OurRole| role.tags.get(SHARED_TAG).map(String::as_str) == Some(SHARED);
        match ours {
            Some(role) if !shared(role) => {
                Owner::Foreign(format!("it has no tag {SHARED_TAG}={SHARED}"))
            }
            _ => Owner::Ours,
        }
    }

    /// A foreign role that exists is left as it is.
    fn wanted(&self, found: Option<&State>) -> State {
        if let Some(found) = found.filter(|found| found.foreign_and_live) {
            return found.clone();
        }
        let ours = OurRole {
            name: self.role_name(),
            trust: self.trust.clone(),
            policy: Some(self.policy_arn()),
            tags: self.tags().map(),
        };
        State {
            setting: Some(self.role_arn()),
            foreign_and_live: false,
            ours: Some(ours),
            others: found.and_then(|found| found.others.clone()),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.make_role(cx).await?;
        set(cx, &self.role_arn()).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        // Another stage may have come since the plan was made.
        if self.others(cx).await?.is_some() {
            return Err(Error::NotYet("a look at who else logs through it"));
        }
        let is_set = found.setting.as_ref() == Some(&self.role_arn());
        if is_set && !self.clear(cx).await? {
            return Ok(());
        }
        delete_role(cx, &self.role_name()).await
    }

    async fn adopt(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        tag_role(cx, &self.role_name(), &self.tags()).await
    }

    fn retained(&self, found: &State) -> Option<Retained<State>> {
        // A setting that names our role is ours without the role, too: a deploy that was at work beside
        // a delete may have made it last.
        let is_ours = found.ours.is_some() || found.setting.as_ref() == Some(&self.role_arn());
        let reason = match is_ours {
            false => Some("it is not gatewayq's".to_owned()),
            true => found.others.clone().or_else(|| self.kept_by_aws(found)),
        };
        let state = found.clone();
        reason.map(|reason| Retained { reason, state })
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let arn = found.setting.clone();
        arn.map(|arn| ("cloudwatchRoleArn", arn))
            .into_iter()
            .collect()
    }
}
