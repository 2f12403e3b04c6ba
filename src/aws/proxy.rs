//! The proxy variables, as curl and the AWS CLI read them.

use anyhow::{Result, bail};
use std::fmt;

/// The proxy of the environment for https, which is all that AWS speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    variable: &'static str,
    /// Host and port; never the password before them.
    host: String,
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "proxy {} of {}", self.host, self.variable)
    }
}

/// In the order that they count in. `HTTP_PROXY` is for http alone: for an emulator elsewhere.
const VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

impl Proxy {
    /// `None` where no variable names one.
    ///
    /// # Errors
    /// A value that the HTTP client cannot use, which it would pass over in silence.
    pub(crate) fn from_environment() -> Result<Option<Self>> {
        Self::from_variables(&|name| std::env::var(name).ok())
    }

    fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
        let Some((variable, value)) = VARIABLES
            .iter()
            .find_map(|name| set(name).map(|value| (*name, value)))
        else {
            return Ok(None);
        };
        match host(&value) {
            Some(host) => Ok(Some(Self { variable, host })),
            None => bail!(
                "{variable} does not name a proxy that gatewayq can use: it is written \
                 http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT; SOCKS proxies are not supported"
            ),
        }
    }
}

fn host(value: &str) -> Option<String> {
    let uri: http::Uri = value.parse().ok()?;
    if !matches!(uri.scheme_str(), None | Some("http" | "https")) {
        return None;
    }
    let authority = uri.authority()?.as_str();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    Some(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Option<String>> {
        let value = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Ok(Proxy::from_variables(&value)?.map(|proxy| proxy.to_string()))
    }

    #[test]
    fn either_case_counts_and_a_password_is_not_told() {
        let told = |set| read(set).unwrap();
        assert_eq!(told(&[("HTTPS_PROXY", "")]), None);
        let https = told(&[
            ("https_proxy", "http://me:secret@proxy:3128/"),
            ("ALL_PROXY", "http://all:1"),
        ]);
        assert_eq!(https.as_deref(), Some("proxy proxy:3128 of https_proxy"));
        let all = told(&[("all_proxy", "all:1")]);
        assert_eq!(all.as_deref(), Some("proxy all:1 of all_proxy"));
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for value in ["socks5h://me:secret@proxy:1080", "http://", "a b"] {
            let told = read(&[("ALL_PROXY", value)]).unwrap_err().to_string();
            assert!(told.starts_with("ALL_PROXY does not name"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
