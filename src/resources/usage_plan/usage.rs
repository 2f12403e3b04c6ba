//! What a usage plan has counted.

use super::super::control_plane::{PAGE, pages};
use super::super::support::found;
use crate::engine::{Cx, Error};
use aws_sdk_apigateway::operation::get_usage::GetUsageOutput;
use std::collections::HashMap;

/// By the key's id, for each day what was used and what remains.
type Values = HashMap<String, Vec<Vec<i64>>>;

/// What a plan has counted from one day to another, `2026-11-29` each: a page an item, with the day that
/// it begins with. For `key` alone, if it is given; of a plan that is gone, nothing.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn get_usage(
    cx: &Cx,
    plan: &str,
    key: Option<&str>,
    (start, end): (&str, &str),
) -> Result<Vec<(String, Values)>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_usage().usage_plan_id(plan);
        let request = request.set_key_id(key.map(str::to_owned));
        let request = request.start_date(start).end_date(end);
        request.limit(PAGE).set_position(at).send()
    };
    let page = |page: GetUsageOutput| {
        let values = page.start_date.zip(page.items);
        (Some(values.into_iter().collect()), page.position)
    };
    let pages = found(pages(cx, "GetUsage", ask, page).await)?;
    Ok(pages.unwrap_or_default())
}
