//! `access_log`: a line of the API's access log.

use serde_json::json;
use toml::de::DeValue;

use super::field::Field;

/// Bytes of a format (API Gateway developer guide, "Set up CloudWatch logging for REST APIs").
const FORMAT_MAX: usize = 3072;
/// One of these has to be in a format (the same).
const IDS: [&str; 2] = ["$context.requestId", "$context.extendedRequestId"];

/// What a line has by default: one JSON object. No value in it can hold a quotation mark: what a
/// caller chooses freely, as `User-Agent` or the texts of errors that repeat it, is not there.
const DEFAULT: &str = concat!(
    r#"{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","#,
    r#""time":"$context.requestTime","ip":"$context.identity.sourceIp","#,
    r#""caller":"$context.identity.userArn","apiKeyId":"$context.identity.apiKeyId","#,
    r#""method":"$context.httpMethod","resource":"$context.resourcePath","path":"$context.path","#,
    r#""status":"$context.status","bytes":"$context.responseLength","ms":"$context.responseLatency","#,
    r#""functionMs":"$context.integrationLatency","functionStatus":"$context.integrationStatus","#,
    r#""error":"$context.error.responseType"}"#
);

/// The format; the inner `None` is no log.
pub(super) fn field() -> Field<Option<String>> {
    let allowed = "true (lines of JSON), false, or a format of one line, at most 3072 bytes, with \
                   `$context.requestId` or `$context.extendedRequestId` in it";
    // To Python `$` is before a last line break, too.
    let pattern = r"^[^\r\n]*\$context\.(?:requestId|extendedRequestId)[^\r\n]*$(?!\n)";
    let schema = json!({"anyOf": [
        {"type": "boolean"},
        {"type": "string", "pattern": pattern, "maxLength": FORMAT_MAX},
    ]});
    Field::new(
        "access_log",
        "boolean or string",
        allowed,
        schema,
        |row, node, problems| {
            match node.get_ref() {
                DeValue::Boolean(true) => return Some(Some(DEFAULT.to_owned())),
                DeValue::Boolean(false) => return Some(None),
                DeValue::String(format) if is_format(format) => {
                    return Some(Some(format.to_string()));
                }
                _ => problems.refuse(&row.name, node.span(), &row.allowed),
            }
            None
        },
    )
}

fn is_format(text: &str) -> bool {
    let has_id = IDS.iter().any(|id| text.contains(id));
    has_id && text.len() <= FORMAT_MAX && !text.contains(['\r', '\n'])
}
