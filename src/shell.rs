//! Words of a POSIX shell.

use std::borrow::Cow;

/// `value` as one word of a POSIX shell. None can hold a NUL, which shlex alone has no way to
/// write: a variable of the environment cannot either.
pub(crate) fn quoted(value: &str) -> Cow<'_, str> {
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter.quote(value).unwrap_or(Cow::Borrowed("''"))
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
