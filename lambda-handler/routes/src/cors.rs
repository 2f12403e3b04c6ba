//! Which pages of other origins may read what is answered (CORS; Fetch standard, "HTTP CORS
//! protocol").

use serde::{Deserialize, Serialize};

/// The rules for all routes of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// Whose pages may read the answers.
    pub origins: Vec<Origin>,
    /// The methods that pages may use; `None` stands for those of the path's routes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
    /// The request headers that pages may send; `*` stands for all but `authorization`.
    pub headers: Vec<String>,
    /// The headers of an answer that pages may read besides the simple ones.
    pub expose: Vec<String>,
    /// How many seconds a browser may keep the answer to a preflight.
    pub max_age: i32,
    /// Whether pages may send cookies and what else a browser keeps for the stage's host.
    pub credentials: bool,
}

/// An origin as a browser names it (`https://app.example.com`), one with a `*` for a part of it,
/// or `*` for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.matches('*').count() {
            0 | 1 => Ok(Self(text)),
            _ => Err(format!("`{text}` has more than one `*`")),
        }
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl Origin {
    /// All origins.
    const ALL: &str = "*";

    /// Whether it stands for all origins.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0 == Self::ALL
    }

    /// The origin's text, where it is exactly one.
    #[must_use]
    pub fn single(&self) -> Option<&str> {
        (!self.0.contains('*')).then_some(&self.0)
    }

    /// Whether `origin`, as a browser sent it, is this one or one of these.
    #[must_use]
    pub fn matches(&self, origin: &str) -> bool {
        let Some((before, after)) = self.0.split_once('*') else {
            return self.0 == origin;
        };
        if self.is_all() {
            return true;
        }
        let rest = origin.strip_prefix(before);
        let part = rest.and_then(|rest| rest.strip_suffix(after));
        // A port where it ends the pattern, else of a name: nothing leads out of that part.
        let fits = |byte: u8| match after {
            "" => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.',
        };
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(fits))
    }
}

impl Cors {
    /// What `access-control-allow-origin` is for a request from `origin`; `None` where it is not
    /// allowed. `*` is named as such, as all get the same answer.
    #[must_use]
    pub fn allowed<'a>(&self, origin: &'a str) -> Option<&'a str> {
        if self.allows_all() {
            return Some(Origin::ALL);
        }
        let mut origins = self.origins.iter();
        origins.any(|one| one.matches(origin)).then_some(origin)
    }

    /// Whether every page may read the answers.
    #[must_use]
    pub fn allows_all(&self) -> bool {
        self.origins.iter().any(Origin::is_all)
    }

    /// # Errors
    /// What would open the stage's host to every page's use of a browser's cookies.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.credentials && self.allows_all() {
            true => Err("`cors` has `credentials` and the origin `*`".to_owned()),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    fn origin(text: &str) -> Origin {
        Origin::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn an_origin_is_itself_alone() {
        let one = origin("https://app.example.com");
        assert!(one.matches("https://app.example.com"));
        for other in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://app.example.com.evil.test",
            "https://xapp.example.com",
            "https://APP.example.com",
            "null",
            "",
            "*",
        ] {
            assert!(!one.matches(other), "{other}");
        }
        assert!(Origin::try_from("https://*.*.example.com".to_owned()).is_err());
    }

    #[test]
    fn a_star_stands_for_a_part_of_a_name_and_leads_nowhere_else() {
        let any = origin("https://pr-*.example.com");
        for good in ["https://pr-7.example.com", "https://pr-7.eu.example.com"] {
            assert!(any.matches(good), "{good}");
        }
        for bad in [
            "https://pr-.example.com",
            "https://pr-7.example.com:1",
            "https://pr-7.example.com.evil.test",
            "https://pr-evil.test/.example.com",
            "https://pr-evil.test:443@.example.com",
            "https://pr-evil.test#.example.com",
            "https://pr-é.example.com",
            "http://pr-7.example.com",
        ] {
            assert!(!any.matches(bad), "{bad}");
        }
        let port = origin("http://localhost:*");
        assert!(port.matches("http://localhost:5173"));
        for bad in [
            "http://localhost",
            "http://localhost:",
            "http://localhost:1.evil.test",
            "http://localhost.evil.test:80",
        ] {
            assert!(!port.matches(bad), "{bad}");
        }
        assert!(origin("*").matches("https://anything.test"));
    }
}
