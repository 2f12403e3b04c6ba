//! Execution logs of earlier APIs of the stage, which something else deleted.

use super::lists::ApiList;
use super::log_group::delete_log_group;
use super::support::found;
use crate::engine::{Cx, Error, Field, Resource};
use crate::names::Names;
use crate::tags::Tags;
use std::collections::HashSet;

/// What begins the name of every execution log (API Gateway developer guide, "Set up CloudWatch
/// logging for REST APIs"): the API's id and the stage follow.
const PREFIX: &str = "API-Gateway-Execution-Logs_";

/// They are looked for only when the stage goes: until then the way to them, the API's id, may be
/// all that is lost, and nobody is in their way.
pub(crate) struct OrphanLogs {
    pub names: Names,
    pub tags: Tags,
    /// The APIs that live.
    pub list: ApiList,
}

/// Their names.
#[derive(Clone, Debug)]
pub(crate) struct State(Vec<String>);

impl OrphanLogs {
    /// The id of an API in a group's name, if it is for this stage's name.
    fn api_id<'a>(&self, group: &'a str) -> Option<&'a str> {
        let (id, stage) = group.strip_prefix(PREFIX)?.split_once('/')?;
        (stage == self.names.stage).then_some(id)
    }

    async fn is_ours(&self, cx: &Cx, name: &str) -> Result<bool, Error> {
        let request = cx
            .logs
            .list_tags_for_resource()
            .resource_arn(self.names.log_group_arn(name));
        let tags = found(cx.call("ListTagsForResource", request.send()).await)?;
        let tags = tags.and_then(|answer| answer.tags).unwrap_or_default();
        Ok(self.tags.are_on(&tags.into_iter().collect()))
    }

    async fn groups(&self, cx: &Cx) -> Result<Vec<String>, Error> {
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let request = cx.logs.describe_log_groups().log_group_name_prefix(PREFIX);
            let page = request.set_next_token(next).send();
            let page = cx.call("DescribeLogGroups", page).await?;
            let groups = page.log_groups.unwrap_or_default();
            names.extend(groups.into_iter().filter_map(|group| group.log_group_name));
            next = page.next_token;
            if next.is_none() {
                return Ok(names);
            }
        }
    }
}

impl Resource for OrphanLogs {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "earlier execution logs"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (groups, apis) = futures::join!(self.groups(cx), self.list.get(cx));
        let live: HashSet<&str> = apis?.iter().filter_map(|api| api.id()).collect();
        let mut ours = Vec::new();
        for group in groups? {
            let dead = self.api_id(&group).is_some_and(|id| !live.contains(id));
            if dead && self.is_ours(cx, &group).await? {
                ours.push(group);
            }
        }
        Ok((!ours.is_empty()).then_some(State(ours)))
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State(Vec::new())
    }

    /// It is in a graph only to be deleted.
    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        for name in &found.0 {
            delete_log_group(cx, name).await?;
        }
        Ok(())
    }
}
