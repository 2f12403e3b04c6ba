//! `[api.cors]`: what pages of other origins may do.

use gatewayq_routes::{Cors, METHODS, Origin};

use super::field::{Field, choice, flag, int, list, text};
use super::section::{Section, table};
use super::shapes;

/// What signed requests with a key and a JSON body are sent with, besides what needs no leave.
const HEADERS: [&str; 7] = [
    "authorization",
    "content-type",
    "idempotency-key",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-api-key",
];

/// The section as a key of `[api]`.
pub(super) fn field() -> Field<Cors> {
    let mut field = table("cors", "a section: [api.cors]", read);
    field.row.allowed = "the keys of `[api.cors]`, below".to_owned();
    field
}

pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Cors> {
    let origin = "\"*\", or scheme://host with or without :port; with one `*` as the port, or in the \
                  host's first part where two more follow";
    let origins: Option<Vec<Origin>> = s.require(
        list(text("origins", &shapes::ORIGIN, origin), 1..=20),
        "Whose pages may read the answers: `https://app.example.com`, `https://*.example.com`, \
         `http://localhost:*`, or `*` for all.",
    );
    let methods = s.get(
        list(choice("methods", &METHODS), 0..=METHODS.len()),
        "The methods that pages may use; without it, those of the path's routes.",
    );
    let header = "a header's name";
    let any_header = "a header's name, or \"*\"";
    let headers: Vec<String> = s.value(
        list(text("headers", &shapes::HEADER_OR_ALL, any_header), 0..=40)
            .or(HEADERS.map(str::to_owned).to_vec()),
        "The request headers that pages may send; `*` is all but `authorization`.",
    );
    let expose: Vec<String> = s.value(
        list(text("expose", &shapes::HEADER, header), 0..=40).or(Vec::new()),
        "The headers of an answer that pages may read besides the few that they always may.",
    );
    let max_age = s.value(
        int("max_age", 0..=86_400, "seconds").or(600),
        "How long a browser may keep the answer to a preflight; each preflight runs the function.",
    );
    let credentials = s.value(
        flag("credentials").or(false),
        "Whether pages may send cookies; not with `*` in `origins` or `headers`.",
    );
    let cors = Cors {
        origins: origins?,
        methods: methods.map(|methods| methods.into_iter().map(str::to_owned).collect()),
        headers,
        expose,
        max_age,
        credentials,
    };
    check_credentials(s, &cors);
    Some(cors)
}

/// With credentials a browser takes `*` for no more than a name (Fetch standard).
fn check_credentials(s: &mut Section<'_, '_>, cors: &Cors) {
    let stars = [
        ("origins", cors.allows_all()),
        ("headers", cors.headers.iter().any(|header| header == "*")),
    ];
    for (key, _) in stars
        .into_iter()
        .filter(|(_, star)| *star && cors.credentials)
    {
        let message = format!(
            "`credentials` besides `*` in `{key}`; allowed: to name them, or no credentials"
        );
        s.report("credentials", message);
    }
}
