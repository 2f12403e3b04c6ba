//! One task of one request: from what came in to the message, or the reason why not.

use gatewayq_routes::{OptionName, Task, arguments};
use serde_json::value::RawValue;

use crate::answer::Refusal;
use crate::body::Fields;
use crate::context::Context;
use crate::fifo::{self, IdScope, Key};
use crate::message::{self, Call, Delivery, Message, SIZE_LIMIT};
use crate::options::{self, Options};
use crate::request::ApiRequest;

/// A request on its way through a task route.
pub struct TaskRequest<'a> {
    /// The route's task.
    pub task: &'a Task,
    /// The request.
    pub request: &'a ApiRequest,
    /// Queue, clock and ids.
    pub context: &'a Context<'a>,
    /// The queue's visibility time-out in seconds.
    pub visibility: u64,
    /// The request's own fields, outside of `tasks`.
    pub outer: &'a Fields,
}

impl TaskRequest<'_> {
    /// The message of the task that `fields` describe; `index` is its place in `tasks`.
    ///
    /// # Errors
    /// A [`Refusal`] with what the caller has to change: 400, 404 for a task that the route does
    /// not have, 413 for a message beyond [`SIZE_LIMIT`].
    pub fn message(&self, fields: &Fields, index: Option<usize>) -> Result<Message, Refusal> {
        self.check_keys(fields)?;
        let name = self.name()?;
        let (args, kwargs) = self.arguments(fields)?;
        let options =
            options::read(fields, self.context.now, self.visibility).map_err(Refusal::bad)?;
        let group = self.group(fields)?;
        let id = self.id(&options, name, group.as_deref(), index)?;
        let own = self.own_once(&options, name, group.as_deref());
        let once = own.as_deref().unwrap_or(&id);
        let ids =
            (group.is_some() || own.is_some()).then(|| (group.as_deref().unwrap_or(once), once));
        let call = Call {
            id: &id,
            name,
            args,
            kwargs,
            options: &options,
            ignore_result: self.task.ignore_result.or(self.context.ignore_result()),
            ids,
        };
        self.context.encode(&call)
    }

    fn check_keys(&self, fields: &Fields) -> Result<(), Refusal> {
        fields
            .keys()
            .try_for_each(|key| match OptionName::from_key(key) {
                Some(option) if self.task.options.contains(&option) => Ok(()),
                _ if self.task.is_group_key(key) => Ok(()),
                Some(_) => Err(Refusal::bad(format!(
                    "this route does not allow the option `{key}`"
                ))),
                None if !self.task.is_fixed() && matches!(key.as_str(), "args" | "kwargs") => {
                    Ok(())
                }
                None => Err(Refusal::bad(format!("unknown key `{key}`"))),
            })
    }

    fn name(&self) -> Result<&str, Refusal> {
        let wanted = self.request.path_parameters.get("task");
        self.task
            .names
            .iter()
            .find(|name| wanted.is_none_or(|wanted| wanted == *name))
            .map(String::as_str)
            .ok_or_else(|| Refusal::new(404, "this route has no such task"))
    }

    fn arguments<'a>(&'a self, fields: &'a Fields) -> Result<(&'a str, &'a str), Refusal> {
        let text = |raw: Option<&'a RawValue>, none| raw.map_or(none, RawValue::get);
        if self.task.is_fixed() {
            // Checked when the routes were read.
            let args = text(self.task.args.as_deref(), "[]");
            return Ok((args, text(self.task.kwargs.as_deref(), "{}")));
        }
        let field = |key| fields.get(key).map(|raw| &**raw);
        let (args, kwargs) = (text(field("args"), "[]"), text(field("kwargs"), "{}"));
        arguments::check(args, kwargs).map_err(Refusal::bad)?;
        Ok((args, kwargs))
    }

    fn group(&self, fields: &Fields) -> Result<Option<String>, Refusal> {
        let Some(source) = &self.task.group else {
            return Ok(None);
        };
        fifo::group_id(source, self.request, [fields, self.outer]).map(Some)
    }

    fn id(
        &self,
        options: &Options,
        name: &str,
        group: Option<&str>,
        index: Option<usize>,
    ) -> Result<String, Refusal> {
        if let Some(id) = &options.task_id {
            return self.context.id(id.clone());
        }
        let id = match fifo::idempotency_key(self.request)? {
            Some(key) => {
                let key = Key::Idempotency(key);
                fifo::derived_id(self.request, name, &IdScope { key, group, index })
            }
            None => (self.context.new_id)(),
        };
        self.context.id(id.to_string())
    }

    /// The deduplication id of a task whose id the caller chose. The task's id itself could be another caller's, or
    /// another task's, whose message this one would then count for; or the ordering key of another route.
    fn own_once(&self, options: &Options, name: &str, group: Option<&str>) -> Option<String> {
        let key = Key::TaskId(options.task_id.as_deref()?);
        let scope = IdScope {
            key,
            group,
            index: None,
        };
        Some(fifo::derived_id(self.request, name, &scope).to_string())
    }
}

impl Context<'_> {
    /// The message of a checked call, on this queue.
    ///
    /// # Errors
    /// A [`Refusal`] (413) when the message is beyond [`SIZE_LIMIT`].
    pub fn encode(&self, call: &Call<'_>) -> Result<Message, Refusal> {
        let delivery_tag = (self.new_id)().to_string();
        let delivery = Delivery {
            queue_name: self.queue_name,
            origin: self.origin,
            delivery_tag: &delivery_tag,
        };
        let message = message::encode(call, delivery);
        match message.body.len() {
            length if length > SIZE_LIMIT => Err(Refusal::new(
                413,
                format!("the message has {length} bytes; the queue takes {SIZE_LIMIT}"),
            )),
            _ => Ok(message),
        }
    }

    /// The message of `name(*args, **kwargs)` with a fresh id and a group of its own: what a
    /// route in [`crate::custom`] needs. `args` and `kwargs` are JSON text.
    ///
    /// # Errors
    /// A [`Refusal`] as [`arguments::check`] and [`Context::encode`] have it.
    pub fn message(&self, name: &str, args: &str, kwargs: &str) -> Result<Message, Refusal> {
        arguments::check(args, kwargs).map_err(Refusal::bad)?;
        let id = self.id((self.new_id)().to_string())?;
        let options = Options::default();
        self.encode(&Call {
            id: &id,
            name,
            args,
            kwargs,
            options: &options,
            ignore_result: self.ignore_result(),
            ids: None,
        })
    }
}
