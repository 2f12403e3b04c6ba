//! Filling a document's placeholders.
//!
//! A placeholder stands inside a JSON string. It is filled in after parsing, so that no value can
//! change a document's structure.

use super::strings;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What placeholders stand for. A list fills a string that is the placeholder alone, and makes of any other as many as it
/// has texts.
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
        Value::Array(items) => {
            let mut filled = Vec::new();
            for item in items {
                match (item.is_string(), fill(item, values)?) {
                    (true, Value::Array(several)) => filled.extend(several),
                    (_, one) => filled.push(one),
                }
            }
            Value::Array(filled)
        }
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
    let (mut done, mut rest) = (vec![String::new()], text);
    while let Some((before, (name, after))) = rest
        .split_once("{{")
        .and_then(|(a, b)| Some((a, b.split_once("}}")?)))
    {
        let value = values
            .get(name)
            .ok_or_else(|| RenderError::Missing(name.to_owned()))?;
        if !value.is_string() && text.len() == name.len() + "{{}}".len() {
            return Ok(value.clone());
        }
        let texts = strings(value);
        let each = |done: &String| {
            let texts = texts.iter();
            let filled = texts.map(|text| format!("{done}{before}{text}"));
            filled.collect::<Vec<_>>()
        };
        done = done.iter().flat_map(each).collect();
        rest = after;
    }
    done.iter_mut().for_each(|done| done.push_str(rest));
    Ok(match done.as_slice() {
        [one] => json!(one),
        several => json!(several),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            render(r#""{{senders}}""#, &values).unwrap(),
            json!(["a", "b"])
        );
    }

    #[test]
    fn a_list_within_a_string_makes_as_many_strings() {
        let values = Values::from([("domain", json!(["a", "b"])), ("region", json!("r"))]);
        let rendered = |template| render(template, &values).unwrap();
        assert_eq!(
            rendered(r#"{"Resource": "{{region}}/{{domain}}/*"}"#),
            json!({"Resource": ["r/a/*", "r/b/*"]})
        );
        assert_eq!(
            rendered(r#"["c", "{{domain}}", "{{domain}}{{region}}"]"#),
            json!(["c", "a", "b", "ar", "br"])
        );
        let none = Values::from([("domain", json!([]))]);
        assert_eq!(render(r#"["x{{domain}}"]"#, &none).unwrap(), json!([]));
    }

    #[test]
    fn a_placeholder_without_a_value_is_an_error() {
        assert_eq!(
            render(r#""{{nobody}}""#, &Values::new()),
            Err(RenderError::Missing("nobody".into()))
        );
    }
}
