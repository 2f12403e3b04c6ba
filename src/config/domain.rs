//! `[domain]`: the custom domain name that leads to the stage.

use serde::Serialize;

use super::field::{choice, text};
use super::section::Section;
use super::settings::{Domain, ROOT, SecurityPolicy};
use super::shapes;

/// `None` without the section, and where what has to be in it is missing or wrong.
pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Domain> {
    let host = "a host name in lower case with a dot in it, at most 127 characters; no `*`";
    let part = "one part of a path: letters, digits and `$ - _ . + ! * ' ( )`; no `/`, which only API \
                Gateway V2 maps; \"\" for none";
    let name: Option<String> = s.require(
        text("name", &shapes::DOMAIN_NAME, host),
        "The custom domain name, `api.example.com`. Stages that name the same one share it.",
    );
    let certificate_arn: Option<String> = s.require(
        text(
            "certificate_arn",
            &shapes::CERTIFICATE,
            "the ARN of an ACM certificate",
        ),
        "The certificate, issued for the name, of the stage's own account and Region.",
    );
    let base_path = s.value(
        text("base_path", &shapes::BASE_PATH, part).or(BasePath::default()),
        "What stands before the routes' paths under the name; each stage on a name has another one.",
    );
    let security_policy = s.value(
        choice(
            "security_policy",
            &[SecurityPolicy::Tls12, SecurityPolicy::Tls10],
        )
        .or(SecurityPolicy::Tls12),
        "The oldest TLS that the name takes.",
    );
    Some(Domain {
        name: name?,
        certificate_arn: certificate_arn?,
        base_path: base_path.0,
        security_policy,
    })
}

/// As the settings have it.
#[derive(Default, Serialize)]
struct BasePath(String);

/// API Gateway's own word for none is taken for what it says.
impl From<String> for BasePath {
    fn from(text: String) -> Self {
        match text.as_str() {
            ROOT => Self::default(),
            _ => Self(text),
        }
    }
}
