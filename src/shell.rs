//! Words of a POSIX shell.

use std::borrow::Cow;

/// `value` as one word of a POSIX shell. No value is known to have a NUL: neither a variable of the
/// environment nor a path can.
#[expect(
    clippy::expect_used,
    reason = "shlex refuses NUL alone, and that is allowed here"
)]
pub(crate) fn quoted(value: &str) -> Cow<'_, str> {
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter
        .quote(value)
        .expect("shlex refuses NUL alone, and that is allowed here")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_value_cannot_leave_its_word() {
        assert_eq!(quoted("https://sqs/1/a.fifo"), "https://sqs/1/a.fifo");
        for value in ["a'; rm -rf /", "", "$(id)", "`id`", "a\nb", "\\", "ü !"] {
            let word = quoted(value).into_owned();
            assert_eq!(shlex::split(&word), Some(vec![value.to_owned()]));
        }
    }
}
