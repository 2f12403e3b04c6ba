//! The request that a command line describes.

use super::path;
use super::target::TOKEN_VARIABLE;
use crate::cli::Invoke;
use crate::commands::Failure;
use anyhow::Context;
use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;
use std::io::Read;

pub(super) const KEY_HEADER: &str = "x-api-key";

/// What signing and sending write themselves.
const OURS: [&str; 6] = [
    "authorization",
    "connection",
    "content-length",
    "transfer-encoding",
    "x-amz-date",
    "x-amz-security-token",
];

pub(super) struct UserRequest {
    pub method: String,
    /// Encoded, with its query.
    pub path: String,
    pub body: Vec<u8>,
    /// The user's own, with names in lower case.
    given: Vec<(String, String)>,
}

impl UserRequest {
    /// # Errors
    /// Exit code 2, with what to write.
    pub(crate) fn read(arguments: &Invoke) -> Result<Self, Failure> {
        let (method, path) = request_line(arguments)?;
        Ok(Self {
            method,
            path,
            given: headers(&arguments.header)?,
            body: body(arguments.data.as_deref())?,
        })
    }

    /// The question for a result, at this path: the headers that the user gave say who asks.
    pub(super) fn of_result(&self, path: String) -> Self {
        Self {
            method: "GET".to_owned(),
            path,
            body: Vec::new(),
            given: self.given.clone(),
        }
    }

    /// Whether the user gave this header.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The user's headers, and the others that a request has.
    pub(crate) fn headers(
        &self,
        key: Option<&SecretString>,
        token: Option<&SecretString>,
    ) -> Vec<(String, String)> {
        let mut headers = self.given.clone();
        let mut default = |name: &str, value: &str| {
            if !self.has(name) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        if let Some(key) = key {
            default(KEY_HEADER, key.expose_secret());
        }
        if let Some(token) = token {
            default(header::AUTHORIZATION.as_str(), token.expose_secret());
        }
        if !self.body.is_empty() {
            default(header::CONTENT_TYPE.as_str(), "application/json");
        }
        headers
    }
}

fn request_line(arguments: &Invoke) -> Result<(String, String), Failure> {
    let default = if arguments.data.is_some() {
        "POST"
    } else {
        "GET"
    };
    let (method, path) = match arguments.request.as_slice() {
        [path] => (default, path),
        [method, path] => (method.as_str(), path),
        _ => {
            return Err(Failure::usage(
                "invoke takes a path, or a method and a path",
            ));
        }
    };
    let method = method.to_ascii_uppercase();
    if method.is_empty() || !method.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(Failure::usage(format!(
            "{method:?} is not an HTTP method: write GET, POST, PUT, PATCH or DELETE before the path"
        )));
    }
    Ok((method, path::encoded(path)?))
}

fn body(data: Option<&str>) -> Result<Vec<u8>, Failure> {
    let Some(data) = data else {
        return Ok(Vec::new());
    };
    let (bytes, source) = match data.strip_prefix('@') {
        _ if data == "-" => (standard_input()?, "standard input".to_owned()),
        Some(file) => (
            std::fs::read(file)
                .with_context(|| format!("{file} cannot be read"))
                .map_err(Failure::Usage)?,
            file.to_owned(),
        ),
        None => (data.as_bytes().to_vec(), "--data".to_owned()),
    };
    if let Some(why) = byte_order_mark(&bytes) {
        return Err(Failure::usage(format!("{source} {why}")));
    }
    serde_json::from_slice::<&RawValue>(&bytes)
        .with_context(|| format!("{source} is not JSON"))
        .map_err(Failure::Usage)?;
    Ok(bytes)
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .context("standard input cannot be read")
        .map_err(Failure::Usage)?;
    Ok(bytes)
}

/// Editors and PowerShell write one without saying so; JSON has none (RFC 8259, section 8.1).
fn byte_order_mark(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(
            "begins with a byte order mark, which JSON does not have: save it as UTF-8 without BOM",
        ),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("is UTF-16; JSON is UTF-8: save it as UTF-8 without BOM")
        }
        _ => None,
    }
}

fn headers(given: &[String]) -> Result<Vec<(String, String)>, Failure> {
    given.iter().map(|header| pair(header)).collect()
}

/// No value is shown in an error: it may be a key.
fn pair(header: &str) -> Result<(String, String), Failure> {
    let Some((name, value)) = header.split_once(':') else {
        return Err(Failure::usage(
            "a header has no colon: write -H \"NAME: VALUE\"",
        ));
    };
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(Failure::usage(format!(
            "{name:?} is not the name of a header: write -H \"NAME: VALUE\", with letters, digits and - in NAME"
        )));
    }
    if OURS.contains(&name.as_str()) {
        return Err(Failure::usage(format!(
            "the header {name} is written by gatewayq, which signs the request, or sends the token in {TOKEN_VARIABLE}: \
             leave it out"
        )));
    }
    if HeaderValue::from_str(value).is_err() || !value.is_ascii() {
        return Err(Failure::usage(format!(
            "the value of the header {name} has characters that a header cannot hold: write it in ASCII, on one line"
        )));
    }
    Ok((name, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(given: &[&str]) -> UserRequest {
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        UserRequest {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: b"1".to_vec(),
            given: headers(&given).unwrap(),
        }
    }

    #[test]
    fn a_users_header_replaces_the_default_whatever_its_case() {
        let key = SecretString::from("stage".to_owned());
        let mine = request(&["X-API-Key: mine", "Content-Type: text/x"]);
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            owned.collect()
        };
        assert_eq!(
            mine.headers(Some(&key), None),
            pairs(&[("x-api-key", "mine"), ("content-type", "text/x")])
        );
        assert_eq!(
            request(&[]).headers(Some(&key), None),
            pairs(&[("x-api-key", "stage"), ("content-type", "application/json")])
        );
        let token = SecretString::from("Bearer t".to_owned());
        assert_eq!(
            request(&[]).headers(None, Some(&token)),
            pairs(&[
                ("authorization", "Bearer t"),
                ("content-type", "application/json")
            ])
        );
    }

    #[test]
    fn wrong_headers_are_usage_errors_that_show_no_value() {
        for wrong in [
            "secret",
            "a b: secret",
            ": secret",
            "x-a: secret\nx-b: c",
            "x-a: secretü",
            "Content-Length: secret",
        ] {
            let failure = pair(wrong).unwrap_err();
            assert_eq!(failure.exit_code(), 2, "{wrong}");
            let told = failure.message().unwrap();
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("body.json");
        let name = format!("@{}", file.display());
        for (bytes, word) in [
            (b"\xef\xbb\xbf{}".as_slice(), "byte order mark"),
            (b"\xff\xfe{\0}\0", "UTF-16"),
            (b"{", "is not JSON"),
        ] {
            std::fs::write(&file, bytes).unwrap();
            let told = body(Some(&name)).unwrap_err().message().unwrap();
            assert!(told.contains(word), "{told}");
        }
        std::fs::write(&file, "[12345678901234567890123]").unwrap();
        assert_eq!(body(Some(&name)).unwrap(), b"[12345678901234567890123]");
    }
}
