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

/// A JSON document with all that a terminal would obey escaped, which JSON's own rules demand of C0 controls alone. The
/// others stand in texts and nowhere else, so it says the same as before.
pub(crate) fn harmless_json(document: &str) -> Cow<'_, str> {
    let is_bare = |c: char| c >= '\u{7f}' && is_obeyed(c);
    if !document.chars().any(is_bare) {
        return Cow::Borrowed(document);
    }
    let mut escaped = String::with_capacity(document.len());
    for c in document.chars() {
        match is_bare(c) {
            true => escaped += &format!("\\u{:04x}", u32::from(c)),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
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
    use super::{harmless, harmless_json};
    use serde_json::{Value, json};

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
    fn a_document_says_the_same_with_escapes() {
        let value =
            json!({"a\u{7f}": ["\u{1b}[2J", "\u{9b}2J\u{85}", "\u{202e}\u{2069}", "é\t\n→"]});
        let bare = serde_json::to_string_pretty(&value).unwrap();
        let escaped = harmless_json(&bare);
        assert!(!escaped.chars().any(|c| c != '\n' && super::is_obeyed(c)));
        assert!(escaped.contains(r"\u009b2J\u0085") && escaped.contains("é\\t\\n→"));
        assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
        assert_eq!(harmless_json("[1,\r\n2]"), "[1,\r\n2]");
    }

    #[test]
    fn text_stays() {
        let text = "täglich\t1\n→ 2";
        assert_eq!(harmless(text), text);
    }
}
