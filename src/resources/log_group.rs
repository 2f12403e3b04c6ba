//! A log group with retention: the function's, or the stage's execution log.

use super::RestApi;
use super::support::{UNKNOWN, found, gone, required};
use crate::engine::{Call, Cx, Error, Field, Owner, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::{ACCESS_LOG_TAG, Tags};
use futures::FutureExt;
use std::collections::BTreeMap;

/// A log group as the stack wants it. It is made before anything writes to it: a group that AWS
/// makes by itself keeps its events for ever.
pub(crate) struct LogGroup {
    pub kind: &'static str,
    pub name: LogGroupName,
    /// Days.
    pub retention: i32,
    pub tags: Tags,
    pub names: Names,
}

/// How the group's name is known.
pub(crate) enum LogGroupName {
    Fixed(String),
    /// API Gateway's execution log, named after the API's id.
    Execution(Ref<RestApi>),
    /// The stage's access log: asked for where the API's tag tells of it.
    Access(Ref<RestApi>),
}

/// The group in CloudWatch Logs.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub name: String,
    retention: Option<i32>,
    tags: BTreeMap<String, String>,
}

const PUT_RETENTION: Call<LogGroup> = Call {
    operation: "PutRetentionPolicy",
    run: |group, cx, found, _| group.set_retention(cx, &found.name).boxed(),
};
const TAG: Call<LogGroup> = Call {
    operation: "TagResource",
    run: |group, cx, found, _| group.tag(cx, &found.name).boxed(),
};

impl LogGroup {
    /// The group's name; `None` while the API has no id.
    fn known_name(&self) -> Option<String> {
        match &self.name {
            LogGroupName::Fixed(name) => Some(name.clone()),
            LogGroupName::Access(_) => Some(self.names.access_log_group()),
            LogGroupName::Execution(api) => {
                Some(self.names.execution_log_group(&api.current()?.id))
            }
        }
    }

    async fn set_retention(&self, cx: &Cx, name: &str) -> Result<(), Error> {
        let request = cx.logs.put_retention_policy().log_group_name(name);
        let request = request.retention_in_days(self.retention);
        cx.call("PutRetentionPolicy", request.send()).await?;
        Ok(())
    }

    async fn tag(&self, cx: &Cx, name: &str) -> Result<(), Error> {
        let request = cx.logs.tag_resource();
        let request = request.resource_arn(self.names.log_group_arn(name));
        let request = request.set_tags(Some(self.tags.to_sdk()));
        cx.call("TagResource", request.send()).await?;
        Ok(())
    }
}

impl Resource for LogGroup {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::text(
            "RetentionInDays",
            |s| Some(s.retention?.to_string()),
            Set::By(&PUT_RETENTION),
        ),
    ];

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn name(&self) -> String {
        let unknown = || self.names.execution_log_group("(api id)");
        self.known_name().unwrap_or_else(unknown)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        match &self.name {
            LogGroupName::Fixed(_) => {}
            LogGroupName::Execution(api) => drop(api.observed().await?),
            LogGroupName::Access(api) => {
                let api = api.observed().await?;
                if api.is_some_and(|api| !api.is_marked(ACCESS_LOG_TAG)) {
                    return Ok(None);
                }
            }
        }
        let Some(name) = self.known_name() else {
            return Ok(None);
        };
        let groups = cx.logs.describe_log_groups().log_group_name_prefix(&name);
        let tags = cx.logs.list_tags_for_resource();
        let tags = tags.resource_arn(self.names.log_group_arn(&name));
        let (groups, tags) = futures::join!(
            cx.call("DescribeLogGroups", groups.send()),
            cx.call("ListTagsForResource", tags.send())
        );
        // The prefix sorts before all that it begins, so the group is on the first page.
        let mut groups = groups?.log_groups.unwrap_or_default().into_iter();
        let Some(group) = groups.find(|group| group.log_group_name.as_deref() == Some(&name))
        else {
            return Ok(None);
        };
        // Both questions were asked at once: made in between, it would pass for one without tags.
        let tags = found(tags)?.ok_or(Error::NotYet("CloudWatch Logs to show the group's tags"))?;
        Ok(Some(State {
            name,
            retention: group.retention_in_days,
            tags: tags.tags.unwrap_or_default().into_iter().collect(),
        }))
    }

    /// The execution log is named after our own API's id: whoever made it, it is this stage's.
    fn owner(&self, found: &State) -> Owner {
        match self.name {
            LogGroupName::Fixed(_) | LogGroupName::Access(_) => self.tags.owner(&found.tags),
            LogGroupName::Execution(_) => Owner::Ours,
        }
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State {
            name: self.known_name().unwrap_or_else(|| UNKNOWN.to_owned()),
            retention: Some(self.retention),
            tags: self.tags.map(),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let name = required(self.known_name(), "the API's id")?;
        let request = cx.logs.create_log_group().log_group_name(&name);
        let request = request.set_tags(Some(self.tags.to_sdk()));
        cx.call("CreateLogGroup", request.send()).await?;
        self.set_retention(cx, &name).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        delete_log_group(cx, &found.name).await
    }

    async fn adopt(&self, cx: &Cx, found: State) -> Result<(), Error> {
        self.tag(cx, &found.name).await
    }
}

/// Deletes a log group with all its streams; one that is gone is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn delete_log_group(cx: &Cx, name: &str) -> Result<(), Error> {
    let request = cx.logs.delete_log_group().log_group_name(name);
    gone(cx.call("DeleteLogGroup", request.send()).await)
}
