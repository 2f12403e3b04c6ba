//! The path and the URL of a request, as they are written on a command line and as they are sent.

use crate::commands::Failure;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand in a path or a query as it is (RFC 3986), and has no meaning there either.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path with its query, encoded. What is encoded already stays as it is.
///
/// # Errors
/// Exit code 2 for what can be meant in two ways.
pub(super) fn encoded(path: &str) -> Result<String, Failure> {
    if !path.starts_with('/') {
        return Err(Failure::usage(format!(
            "the path {path:?} does not begin with /"
        )));
    }
    if path.chars().any(char::is_control) {
        return Err(Failure::usage(format!(
            "the path {path:?} has a line break or another control character in it; write it as %0A and the like"
        )));
    }
    if path.contains('#') {
        return Err(Failure::usage(format!(
            "the path {path:?} has a # in it, which begins a part that is not sent; write %23"
        )));
    }
    if path.split('%').skip(1).any(|after| !is_escape(after)) {
        return Err(Failure::usage(format!(
            "the path {path:?} has a % without two hexadecimal digits after it; write %25"
        )));
    }
    Ok(utf8_percent_encode(path, ENCODED).to_string())
}

fn is_escape(after: &str) -> bool {
    let digits = after.as_bytes().get(..2);
    digits.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
}

/// The URL of `--url`, with a scheme in lower case and no slash at its end.
///
/// # Errors
/// Exit code 2 for what is not a stage's URL.
pub(super) fn base(url: &str) -> Result<String, Failure> {
    let wrong = |why: &str| {
        Err(Failure::usage(format!(
            "--url {url:?} {why}; the stage's URL is written like https://ID.execute-api.REGION.amazonaws.com/STAGE"
        )))
    };
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return wrong("is not a URL: one begins with https://");
    }
    if rest.contains(['?', '#']) {
        return wrong("has a query; that belongs behind the path");
    }
    let plain = format!("{scheme}://{}", rest.trim_end_matches('/'));
    match plain.parse::<http::Uri>() {
        Ok(uri)
            if uri
                .authority()
                .is_some_and(|host| host.as_str().contains('@')) =>
        {
            Err(Failure::usage(
                "--url has a user name in it, which API Gateway does not take: leave out all up to the @",
            ))
        }
        Ok(_) => Ok(plain),
        Err(_) => wrong("is not a URL"),
    }
}

/// `https://ID.execute-api.REGION.amazonaws.com/STAGE` names its region.
pub(super) fn region_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?.to_ascii_lowercase();
    let (_, after) = host.split_once(".execute-api.")?;
    after.split('.').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(failure: Failure) -> String {
        assert_eq!(failure.exit_code(), 2);
        failure.message().unwrap()
    }

    #[test]
    fn what_a_url_cannot_hold_is_encoded() {
        let sent = |path| encoded(path).unwrap();
        assert_eq!(sent("/a b/\"c\"?q=[1]"), "/a%20b/%22c%22?q=%5B1%5D");
        assert_eq!(sent("/ü/a%2Fb?x=1&y=2+3"), "/%C3%BC/a%2Fb?x=1&y=2+3");
    }

    #[test]
    fn what_can_be_meant_in_two_ways_is_refused() {
        for (path, write) in [
            ("/a#b", "%23"),
            ("/100%", "%25"),
            ("/a%zz", "%25"),
            ("/a\nb", "%0A"),
        ] {
            let told = told(encoded(path).unwrap_err());
            assert!(told.contains(write), "{told}");
        }
        assert!(told(encoded("a").unwrap_err()).contains("does not begin with /"));
    }

    #[test]
    fn a_stages_url() {
        let url = "HTTPS://AbC.execute-api.eu-west-1.amazonaws.com/dev/";
        assert_eq!(
            base(url).unwrap(),
            "https://AbC.execute-api.eu-west-1.amazonaws.com/dev"
        );
        assert_eq!(region_of(url).as_deref(), Some("eu-west-1"));
        assert_eq!(region_of("https://api.example.org"), None);
        for wrong in [
            "api.example.org",
            "ftp://a",
            "https://",
            "https://a b",
            "https://a/dev?x=1",
        ] {
            let told = told(base(wrong).unwrap_err());
            assert!(told.contains("is written like https://"), "{told}");
        }
        let secret = told(base("https://me:secret@host/dev").unwrap_err());
        assert!(!secret.contains("secret"), "{secret}");
    }
}
