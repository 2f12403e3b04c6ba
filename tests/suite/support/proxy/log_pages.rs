//! A log of many pages, as CloudWatch has it: of several streams, with empty pages, and with the same event at the end
//! of one page and the beginning of the next.
use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;

/// Events of a page.
pub(crate) const PAGE: u64 = 1000;

/// A page of the function's log; the other groups have nothing.
pub(super) fn page(request: &Request, pages: u64) -> Option<Answer> {
    if !request.is("logs", "FilterLogEvents") {
        return None;
    }
    let asked = request.json();
    if !asked["logGroupName"].as_str()?.starts_with("/aws/lambda/") {
        return Some(Answer::new(200, json!({"events": []}).to_string()));
    }
    let number: u64 = asked["nextToken"].as_str().unwrap_or("0").parse().ok()?;
    let start = asked["startTime"].as_u64()?;
    // Every third page is empty, and has a token all the same.
    let events: Vec<Value> = match number % 3 {
        1 => vec![],
        _ => {
            let first = (number * PAGE).saturating_sub(1);
            (first..(number + 1) * PAGE)
                .map(|event| shown(event, start))
                .collect()
        }
    };
    let mut answer = json!({"events": events, "searchedLogStreams": []});
    if number + 1 < pages {
        answer["nextToken"] = json!((number + 1).to_string());
    }
    Some(Answer::new(200, answer.to_string()))
}

/// Some events share a millisecond, and two streams take turns.
fn shown(event: u64, start: u64) -> Value {
    json!({
        "eventId": format!("{event:056}"),
        "logStreamName": format!("stream-{}", event % 2),
        "timestamp": start + event / 7,
        "ingestionTime": start + event / 7,
        "message": format!("event {event}\n"),
    })
}
