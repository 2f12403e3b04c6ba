//! Who may reach the API at all: addresses, or a resource policy of the user's own.

use std::net::IpAddr;

use gatewayq_routes::schema::Fault;
use ipnet::IpNet;
use serde_json::{Value, json};

use super::diagnostics::Problems;
use super::field::{Field, Row, TomlNode, list, text};
use super::file;
use super::section::Section;
use super::settings::Access;
use super::shapes;

/// Bytes of a resource policy as JSON (API Gateway quotas).
const POLICY_MAX: usize = 8192;
/// Of those what addresses may take: the rest is the statements around them.
const ADDRESSES_MAX: usize = 7000;
/// Far more than fit.
const ADDRESSES: usize = 400;

/// The keys of `[api]` that say it; one that is wrong gives nothing.
pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Access> {
    let allow = s.get(
        list(address("allow_ips"), 1..=ADDRESSES),
        "Addresses that may reach the API; without it, all. Nobody else gets past API Gateway, \
         whatever they sign with.",
    );
    let deny = s.get(
        list(address("deny_ips"), 1..=ADDRESSES),
        "Addresses that may not, though `allow_ips` has them.",
    );
    let policy = s.get(
        policy_file(),
        "The API's resource policy; not with `allow_ips` or `deny_ips`.",
    );
    check_size(s, allow.iter().chain(&deny).flatten());
    let addresses = [("allow_ips", allow.is_some()), ("deny_ips", deny.is_some())];
    if s.has("policy")
        && let Some((name, _)) = addresses.iter().find(|(_, given)| *given)
    {
        let message = format!("`{name}` besides `policy`, which says all; allowed: one of the two");
        s.report(name, message);
    }
    match (policy, allow, deny) {
        (Some(policy), ..) => Some(Access::Policy(policy)),
        (None, None, None) => None,
        (None, allow, deny) => Some(Access::Addresses {
            allow: allow.unwrap_or_default(),
            deny: deny.unwrap_or_default(),
        }),
    }
}

fn check_size<'s>(s: &mut Section<'_, '_>, addresses: impl Iterator<Item = &'s String>) {
    // Each stands in quotes, with a comma.
    let size: usize = addresses.map(|address| address.len() + 3).sum();
    if size > ADDRESSES_MAX {
        let name = if s.has("allow_ips") {
            "allow_ips"
        } else {
            "deny_ips"
        };
        let message = format!(
            "the addresses have {size} bytes together; allowed: {ADDRESSES_MAX}, as a resource \
             policy has {POLICY_MAX}"
        );
        s.report(name, message);
    }
}

/// An address or a range, in the one way of writing it. Of a range the address is its first, so
/// that a slip in either part is told.
fn address(name: &str) -> Field<String> {
    let allowed = "an IPv4 or IPv6 address, or a range as 203.0.113.0/24";
    let schema =
        json!({"type": "string", "pattern": r"^[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?$", "maxLength": 43});
    Field::new(name, "string", allowed, schema, |row, node, problems| {
        let text = node.get_ref().as_str().unwrap_or_default();
        let single = text.parse::<IpAddr>().map(IpNet::from);
        let Ok(range) = single.or_else(|_| text.parse::<IpNet>()) else {
            problems.refuse(&row.name, node.span(), &row.allowed);
            return None;
        };
        if range.addr() != range.network() {
            let first = range.trunc();
            problems.refuse(
                &row.name,
                node.span(),
                &format!("{first}, where that range begins"),
            );
            return None;
        }
        Some(match text.contains('/') {
            true => range.to_string(),
            false => range.addr().to_string(),
        })
    })
}

/// A file with a JSON document, read.
fn policy_file() -> Field<Value> {
    let allowed = "a file beside gatewayq.toml or in a folder there, with a JSON policy of at most \
                   8192 bytes";
    let path = text::<String>("policy", &shapes::FILE, allowed);
    let schema = path.row.schema.clone();
    let read = move |row: &Row, node: &TomlNode<'_>, problems: &mut Problems| {
        let name = path.accept(node, problems)?;
        let text = file::beside(problems.folder(), &name, file::LIMIT);
        let document = text.and_then(|text| parse(&name, &text));
        let told =
            |fault: &String| problems.report(node.span(), format!("`{}`: {fault}", row.name));
        document.inspect_err(told).ok()
    };
    Field::new("policy", "string", allowed, schema, read)
}

fn parse(name: &str, text: &str) -> Result<Value, String> {
    let place = |error: serde_json::Error| {
        let Fault { line, message, .. } = Fault::from(error);
        format!("{name}:{line}: {message}")
    };
    let document: Value = serde_json::from_str(text).map_err(place)?;
    if document.get("Statement").is_none() {
        return Err(format!("{name}: no policy, as it has no \"Statement\""));
    }
    match document.to_string().len() {
        size if size > POLICY_MAX => Err(format!(
            "{name}: {size} bytes without spaces; allowed: {POLICY_MAX}"
        )),
        _ => Ok(document),
    }
}
