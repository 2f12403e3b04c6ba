//! Arguments that a Celery worker cannot run: the message would be thrown away, or be a dead letter, without
//! the task having run. Found by one pass over the text, so that the
//! caller's own text (big integers, the digits of floats) goes on unchanged.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::IgnoredAny;

/// How deep arrays and objects may nest in `args` or `kwargs`, the outermost counted.
pub const DEPTH_LIMIT: usize = 128;

/// The most digits of an integer: Python's `int()` refuses more text than this by default
/// (`sys.int_info.default_max_str_digits`).
pub const DIGIT_LIMIT: usize = 4300;

/// Checks that `args` is an array and `kwargs` an object that a worker can run. Both must be valid
/// JSON already, as `serde_json` leaves it in a `RawValue`.
///
/// # Errors
/// The reason, with the name of the argument: what is of another type, nested beyond
/// [`DEPTH_LIMIT`], has an integer beyond [`DIGIT_LIMIT`], another number that a worker would read
/// as infinity (`1e400`), half of a surrogate pair, a keyword `self`, or an object with exactly
/// the keys `__type__` and `__value__`, which kombu would take for its own encoding of a Python
/// object.
pub fn check(args: &str, kwargs: &str) -> Result<(), String> {
    for (name, raw, opening, kind) in [
        ("args", args, '[', "an array"),
        ("kwargs", kwargs, '{', "an object"),
    ] {
        if !raw.starts_with(opening) {
            return Err(format!("`{name}` must be {kind}"));
        }
        check_value(raw).map_err(|reason| format!("`{name}`: {reason}"))?;
    }
    check_names(kwargs)
}

/// Celery calls a task as a method whose own first parameter is called `self`: a keyword argument
/// of that name fails before the task's code is reached.
fn check_names(kwargs: &str) -> Result<(), String> {
    match serde_json::from_str::<BTreeMap<String, IgnoredAny>>(kwargs) {
        Ok(names) if names.contains_key("self") => {
            Err("`kwargs` cannot have the name `self`".to_owned())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("`kwargs` must be an object: {error}")),
    }
}

fn check_value(raw: &str) -> Result<(), String> {
    let mut scan = Scan {
        raw,
        at: 0,
        open: Vec::new(),
    };
    while let Some(&byte) = raw.as_bytes().get(scan.at) {
        scan.step(byte)?;
    }
    Ok(())
}

/// What has been seen of an array or object that is still open.
#[derive(Default)]
struct Open {
    at_key: bool,
    has_type: bool,
    has_value: bool,
    has_other: bool,
}

struct Scan<'a> {
    raw: &'a str,
    at: usize,
    open: Vec<Open>,
}

impl<'a> Scan<'a> {
    fn step(&mut self, byte: u8) -> Result<(), String> {
        match byte {
            b'"' => return self.string(),
            b'-' | b'0'..=b'9' => return self.number(),
            b'{' => self.enter(true)?,
            b'[' => self.enter(false)?,
            b'}' | b']' => self.leave()?,
            b':' => self.set_at_key(false),
            b',' => self.set_at_key(true),
            _ => {}
        }
        self.at += 1;
        Ok(())
    }

    fn enter(&mut self, is_object: bool) -> Result<(), String> {
        if self.open.len() == DEPTH_LIMIT {
            return Err(format!("nested deeper than {DEPTH_LIMIT} levels"));
        }
        self.open.push(Open {
            at_key: is_object,
            ..Open::default()
        });
        Ok(())
    }

    fn leave(&mut self) -> Result<(), String> {
        match self.open.pop() {
            Some(Open {
                has_type: true,
                has_value: true,
                has_other: false,
                ..
            }) => Err("an object of only `__type__` and `__value__` is not allowed".to_owned()),
            _ => Ok(()),
        }
    }

    /// In an array a "key" follows a comma too; nothing looks at it there, as only `}` judges.
    fn set_at_key(&mut self, at_key: bool) {
        if let Some(open) = self.open.last_mut() {
            open.at_key = at_key;
        }
    }

    fn string(&mut self) -> Result<(), String> {
        let quoted = self.take(quoted_length)?;
        let text = unescape(quoted)?;
        let Some(open) = self.open.last_mut().filter(|open| open.at_key) else {
            return Ok(());
        };
        match text.as_ref() {
            "__type__" => open.has_type = true,
            "__value__" => open.has_value = true,
            _ => open.has_other = true,
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let text = self.take(number_length)?;
        let is_integer = !text.contains(['.', 'e', 'E']);
        if is_integer && text.trim_start_matches('-').len() > DIGIT_LIMIT {
            return Err(format!("an integer of more than {DIGIT_LIMIT} digits"));
        }
        // Python's float and Rust's f64 are the same type, and both round to the nearest.
        if !is_integer && text.parse().is_ok_and(f64::is_infinite) {
            return Err("a number too large for a float".to_owned());
        }
        Ok(())
    }

    /// Both ends lie between characters: in JSON all but the inside of strings is ASCII.
    fn take(&mut self, length: fn(&[u8]) -> usize) -> Result<&'a str, String> {
        let not_json = || "not JSON".to_owned();
        let rest = self.raw.get(self.at..).ok_or_else(not_json)?;
        // At least one byte, so that the scan always ends.
        let length = length(rest.as_bytes()).max(1);
        self.at += length;
        rest.get(..length).ok_or_else(not_json)
    }
}

/// The length of the string that `bytes` starts with, both quotes included.
fn quoted_length(bytes: &[u8]) -> usize {
    let mut escaped = false;
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

fn number_length(bytes: &[u8]) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    bytes
        .iter()
        .position(|byte| !is_part(byte))
        .unwrap_or(bytes.len())
}

fn unescape(quoted: &str) -> Result<Cow<'_, str>, String> {
    if !quoted.contains('\\') {
        return Ok(quoted.trim_matches('"').into());
    }
    serde_json::from_str::<String>(quoted)
        .map(Into::into)
        .map_err(|_| "a text with half of a surrogate pair".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{DEPTH_LIMIT, DIGIT_LIMIT, check_value as check};

    fn reason(raw: &str) -> String {
        check(raw).unwrap_err()
    }

    #[test]
    fn harmless_values_pass() {
        for raw in [
            r#"[1, -2.5e300, "__type__", "\u005f", "\ud83d\ude00", null, true, [], {}]"#,
            r#"{"__type__": 1, "__value__": 2, "more": 3}"#,
            r#"{"__type__": "__value__"}"#,
            r#"{"a": ["__type__", "__value__"]}"#,
        ] {
            check(raw).unwrap();
        }
    }

    #[test]
    fn kombu_typed_objects_are_found_however_written() {
        for raw in [
            r#"{"__type__": "uuid", "__value__": {"hex": "0"}}"#,
            r#"[[{"a": {"__value__": 1, "__type__": 2}}]]"#,
            r#"{"\u005f_type__":1,"__value\u005F_":{"x":[1,2]}}"#,
            r#"{"__type__":1,"__type__":2,"__value__":3}"#,
        ] {
            assert!(reason(raw).contains("__type__"), "{raw}");
        }
    }

    #[test]
    fn the_limits_are_inclusive() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        check(&nested(DEPTH_LIMIT)).unwrap();
        assert!(reason(&nested(DEPTH_LIMIT + 1)).contains("nested"));
        check(&format!("[-{}]", "9".repeat(DIGIT_LIMIT))).unwrap();
        assert!(reason(&format!("[{}]", "9".repeat(DIGIT_LIMIT + 1))).contains("digits"));
        check(&format!("[0.{}]", "9".repeat(DIGIT_LIMIT + 1))).unwrap();
    }

    #[test]
    fn numbers_that_round_to_infinity_are_refused() {
        for finite in [
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "17976931348623157E+292",
            "-179769313486231580793e288",
            "0.0e999999",
            "1e-999999",
            "0.00000000001e318",
        ] {
            check(&format!("[{finite}]")).unwrap();
        }
        check(&format!("[1{}]", "0".repeat(400))).unwrap();
        for infinite in [
            "1e400",
            "-1e400",
            "1E+400",
            "1.7976931348623159e308",
            "-1.797693134862315808e308",
            "2e308",
            "0.00000000001e320",
            "1e99999999999999999999",
            &format!("1{}.0", "0".repeat(400)),
        ] {
            for raw in ["[X]", r#"[0, {"a": [[X, 1]]}]"#, r#"{"a":X}"#] {
                let raw = raw.replace('X', infinite);
                assert!(reason(&raw).contains("too large"), "{raw}");
            }
        }
    }

    #[test]
    fn lone_surrogates_are_refused() {
        assert!(reason(r#"["\ud800"]"#).contains("surrogate"));
        assert!(reason(r#"{"\udc00x": 1}"#).contains("surrogate"));
    }
}
