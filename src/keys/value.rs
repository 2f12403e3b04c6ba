//! The value of a key that is brought along instead of made by AWS.

use secrecy::{ExposeSecret, SecretString};
use std::io::{self, Read};

/// Characters of a key's value (API Gateway developer guide, "API key file format").
const LENGTH: std::ops::RangeInclusive<usize> = 20..=128;

/// What a value may be, in words.
pub(crate) const VALUE_RULE: &str =
    "20 to 128 printable ASCII characters, no spaces, commas or quotes";

/// A key's value. It is in no message and no debugging output.
#[derive(Clone, Debug)]
pub(crate) struct KeyValue(SecretString);

impl KeyValue {
    /// The value, if it can be one: it is sent as a header, and stands in files of values.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let good = |c: char| c.is_ascii_graphic() && !",\"'".contains(c);
        let fits = LENGTH.contains(&text.len()) && text.chars().all(good);
        fits.then(|| Self(text.to_owned().into()))
    }

    /// The value that is the whole of standard input; `None` where that cannot be one.
    ///
    /// # Errors
    /// What reading it answers.
    pub(crate) fn read() -> io::Result<Option<Self>> {
        // One character more than the longest value and its line end.
        let most = *LENGTH.end() as u64 + 3;
        let mut text = String::new();
        io::stdin().lock().take(most).read_to_string(&mut text)?;
        Ok(Self::new(text.trim_end_matches(['\r', '\n'])))
    }

    pub(crate) fn secret(&self) -> SecretString {
        self.0.clone()
    }

    /// Whether it is the same as another.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_as_long_as_aws_takes_it_and_fits_into_a_header() {
        let of = |length: usize| KeyValue::new(&"a".repeat(length)).is_some();
        assert_eq!([19, 20, 128, 129].map(of), [false, true, true, false]);
        for bad in ['é', ' ', ',', '"', '\n', '\0'] {
            assert!(KeyValue::new(&format!("{}{bad}", "a".repeat(30))).is_none());
        }
        let value = KeyValue::new("secret-secret-secret").unwrap();
        assert!(!format!("{value:?}").contains("secret-"));
    }
}
