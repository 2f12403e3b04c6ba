//! What Chalice asks of API Gateway and the emulator has not: PutRestApi with a whole new definition. Nothing is
//! carried out: what Chalice sends, and how long it waits, is all that is looked at.
use serde_json::Value;

use super::answer::Answer;
use super::request::Request;
use super::upstream::Upstream;

/// The answer to a PutRestApi that overwrites: the API as it is.
pub(super) async fn taken(request: &Request, upstream: Upstream) -> Option<Answer> {
    let query = request.parts.uri.query().unwrap_or_default();
    if !request.is("apigateway", "PutRestApi") || !query.contains("mode=overwrite") {
        return None;
    }
    let path = format!("/restapis/{}", request.segment(1));
    let api = upstream
        .api_gateway(&request.about.region, &path)
        .await?
        .to_string();
    let mut answer = Answer::new(200, api);
    without_empty_number(request, &mut answer);
    Some(answer)
}

/// The emulator shows a compression size that was taken away as an empty text, which no SDK reads as a number.
pub(super) fn without_empty_number(request: &Request, answer: &mut Answer) {
    if request.about.service != "apigateway" || !answer.ok() {
        return;
    }
    let mut shown = answer.json();
    let mut changed = drop_empty(&mut shown);
    for api in shown
        .get_mut("item")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        changed |= drop_empty(api);
    }
    if changed {
        answer.replace_body(shown.to_string());
    }
}

fn drop_empty(api: &mut Value) -> bool {
    let size = "minimumCompressionSize";
    let empty = api.get(size).is_some_and(|value| value == "");
    if let Some(fields) = api.as_object_mut().filter(|_| empty) {
        fields.remove(size);
    }
    empty
}
