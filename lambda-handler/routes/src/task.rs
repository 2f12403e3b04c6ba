//! What a route sends, and what makes it usable.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answer::Accepted;
use crate::arguments;
use crate::group::GroupSource;
use crate::option::OptionName;
use crate::path::parameters;
use crate::schema::BodySchema;

/// The longest time, in seconds, that an answer may be held back for a result: API Gateway gives up after 29.
pub const WAIT_MAX: u64 = 26;

/// What a task route sends.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The Celery task names that may be sent. More than one needs `{task}` in the path.
    pub names: Vec<String>,
    /// Fixed positional arguments, a JSON array kept as it is written. With `args` or `kwargs`
    /// the message is fixed; without both it is taken from the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<Box<RawValue>>,
    /// Fixed keyword arguments, a JSON object kept as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<Box<RawValue>>,
    /// The options that the request's body may set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionName>,
    /// Where the ordering key comes from; without it every task is a group of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupSource>,
    /// What a request's body has to fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodySchema>,
    /// What is answered once SQS has accepted a message.
    #[serde(default, skip_serializing_if = "Accepted::is_default")]
    pub accepted: Accepted,
    /// Whether the workers throw the result away. Without it, they do what the task's own configuration says, and
    /// keep it where [`crate::Routes::results`] are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_result: Option<bool>,
    /// Seconds, 1 to [`WAIT_MAX`], that the answer is held back for the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

impl Task {
    /// Whether `args` and `kwargs` are the route's own and not the request's.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.args.is_some() || self.kwargs.is_some()
    }

    /// Whether the ordering key is read from this top-level key of the body.
    #[must_use]
    pub fn is_group_key(&self, key: &str) -> bool {
        let group = self.group.as_ref();
        group.and_then(GroupSource::body_key) == Some(key)
    }

    pub(crate) fn check(&self, path: &str) -> Result<(), String> {
        if self.names.is_empty() || self.names.iter().any(String::is_empty) {
            return Err("`names` needs at least one task name, none of them empty".to_owned());
        }
        if self.names.len() > 1 && !parameters(path).any(|name| name == "task") {
            return Err("several `names` need `{task}` in the path".to_owned());
        }
        if let Some(GroupSource::Path(name)) = &self.group
            && !parameters(path).any(|known| known == name)
        {
            return Err(format!(
                "`group` names the path parameter {name}, which the path lacks"
            ));
        }
        self.group.iter().try_for_each(GroupSource::check)?;
        if self.body.is_some() && self.is_fixed() {
            return Err("`body` besides fixed arguments, which leave it unread".to_owned());
        }
        if self
            .wait
            .is_some_and(|wait| !(1..=WAIT_MAX).contains(&wait))
        {
            return Err(format!("`wait` must be 1 to {WAIT_MAX} seconds"));
        }
        if self.wait.is_some() && self.ignore_result == Some(true) {
            return Err(
                "`wait` besides `ignore_result`, which leaves nothing to wait for".to_owned(),
            );
        }
        self.accepted.check()?;
        self.check_fixed()
    }

    fn check_fixed(&self) -> Result<(), String> {
        let args = self.args.as_deref().map_or("[]", RawValue::get);
        let kwargs = self.kwargs.as_deref().map_or("{}", RawValue::get);
        arguments::check(args, kwargs)
    }
}
