//! Comparing documents as AWS returns them.

use serde_json::Value;

/// True where two documents say the same: IAM and SQS return a list of one as its item, or the
/// other way round, and numbers as strings.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(one), Value::Array(other)) => same_lists(one, other),
        (Value::Array(one), single) | (single, Value::Array(one)) => {
            matches!(one.as_slice(), [item] if same(item, single))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|v| same(value, v)))
        }
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => *text == number.to_string(),
        _ => left == right,
    }
}

fn same_lists(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|item| other.iter().any(|candidate| same(item, candidate)))
}

/// The texts of a policy's element that is one text or a list of them.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_compared_as_aws_returns_them() {
        assert!(same(&json!({"Action": ["a"]}), &json!({"Action": "a"})));
        assert!(same(
            &json!({"maxReceiveCount": 5}),
            &json!({"maxReceiveCount": "5"})
        ));
        assert!(same(&json!(["a", "b"]), &json!(["b", "a"])));
        assert!(!same(
            &json!({"Action": "a"}),
            &json!({"Action": "a", "Effect": "Allow"})
        ));
        assert!(!same(&json!(["a", "b"]), &json!("a")));
    }
}
