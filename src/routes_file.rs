//! The routes file in the zip: how deploy tells the handler what each route does.

use crate::config::settings::Settings;
use crate::names::results_table;
use gatewayq_routes::{Results, Route, Routes, VERSION};

/// The file for `settings`: the same bytes for the same settings.
#[expect(
    clippy::expect_used,
    reason = "JSON values and texts always have a JSON form"
)]
pub(crate) fn render(settings: &Settings) -> Vec<u8> {
    let visibility = settings.queue.visibility_timeout;
    let cors = &settings.api.cors;
    let routes = settings.routes.iter().map(|route| Route {
        method: route.method.clone(),
        path: route.path.clone(),
        action: route.action.clone(),
        cors: route.cors || cors.is_none(),
    });
    let routes = Routes {
        version: VERSION,
        queue_visibility_timeout: visibility.unsigned_abs().into(),
        cors: cors.clone(),
        results: settings.results.as_ref().map(|results| Results {
            table: results_table(&settings.app, &settings.stage),
            tracebacks: results.tracebacks,
            owner: results.result_owner,
        }),
        routes: routes.collect(),
    };
    serde_json::to_vec(&routes).expect("JSON values and texts always have a JSON form")
}
