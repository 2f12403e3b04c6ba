//! Text of others, made harmless for a terminal: an escape sequence in a log line can clear the
//! screen, hide lines, or write into the clipboard.

use std::borrow::Cow;

/// `text` with every control character but line ends and tabs shown instead of obeyed.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let unix = text.replace("\r\n", "\n");
    Cow::Owned(unix.chars().map(shown).collect())
}

/// C0 and C1 controls, and those that turn the direction of the text that follows.
fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

/// The sign that Unicode has for a control character (U+2400 and on).
fn shown(c: char) -> char {
    match c {
        _ if !is_obeyed(c) => c,
        '\u{7f}' => '\u{2421}',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn escapes_are_shown() {
        assert_eq!(
            harmless("\u{1b}]0;x\u{7}\u{9b}2J\u{7f}"),
            "␛]0;x␇\u{fffd}2J␡"
        );
        assert_eq!(harmless("one\r\ntwo\rthree"), "one\ntwo␍three");
        assert_eq!(harmless("a\u{202e}b"), "a\u{fffd}b");
    }

    #[test]
    fn text_stays() {
        let text = "täglich\t1\n→ 2";
        assert_eq!(harmless(text), text);
    }
}
