//! The routes file in the zip: how deploy tells the handler what each route does.

use crate::config::settings::{Action, Route, Settings, Task};
use gatewayq_routes as file;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// The file for `settings`: the same bytes for the same settings.
#[expect(
    clippy::expect_used,
    reason = "JSON values and texts always have a JSON form"
)]
pub(crate) fn render(settings: &Settings) -> Vec<u8> {
    let visibility = settings.queue.visibility_timeout;
    let routes = file::Routes {
        version: file::VERSION,
        queue_visibility_timeout: visibility.unsigned_abs().into(),
        routes: settings.routes.iter().map(route).collect(),
    };
    serde_json::to_vec(&routes).expect("JSON values and texts always have a JSON form")
}

fn route(route: &Route) -> file::Route {
    file::Route {
        method: route.method.clone(),
        path: route.path.clone(),
        action: match &route.action {
            Action::Reply(reply) => file::Action::Reply(reply.clone()),
            Action::Task(wanted) => file::Action::Task(task(wanted)),
        },
    }
}

#[expect(
    clippy::expect_used,
    reason = "gatewayq.toml is read with the same rule"
)]
fn task(task: &Task) -> file::Task {
    let group = task.group.clone().map(file::GroupSource::try_from);
    file::Task {
        names: task.names.clone(),
        args: task.args.as_ref().map(raw),
        kwargs: task.kwargs.as_ref().map(raw),
        options: task.options.clone(),
        group: group
            .transpose()
            .expect("gatewayq.toml is read with the same rule"),
    }
}

#[expect(clippy::expect_used, reason = "JSON values always have a JSON form")]
fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("JSON values always have a JSON form")
}
