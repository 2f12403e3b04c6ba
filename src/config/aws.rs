//! The shapes that AWS gives to ARNs, KMS keys, tags and environment variables.

/// An ARN split at its colons (IAM user guide, "ARN format").
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition) = (parts.next()?, parts.next()?);
        let arn = Self {
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        let known = partition == "aws" || partition.starts_with("aws-");
        let plain = text.len() <= 2048 && text.chars().all(|c| c.is_ascii_graphic());
        let wild = text.contains(['*', '?', '"', '\\', '$']);
        (scheme == "arn" && known && plain && !wild).then_some(arn)
    }

    fn is_iam(&self, kinds: &[&str]) -> bool {
        self.service == "iam"
            && self.region.is_empty()
            && is_account(self.account)
            && is_resource(self.resource, kinds)
    }
}

/// `kind/path/name` with one of the kinds.
fn is_resource(resource: &str, kinds: &[&str]) -> bool {
    resource.split_once('/').is_some_and(|(kind, rest)| {
        kinds.contains(&kind) && rest.split('/').all(|part| !part.is_empty())
    })
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

/// A role: `arn:aws:iam::123456789012:role/path/name`.
pub(super) fn is_role(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.is_iam(&["role"]))
}

/// A managed policy of the account or of AWS, which is what a permission boundary can be.
pub(super) fn is_policy(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        arn.is_iam(&["policy"])
            || arn.service == "iam"
                && arn.account == "aws"
                && is_resource(arn.resource, &["policy"])
    })
}

/// Who can stand in a queue's policy: a role, a user, or an account's root.
pub(super) fn is_sender(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        arn.is_iam(&["role", "user"])
            || arn.service == "iam" && is_account(arn.account) && arn.resource == "root"
    })
}

/// What SQS takes as `KmsMasterKeyId`: a key's id or ARN, an alias or its ARN.
pub(super) fn is_kms_key(text: &str) -> bool {
    is_kms_alias(text)
        || is_kms_id(text)
        || Arn::parse(text).is_some_and(|arn| {
            let id = arn.resource.strip_prefix("key/");
            arn.service == "kms"
                && !arn.region.is_empty()
                && is_account(arn.account)
                && (id.is_some_and(is_kms_id) || is_kms_alias(arn.resource))
        })
}

fn is_kms_alias(text: &str) -> bool {
    let name = text.strip_prefix("alias/");
    let good = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    name.is_some_and(|name| (1..=250).contains(&name.len()) && name.chars().all(good))
}

/// A UUID, or the id of a key for several regions: `mrk-` and 32 hexadecimal digits.
fn is_kms_id(text: &str) -> bool {
    let hex =
        |part: &str, length| part.len() == length && part.chars().all(|c| c.is_ascii_hexdigit());
    if let Some(id) = text.strip_prefix("mrk-") {
        return hex(id, 32);
    }
    let mut parts = text.split('-');
    let lengths = [8, 4, 4, 4, 12];
    lengths
        .iter()
        .all(|length| parts.next().is_some_and(|part| hex(part, *length)))
        && parts.next().is_none()
}

/// What is wrong with a tag's key (tagging rules that all services in use share).
pub(super) fn tag_name(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if lower.starts_with("aws:") || lower.starts_with("gatewayq:") {
        return Some("`aws:` and `gatewayq:` are reserved");
    }
    if name.trim().is_empty() || name.chars().count() > 128 {
        return Some("allowed: 1 to 128 characters");
    }
    tag_characters(name)
}

/// What is wrong with a tag's value.
pub(super) fn tag_value(value: &str) -> Option<&'static str> {
    if value.chars().count() > 256 {
        return Some("allowed: at most 256 characters");
    }
    tag_characters(value)
}

fn tag_characters(text: &str) -> Option<&'static str> {
    let good = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    (!text.chars().all(good)).then_some("allowed: letters, digits, spaces and _ . : / = + - @")
}

/// What is wrong with the name of an environment variable of a Lambda function.
pub(super) fn variable_name(name: &str) -> Option<&'static str> {
    let reserved = ["AWS_", "LAMBDA_", "_"];
    if name == "QUEUE_URL" {
        return Some("gatewayq sets this one itself");
    }
    if reserved.iter().any(|prefix| name.starts_with(prefix)) {
        return Some("Lambda keeps names with AWS_, LAMBDA_ or _ in front for itself");
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let good = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(word);
    (!good || name.len() < 2).then_some(
        "allowed: letters, digits and underscores, a letter first, at least 2 characters",
    )
}

/// What is wrong with the value of an environment variable.
pub(super) fn variable_value(value: &str) -> Option<&'static str> {
    value
        .contains('\0')
        .then_some("allowed: no NUL characters, the environment cannot hold them")
}
