//! What a version's description says of it: where its code is from, and with which deployment it is live.

/// Characters of a description (Lambda API reference, "PublishVersion").
const LONGEST: usize = 256;
const PROGRAM: &str = "gatewayq ";
const COMMIT: &str = "commit ";
const API: &str = "API ";
const AFTER: &str = "after ";
const BY: &str = ", by ";

/// What gatewayq notes down when it publishes a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The project's commit, with `-dirty` where its files differed from it.
    pub commit: Option<String>,
    /// The hash of the API's definition that the version is live with.
    pub definition: String,
    /// The version that was live before.
    pub after: Option<u64>,
    /// ARN of the caller that published it; the beginning of one that is too long is cut off.
    pub by: String,
}

impl Record {
    /// As the description of a version: at most 256 characters.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![format!("{PROGRAM}{}", env!("CARGO_PKG_VERSION"))];
        parts.extend(self.commit.iter().map(|commit| format!("{COMMIT}{commit}")));
        parts.push(format!("{API}{}", self.definition));
        parts.extend(self.after.map(|after| format!("{AFTER}{after}")));
        let text = parts.join(", ") + BY;
        let room = LONGEST.saturating_sub(text.chars().count());
        let cut = self.by.chars().count().saturating_sub(room);
        let by: String = self.by.chars().skip(cut).collect();
        text + &by
    }

    /// `None` where somebody else published it.
    pub(crate) fn read(description: &str) -> Option<Self> {
        let (parts, by) = description.strip_prefix(PROGRAM)?.split_once(BY)?;
        let part = |name: &str| parts.split(", ").find_map(|part| part.strip_prefix(name));
        Some(Self {
            commit: part(COMMIT).map(str::to_owned),
            definition: part(API)?.to_owned(),
            after: part(AFTER).and_then(|number| number.parse().ok()),
            by: by.to_owned(),
        })
    }
}

/// The function's own description. With another definition of the API it is another text, and so another version: Lambda
/// publishes none where neither code nor configuration has changed.
pub(crate) fn describe(definition: &str) -> String {
    format!("{PROGRAM}{}, {API}{definition}", env!("CARGO_PKG_VERSION"))
}

/// The definition in a description of the function.
pub(crate) fn described(description: &str) -> Option<&str> {
    let parts = description.strip_prefix(PROGRAM)?;
    parts.split(", ").find_map(|part| part.strip_prefix(API))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            commit: Some("1a2b3c4d5e6f-dirty".to_owned()),
            definition: "0123456789abcdef0123456789abcdef".to_owned(),
            after: Some(7),
            by: "arn:aws:sts::123456789012:assumed-role/ci, by night/run=7".to_owned(),
        }
    }

    #[test]
    fn what_is_noted_down_is_read_back() {
        for one in [
            record(),
            Record {
                commit: None,
                after: None,
                ..record()
            },
        ] {
            assert_eq!(Record::read(&one.text()), Some(one));
        }
    }

    #[test]
    fn a_long_caller_loses_its_beginning() {
        let long = Record {
            by: format!("arn:{}/session", "é".repeat(300)),
            ..record()
        };
        let text = long.text();
        assert_eq!(text.chars().count(), LONGEST);
        assert!(Record::read(&text).unwrap().by.ends_with("é/session"));
    }

    #[test]
    fn what_others_write_is_no_record() {
        for other in [
            "",
            "release 7",
            "gatewayq 0.1.0, commit 1a2b",
            "gatewayq 0.1.0, by me",
        ] {
            assert_eq!(Record::read(other), None, "{other}");
        }
    }

    #[test]
    fn the_functions_description_has_the_definition() {
        assert_eq!(described(&describe("0123")), Some("0123"));
        assert_eq!(described("gatewayq 0.1.0, commit 1a2b3c"), None);
        assert_eq!(described("my function"), None);
    }
}
