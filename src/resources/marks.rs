//! Marks: tags of the REST API, or of its stage, that tell of what no list shows. A stage without the mark is asked
//! nothing about the thing. Made, it is marked first; removed, it is marked so last.

use super::rest_api::{self, RestApi};
use crate::engine::{Cx, Error, Ref};
use crate::names::Names;
use crate::tags::{OFF, ON};
use std::collections::BTreeMap;

/// Whether what `mark` tells of is there, or may be.
pub(super) fn is_on(tags: &BTreeMap<String, String>, mark: &str) -> bool {
    tags.get(mark).is_some_and(|value| value == ON)
}

/// Says of the API that what `mark` tells of is gone.
pub(super) async fn take_off_api(
    cx: &Cx,
    names: &Names,
    api: &Ref<RestApi>,
    mark: &str,
) -> Result<(), Error> {
    let arn = rest_api::arn(names, &api.require()?.id);
    set(cx, arn, mark, OFF).await
}

/// Gives a mark of the thing with this ARN another value. Its other tags stay.
pub(super) async fn set(cx: &Cx, arn: String, mark: &str, value: &str) -> Result<(), Error> {
    let request = cx.apigateway.tag_resource().resource_arn(arn);
    let request = request.tags(mark, value);
    cx.call("TagResource", request.send()).await?;
    Ok(())
}
