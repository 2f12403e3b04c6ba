//! Ordering keys.

use serde::{Deserialize, Serialize};

use crate::option::OptionName;

/// Where the ordering key of a route comes from: `body.FIELD` (dots lead into objects),
/// `header.NAME`, `path.NAME` or `auth.NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum GroupSource {
    /// The keys on the way into the body; at least one.
    Body(Vec<String>),
    /// A header's name.
    Header(String),
    /// A path parameter's name.
    Path(String),
    /// The name of a claim, or of another value that the route's authorizer found out.
    Auth(String),
}

impl TryFrom<String> for GroupSource {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (kind, rest) = text.split_once('.').unwrap_or((text.as_str(), ""));
        // But in the body a dot is a character as any other.
        match kind {
            "body" if rest.split('.').all(|key| !key.is_empty()) => {
                Ok(Self::Body(rest.split('.').map(str::to_owned).collect()))
            }
            "header" if !rest.is_empty() => Ok(Self::Header(rest.to_owned())),
            "path" if !rest.is_empty() => Ok(Self::Path(rest.to_owned())),
            "auth" if !rest.is_empty() => Ok(Self::Auth(rest.to_owned())),
            _ => Err(format!(
                "`{text}` is not body.FIELD, header.NAME, path.NAME or auth.NAME"
            )),
        }
    }
}

impl From<GroupSource> for String {
    fn from(source: GroupSource) -> Self {
        match source {
            GroupSource::Body(keys) => format!("body.{}", keys.join(".")),
            GroupSource::Header(name) => format!("header.{name}"),
            GroupSource::Path(name) => format!("path.{name}"),
            GroupSource::Auth(name) => format!("auth.{name}"),
        }
    }
}

impl GroupSource {
    /// The top-level key of the body that this source reads.
    #[must_use]
    pub fn body_key(&self) -> Option<&str> {
        match self {
            Self::Body(keys) => keys.first().map(String::as_str),
            _ => None,
        }
    }

    /// Why an ordering key cannot be read there: the key of the body means something else to the function.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn check(&self) -> Result<(), String> {
        let Self::Body(keys) = self else {
            return Ok(());
        };
        let is_whole =
            matches!(keys.as_slice(), [key] if ["args", "kwargs"].contains(&key.as_str()));
        match keys.first().map(String::as_str) {
            Some(key) if key == "tasks" || OptionName::from_key(key).is_some() || is_whole => Err(
                format!("`{key}` in a body is no ordering key: it has a meaning of its own"),
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::GroupSource;

    #[test]
    fn what_the_function_reads_itself_is_no_ordering_key() {
        let check = |text: &str| GroupSource::try_from(text.to_owned()).unwrap().check();
        for fine in [
            "body.kwargs.customer",
            "body.id",
            "header.eta",
            "path.task_id",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for (wrong, key) in [
            ("body.task_id", "`task_id`"),
            ("body.eta.zone", "`eta`"),
            ("body.tasks", "`tasks`"),
            ("body.args", "`args`"),
        ] {
            assert!(check(wrong).unwrap_err().starts_with(key), "{wrong}");
        }
    }
}
