//! Your own routes in Rust, for what `gatewayq.toml` cannot say.
//!
//! API Gateway still needs to know the route: give it any `task` (or `reply`) in `gatewayq.toml`,
//! so that `deploy` creates it. Of the requests that have a route there the code here is asked
//! first and wins. `route_key` is the route that API Gateway has authorised the request by: only
//! by it are an `ANY` route and the methods beside it told apart. What the route's authorizer found out
//! about the caller is in `request_context.authorizer`. Where the route has a schema for bodies, what comes here fits it.
//!
//! ```
//! use lambda_handler::{Answer, ApiRequest, Context, Decision};
//! use serde_json::json;
//!
//! /// `POST /orders/{id}` puts `tasks.ship` on the queue, but only for ids that are numbers.
//! pub fn route(request: &ApiRequest, context: &Context<'_>) -> Option<Decision> {
//!     if request.route_key != "POST /orders/{id}" {
//!         return None;
//!     }
//!     let id = request.path_parameters.get("id").and_then(|id| id.parse::<u64>().ok());
//!     let Some(id) = id else {
//!         let reason = json!({"message_status": "refused", "reason": "the id is a number"});
//!         return Some(Decision::Answer(Answer::json(400, &reason)));
//!     };
//!     let args = json!([id]).to_string();
//!     // A claim of the caller's token, where the route has an authorizer.
//!     let user = request.request_context.authorizer.value("sub");
//!     let kwargs = json!({"user": user}).to_string();
//!     match context.message("tasks.ship", &args, &kwargs) {
//!         Ok(message) => Some(Decision::One(message)),
//!         Err(refusal) => Some(refusal.into()),
//!     }
//! }
//! ```

use crate::context::Context;
use crate::decision::Decision;
use crate::request::ApiRequest;

/// Asked for each request that has a route in `gatewayq.toml`; `None` leaves it to that route.
#[must_use]
pub fn route(_request: &ApiRequest, _context: &Context<'_>) -> Option<Decision> {
    None
}
