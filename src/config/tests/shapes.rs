use crate::config::aws::{is_kms_key, is_policy, is_role, is_sender};

const ACCOUNT: &str = "123456789012";

#[test]
fn roles_and_policies() {
    assert!(is_role(&format!(
        "arn:aws:iam::{ACCOUNT}:role/service/name"
    )));
    assert!(is_role(&format!("arn:aws-us-gov:iam::{ACCOUNT}:role/name")));
    assert!(is_policy("arn:aws:iam::aws:policy/PowerUserAccess"));
    for text in [
        "",
        "name",
        "arn",
        "arn:aws:iam",
        "arn:aws:iam::1:role/x",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role//x",
        "arn:aws:iam::123456789012:role",
        "arn:gcp:iam::123456789012:role/x",
        "arn:aws:iam:eu-west-1:123456789012:role/x",
        "arn:aws:iam::123456789012:user/x",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::123456789012:role/a b",
        "arn:aws:iam::123456789012:role/a\"",
    ] {
        assert!(!is_role(text), "{text}");
        assert!(!is_policy(text), "{text}");
    }
}

#[test]
fn senders() {
    for resource in ["role/x", "user/x", "root"] {
        assert!(is_sender(&format!("arn:aws:iam::{ACCOUNT}:{resource}")));
    }
    for text in [
        "*",
        ACCOUNT,
        "arn:aws:iam::123456789012:group/x",
        "arn:aws:iam::aws:root",
    ] {
        assert!(!is_sender(text), "{text}");
    }
}

#[test]
fn kms_keys() {
    let id = "12345678-90ab-cdef-1234-567890abcdef";
    let mrk = "mrk-1234567890abcdef1234567890abcdef";
    for text in [id, mrk, "alias/aws/sqs", "alias/my_key-1"] {
        assert!(is_kms_key(text), "{text}");
    }
    for resource in [
        format!("key/{id}"),
        format!("key/{mrk}"),
        "alias/x".to_owned(),
    ] {
        assert!(
            is_kms_key(&format!("arn:aws:kms:eu-west-1:{ACCOUNT}:{resource}")),
            "{resource}"
        );
        assert!(
            !is_kms_key(&format!("arn:aws:kms::{ACCOUNT}:{resource}")),
            "{resource}"
        );
    }
    for text in [
        "",
        "alias/",
        "key",
        "alias/a b",
        "mrk-1",
        &id[1..],
        &format!("{id}-1"),
        &format!("key/{id}"),
    ] {
        assert!(!is_kms_key(text), "{text}");
    }
}
