//! Headers that a route can give its answers.

/// Bytes of a header's name at most.
pub const NAME_MAX: usize = 64;

/// Bytes of a header's value at most.
pub const VALUE_MAX: usize = 2048;

/// What API Gateway writes itself, or sends under another name (API Gateway developer guide,
/// "Important notes for REST APIs").
const RESERVED: [&str; 14] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-md5",
    "date",
    "keep-alive",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
];

/// What is wrong with a header's name, if anything.
#[must_use]
pub fn name_fault(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower.starts_with("x-amz") {
        return Some("API Gateway writes this one itself, or sends it under another name");
    }
    let good = !name.is_empty() && name.len() <= NAME_MAX && name.bytes().all(is_token);
    (!good).then_some("allowed: 1 to 64 letters, digits and ! # $ % & ' * + - . ^ _ ` | ~")
}

/// What is wrong with a header's value, if anything.
#[must_use]
pub fn value_fault(value: &str) -> Option<&'static str> {
    let visible = |byte: u8| (b' '..=b'~').contains(&byte);
    let good = value.len() <= VALUE_MAX && value.bytes().all(visible) && value.trim() == value;
    (!good)
        .then_some("allowed: at most 2048 ASCII characters, no control character, no space around")
}

/// A `tchar` of RFC 9110.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{name_fault, value_fault};

    #[test]
    fn only_headers_that_reach_the_caller_are_taken() {
        for name in ["cache-control", "X-Request-Id", "content-type", "vary"] {
            assert_eq!(name_fault(name), None, "{name}");
        }
        let long = "a".repeat(65);
        for name in ["", "a b", "a:b", "é", "Date", "X-Amzn-Trace-Id", &long] {
            assert!(name_fault(name).is_some(), "{name}");
        }
        assert_eq!(value_fault(""), None);
        assert_eq!(value_fault(&"x".repeat(2048)), None);
        let long = "x".repeat(2049);
        for value in ["a\r\nset-cookie: b", "\u{7f}", "é", " a", "a ", &long] {
            assert!(value_fault(value).is_some(), "{value:?}");
        }
    }
}
