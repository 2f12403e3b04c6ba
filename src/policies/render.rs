//! Filling a document's placeholders.
//!
//! A placeholder stands inside a JSON string. It is filled in after parsing, so that no value can
//! change a document's structure.

use serde_json::Value;
use std::collections::BTreeMap;

/// What placeholders stand for. A list fills a string that is the placeholder alone.
pub(crate) type Values = BTreeMap<&'static str, Value>;

/// The document of `template` with `values` filled in.
///
/// # Errors
/// A template that is not JSON, or a placeholder without a value.
pub(crate) fn render(template: &str, values: &Values) -> Result<Value, RenderError> {
    let document =
        serde_json::from_str(template).map_err(|error| RenderError::Json(error.to_string()))?;
    fill(document, values)
}

/// Why a policy could not be rendered: a fault of the template, never of the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderError {
    #[error("the policy's template is not JSON: {0}")]
    Json(String),
    #[error("the policy's placeholder {{{{{0}}}}} has no value")]
    Missing(String),
}

fn fill(value: Value, values: &Values) -> Result<Value, RenderError> {
    Ok(match value {
        Value::String(text) => fill_text(&text, values)?,
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .map(|item| fill(item, values))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(key, value)| Ok((key, fill(value, values)?)));
            Value::Object(fields.collect::<Result<_, _>>()?)
        }
        other => other,
    })
}

fn fill_text(text: &str, values: &Values) -> Result<Value, RenderError> {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, (name, after))) = rest
        .split_once("{{")
        .and_then(|(a, b)| Some((a, b.split_once("}}")?)))
    {
        let value = values
            .get(name)
            .ok_or_else(|| RenderError::Missing(name.to_owned()))?;
        match value {
            Value::String(value) => done = done + before + value,
            whole if before.is_empty() && after.is_empty() && done.is_empty() => {
                return Ok(whole.clone());
            }
            other => done = done + before + &other.to_string(),
        }
        rest = after;
    }
    Ok(Value::String(done + rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_cannot_leave_its_string() {
        let values = Values::from([("queue_arn", json!("x\",\"Action\":\"*"))]);
        let document = render(r#"{"Resource":"{{queue_arn}}:a"}"#, &values).unwrap();
        assert_eq!(document, json!({"Resource": "x\",\"Action\":\"*:a"}));
    }

    #[test]
    fn a_list_fills_a_string_of_its_own() {
        let values = Values::from([("senders", json!(["a", "b"]))]);
        assert_eq!(
            render(r#"["{{senders}}"]"#, &values).unwrap(),
            json!([["a", "b"]])
        );
    }

    #[test]
    fn a_placeholder_without_a_value_is_an_error() {
        assert_eq!(
            render(r#""{{nobody}}""#, &Values::new()),
            Err(RenderError::Missing("nobody".into()))
        );
    }
}
