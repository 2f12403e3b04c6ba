//! The shapes of names, ARNs, tags and environment variables: gatewayq's own and AWS's.
//!
//! Expressions keep to what Rust, ECMAScript and Python read alike: the JSON Schema repeats them.

use std::sync::OnceLock;

use gatewayq_routes::header;
use regex_lite::Regex;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// A string's shape.
pub(super) struct Shape {
    /// Matches all of it.
    pub(super) pattern: &'static str,
    /// Characters at most.
    pub(super) max: usize,
    compiled: OnceLock<Regex>,
}

impl Shape {
    pub(super) const fn new(pattern: &'static str, max: usize) -> Self {
        Self {
            pattern,
            max,
            compiled: OnceLock::new(),
        }
    }

    #[allow(clippy::expect_used)]
    pub(super) fn fits(&self, text: &str) -> bool {
        let compile = || Regex::new(self.pattern).expect("a constant, compiled by the tests");
        text.chars().count() <= self.max && self.compiled.get_or_init(compile).is_match(text)
    }
}

/// What the name of an application, a stage or a consumer may be, in words.
pub(crate) const NAME_RULE: &str =
    "lower-case letters, digits and single hyphens, a letter first, at most 40 characters";
pub(super) static NAME: Shape = Shape::new("^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", 40);

/// Whether the text is a name by [`NAME_RULE`].
pub(crate) fn is_name(text: &str) -> bool {
    NAME.fits(text)
}

/// A task's name: Python words with dots between them, and the hyphens that Celery allows.
pub(super) static TASK: Shape = Shape::new(
    r"^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*$",
    255,
);

/// The source of an ordering key: a field of the body, a header, a variable of the path, what an
/// authorizer found out.
pub(super) static GROUP: Shape = Shape::new(
    concat!(
        r"^(?:body(?:\.[^.\x00-\x1f\x7f-\x9f]+)+|header\.[A-Za-z0-9!#$%&'*+.^_`|~-]+|path\..+",
        r"|auth\.[^\x00-\x1f\x7f-\x9f]+)$"
    ),
    255,
);

/// A file in a folder or below it.
pub(super) static FILE: Shape = Shape::new(
    "^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$",
    255,
);

/// A route's path. JSON Schema alone uses it; the reader says more precisely what is wrong.
pub(super) const PATH_PATTERN: &str = concat!(
    r"^/$|^(?=/)(?:/(?!\.\.?(?:/|$))(?:[A-Za-z0-9._:-]+|\{[A-Za-z0-9._-]+\}))*",
    r"(?:/\{[A-Za-z0-9._-]+\+\})?$"
);

/// The ARN of a thing in IAM. Its path is printable ASCII, here without what a policy would read
/// as a wildcard, a variable or the end of a string.
macro_rules! iam {
    ($account:literal, $kind:literal, $length:literal) => {
        concat!(
            "arn:aws(?:-[a-z-]+)?:iam::",
            $account,
            ":",
            $kind,
            r"/(?:[!#%-)+-.0->@-\[\]-~]+/)*[A-Za-z0-9+=,.@_-]{1,",
            $length,
            "}"
        )
    };
}

/// A role: `arn:aws:iam::123456789012:role/path/name`.
pub(super) static ROLE: Shape = Shape::new(concat!("^", iam!("[0-9]{12}", "role", 64), "$"), 2048);

/// A managed policy of the account or of AWS, which is what a permission boundary can be.
pub(super) static POLICY: Shape = Shape::new(
    concat!("^", iam!("(?:[0-9]{12}|aws)", "policy", 128), "$"),
    2048,
);

/// [`POLICY`], or nothing.
pub(super) static BOUNDARY: Shape = Shape::new(
    concat!("^(?:", iam!("(?:[0-9]{12}|aws)", "policy", 128), ")?$"),
    2048,
);

/// Who can stand in a queue's policy, of any account: a role, a user, or an account's root.
pub(super) static SENDER: Shape = Shape::new(
    concat!(
        "^(?:arn:aws(?:-[a-z-]+)?:iam::[0-9]{12}:root|",
        iam!("[0-9]{12}", "(?:role|user)", 64),
        ")$"
    ),
    2048,
);

/// A topic whose ARN an alarm can name: `arn:aws:sns:eu-west-1:123456789012:name`. CloudWatch tells no
/// FIFO topic (CloudWatch user guide, "Alarm actions").
pub(super) static TOPIC: Shape = Shape::new(
    r"^arn:aws(?:-[a-z-]+)?:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
    512,
);

/// A KMS key's id: a UUID, or that of a key for several Regions.
macro_rules! kms_id {
    () => {
        "(?:mrk-[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    };
}

/// A KMS key's id or ARN. An alias is told by DynamoDB as the key that it stands for, and could not be compared.
pub(super) static KMS_KEY_ITSELF: Shape = Shape::new(
    concat!(
        "^(?:arn:aws(?:-[a-z-]+)?:kms:[a-z0-9-]+:[0-9]{12}:key/)?",
        kms_id!(),
        "$"
    ),
    2048,
);

/// What SQS takes as `KmsMasterKeyId`: a key's id or ARN, an alias or its ARN.
pub(super) static KMS_KEY: Shape = Shape::new(
    concat!(
        "^(?:",
        kms_id!(),
        "|(?:arn:aws(?:-[a-z-]+)?:kms:[a-z0-9-]+:[0-9]{12}:)?alias/[A-Za-z0-9/_-]{1,250}",
        "|arn:aws(?:-[a-z-]+)?:kms:[a-z0-9-]+:[0-9]{12}:key/",
        kms_id!(),
        ")$"
    ),
    2048,
);

/// A host name of two parts or more (RFC 1123).
pub(super) static DOMAIN_NAME: Shape = Shape::new(
    r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$",
    127,
);

/// A certificate of AWS Certificate Manager.
pub(super) static CERTIFICATE: Shape = Shape::new(
    "^arn:aws(?:-[a-z-]+)?:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}$",
    2048,
);

/// A base path, or none (API Gateway developer guide, "Custom domain names": the characters).
pub(super) static BASE_PATH: Shape = Shape::new(r"^[A-Za-z0-9$_.+!*'()-]*$", 300);

/// A subnet's id.
pub(super) static SUBNET: Shape = Shape::new("^subnet-[0-9a-z]+$", 64);

/// A security group's id.
pub(super) static SECURITY_GROUP: Shape = Shape::new("^sg-[0-9a-zA-Z]+$", 64);

/// The characters of a header's name, without the quote that API Gateway's own syntax has.
macro_rules! header {
    () => {
        "[A-Za-z0-9!#$%&+.^_`|~-]+"
    };
}

/// A header's name.
pub(super) static HEADER: Shape = Shape::new(concat!("^", header!(), "$"), 64);

/// [`HEADER`], or all of them.
pub(super) static HEADER_OR_ALL: Shape = Shape::new(concat!(r"^(?:\*|", header!(), ")$"), 64);

/// An origin, as browsers write it (RFC 6454), or several by one `*`. What follows the `*` in a name
/// has two parts more, so that no pattern lets in what anybody can register.
pub(super) static ORIGIN: Shape = Shape::new(
    concat!(
        r"^(?:\*|[a-z][a-z0-9+.-]*://(?:",
        r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::(?:[0-9]{1,5}|\*))?",
        r"|[a-z0-9-]*\*[a-z0-9-]*(?:\.[a-z0-9-]+){2,}(?::[0-9]{1,5})?",
        "))$"
    ),
    255,
);

/// A user pool of Amazon Cognito.
pub(super) static USER_POOL: Shape = Shape::new(
    concat!(
        r"^arn:aws(?:-[a-z-]+)?:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/",
        r"[A-Za-z0-9-]+_[A-Za-z0-9]+$"
    ),
    256,
);

/// A scope as an access token has it (RFC 6749, "scope-token").
pub(super) static SCOPE: Shape = Shape::new(r"^[!#-\[\]-~]+$", 512);

/// A Lambda function by its name or ARN, with or without a version or an alias.
pub(super) static FUNCTION: Shape = Shape::new(
    concat!(
        r"^(?:arn:aws(?:-[a-z-]+)?:lambda:[a-z0-9-]+:[0-9]{12}:function:)?",
        r"[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_-]{1,128})?$"
    ),
    256,
);

/// Where API Gateway finds a caller's proof, as it writes such places.
pub(super) static IDENTITY_SOURCE: Shape = Shape::new(
    concat!(
        r"^(?:method\.request\.header\.[A-Za-z0-9!#$%&+.^_`|~-]+",
        r"|method\.request\.querystring\.[A-Za-z0-9._$:-]+",
        r"|stageVariables\.[A-Za-z0-9_]+|context\.[A-Za-z][A-Za-z0-9.]*)$"
    ),
    256,
);

/// A regular expression, on one line.
pub(super) static TOKEN_PATTERN: Shape = Shape::new(r"^[^\x00-\x1f\x7f-\x9f]+$", 1024);

/// A rule for names or values of the user's own that says what is wrong.
pub(super) struct Rule {
    /// What is wrong, if anything.
    pub(super) check: fn(&str) -> Option<&'static str>,
    /// The same as an expression, as far as one can say it.
    pub(super) pattern: &'static str,
    /// Characters at most.
    pub(super) max: usize,
}

/// A tag's key (tagging rules that all services in use share; the characters are IAM's).
pub(super) const TAG_KEY: Rule = Rule {
    check: |key| {
        let lower = key.to_lowercase();
        if lower.starts_with("aws:") || lower.starts_with("gatewayq:") {
            return Some("`aws:` and `gatewayq:` are reserved");
        }
        if key.trim().is_empty() || key.chars().count() > 128 {
            return Some("allowed: 1 to 128 characters");
        }
        tag_characters(key)
    },
    pattern: concat!(
        r"^(?![aA][wW][sS]:|[gG][aA][tT][eE][wW][aA][yY][qQ]:)(?=.*\S)",
        r"[^\x00-\x1f!-*,;<>?\[-^`{-\x7f]+$"
    ),
    max: 128,
};

/// A tag's value.
pub(super) const TAG_VALUE: Rule = Rule {
    check: |value| match value.chars().count() {
        0..=256 => tag_characters(value),
        _ => Some("allowed: at most 256 characters"),
    },
    pattern: r"^[^\x00-\x1f!-*,;<>?\[-^`{-\x7f]*$",
    max: 256,
};

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]` (IAM, TagRole).
fn tag_characters(text: &str) -> Option<&'static str> {
    use GeneralCategoryGroup::{Letter, Number, Separator};
    let good = |c: char| {
        "_.:/=+-@".contains(c) || matches!(c.general_category_group(), Letter | Number | Separator)
    };
    (!text.chars().all(good)).then_some("allowed: letters, digits, spaces and _ . : / = + - @")
}

/// The name of an environment variable of a Lambda function.
pub(super) const VARIABLE_NAME: Rule = Rule {
    check: |name| {
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
    },
    pattern: "^(?!AWS_|LAMBDA_|QUEUE_URL$)[A-Za-z][A-Za-z0-9_]+$",
    max: 4096,
};

/// The value of an environment variable.
pub(super) const VARIABLE_VALUE: Rule = Rule {
    check: |value| {
        let holds = value.contains('\0');
        holds.then_some("allowed: no NUL characters, the environment cannot hold them")
    },
    pattern: r"^[^\x00]*$",
    max: 4096,
};

/// The name of a header of a reply.
pub(super) const HEADER_NAME: Rule = Rule {
    check: header::name_fault,
    pattern: r"^(?![xX]-[aA][mM][zZ])[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
    max: header::NAME_MAX,
};

/// The value of a header of a reply.
pub(super) const HEADER_VALUE: Rule = Rule {
    check: header::value_fault,
    pattern: r"^(?:[!-~](?:[ -~]*[!-~])?)?$",
    max: header::VALUE_MAX,
};
