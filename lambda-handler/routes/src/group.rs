//! Ordering keys.

use serde::{Deserialize, Serialize};

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
}
