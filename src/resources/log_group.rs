//! A log group with retention: the function's, or the stage's execution log.

use super::RestApi;
use super::support::{found, gone, required, touches, touches_tags};
use crate::engine::{Change, Cx, Error, Owner, Ref, Resource};
use crate::names::{Names, Tags};
use std::collections::HashMap;

/// A log group as the stack wants it. It is made before anything writes to it: a group that AWS
/// makes by itself keeps its events for ever.
pub struct LogGroup {
    pub kind: &'static str,
    pub name: LogGroupName,
    /// Days.
    pub retention: i32,
    pub tags: Tags,
    pub names: Names,
}

/// How the group's name is known.
pub enum LogGroupName {
    Fixed(String),
    /// API Gateway's execution log, named after the API's id.
    Execution(Ref<RestApi>),
}

/// What CloudWatch Logs holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub name: String,
    retention: Option<i32>,
    tags: HashMap<String, String>,
}

impl LogGroup {
    /// The group's name; `None` while the API has no id.
    fn known_name(&self) -> Option<String> {
        match &self.name {
            LogGroupName::Fixed(name) => Some(name.clone()),
            LogGroupName::Execution(api) => {
                Some(self.names.execution_log_group(&api.current()?.id))
            }
        }
    }

    async fn set_retention(&self, cx: &Cx, name: &str) -> Result<(), Error> {
        let request = cx
            .logs
            .put_retention_policy()
            .log_group_name(name)
            .retention_in_days(self.retention);
        cx.call("PutRetentionPolicy", request.send()).await?;
        Ok(())
    }

    async fn tag(&self, cx: &Cx, name: &str) -> Result<(), Error> {
        let request = cx
            .logs
            .tag_resource()
            .resource_arn(self.names.log_group_arn(name));
        cx.call(
            "TagResource",
            request.set_tags(Some(self.tags.map())).send(),
        )
        .await?;
        Ok(())
    }

    fn wanted_state(&self, name: String) -> State {
        State {
            name,
            retention: Some(self.retention),
            tags: self.tags.map(),
        }
    }
}

impl Resource for LogGroup {
    type State = State;

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn name(&self) -> String {
        self.known_name()
            .unwrap_or_else(|| self.names.execution_log_group("(api id)"))
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        if let LogGroupName::Execution(api) = &self.name {
            api.observed().await?;
        }
        let Some(name) = self.known_name() else {
            return Ok(None);
        };
        let groups = cx.logs.describe_log_groups().log_group_name_prefix(&name);
        let tags = cx
            .logs
            .list_tags_for_resource()
            .resource_arn(self.names.log_group_arn(&name));
        let (groups, tags) = futures::join!(
            cx.call("DescribeLogGroups", groups.send()),
            cx.call("ListTagsForResource", tags.send())
        );
        // The prefix sorts before all that it begins, so the group is on the first page.
        let groups = groups?.log_groups.unwrap_or_default();
        let Some(group) = groups
            .into_iter()
            .find(|group| group.log_group_name.as_deref() == Some(&name))
        else {
            return Ok(None);
        };
        // Both questions were asked at once: made in between, it would pass for one without tags.
        let tags = found(tags)?.ok_or(Error::NotYet("CloudWatch Logs to show the group's tags"))?;
        let tags = tags.tags.unwrap_or_default();
        Ok(Some(State {
            name,
            retention: group.retention_in_days,
            tags,
        }))
    }

    /// The execution log is named after our own API's id: whoever made it, it is this stage's.
    fn owner(&self, state: &State) -> Owner {
        match self.name {
            LogGroupName::Fixed(_) => self.tags.owner(&state.tags),
            LogGroupName::Execution(_) => Owner::Ours,
        }
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        changes.extend(Change::between(
            "RetentionInDays",
            state.retention.as_ref(),
            &self.retention,
        ));
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let name = required(self.known_name(), "the API's id")?;
        let request = cx
            .logs
            .create_log_group()
            .log_group_name(&name)
            .set_tags(Some(self.tags.map()));
        cx.call("CreateLogGroup", request.send()).await?;
        self.set_retention(cx, &name).await?;
        Ok(self.wanted_state(name))
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        if touches(changes, &["RetentionInDays"]) {
            self.set_retention(cx, &state.name).await?;
        }
        if touches_tags(changes) {
            self.tag(cx, &state.name).await?;
        }
        Ok(self.wanted_state(state.name))
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        delete_log_group(cx, &state.name).await
    }

    async fn adopt(&self, cx: &Cx, state: State) -> Result<(), Error> {
        self.tag(cx, &state.name).await
    }
}

/// Deletes a log group with all its streams.
pub(super) async fn delete_log_group(cx: &Cx, name: &str) -> Result<(), Error> {
    gone(
        cx.call(
            "DeleteLogGroup",
            cx.logs.delete_log_group().log_group_name(name).send(),
        )
        .await,
    )
}
