use crate::config::shapes::{
    BOUNDARY, GROUP, KMS_KEY, NAME, POLICY, REGION, ROLE, SENDER, Shape, TASK,
};

#[track_caller]
fn holds(shape: &Shape, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(shape.fits(text), "{text}");
    }
    for text in bad {
        assert!(!shape.fits(text), "{text}");
    }
}

const ROLES: &[&str] = &[
    "arn:aws:iam::123456789012:role/service/name",
    "arn:aws-us-gov:iam::123456789012:role/name",
    "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_1f",
    "arn:aws:iam::123456789012:role/a(!)#/_+=,.@-9",
];
const NEITHER_ROLE_NOR_POLICY: &[&str] = &[
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
    "arn:aws:iam::123456789012:role/a$b/c",
    "arn:aws:iam::123456789012:role/ä",
    "arn:aws:iam::123456789012:role/a#b",
];

#[test]
fn roles_and_policies() {
    let long = format!("arn:aws:iam::123456789012:role/{}", "x".repeat(65));
    holds(&ROLE, ROLES, NEITHER_ROLE_NOR_POLICY);
    holds(&ROLE, &[&long[..long.len() - 1]], &["", &long]);
    let policies = [
        "arn:aws:iam::aws:policy/PowerUserAccess",
        "arn:aws-cn:iam::123456789012:policy/a/b",
    ];
    holds(&POLICY, &policies, NEITHER_ROLE_NOR_POLICY);
    holds(&POLICY, &[], &["", ROLES[0]]);
    holds(&BOUNDARY, &policies, NEITHER_ROLE_NOR_POLICY);
    holds(&BOUNDARY, &[""], &[ROLES[0]]);
}

#[test]
fn senders() {
    holds(&SENDER, ROLES, &["", "*", "123456789012"]);
    holds(
        &SENDER,
        &[
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::210987654321:root",
        ],
        &[
            "arn:aws:iam::123456789012:group/x",
            "arn:aws:iam::aws:root",
            "arn:aws:iam::123456789012:root/x",
        ],
    );
}

#[test]
fn kms_keys() {
    let id = "12345678-90ab-cdef-1234-567890abcdef";
    let mrk = "mrk-1234567890abcdef1234567890abcdef";
    let bad = [
        "",
        "alias/",
        "key",
        "alias/a b",
        "mrk-1",
        &id[1..],
        &format!("{id}-1"),
        &format!("key/{id}"),
    ];
    holds(
        &KMS_KEY,
        &[id, mrk, "alias/aws/sqs", "alias/my_key-1"],
        &bad,
    );
    for resource in [
        format!("key/{id}"),
        format!("key/{mrk}"),
        "alias/x".to_owned(),
    ] {
        let with = format!("arn:aws:kms:eu-west-1:123456789012:{resource}");
        let without = format!("arn:aws:kms::123456789012:{resource}");
        holds(&KMS_KEY, &[&with], &[&without]);
    }
}

#[test]
fn regions() {
    let good = [
        "eu-west-1",
        "us-gov-east-1",
        "ap-southeast-7",
        "eusc-de-east-1",
        "us-isob-west-1",
    ];
    let bad = [
        "",
        "eu-west",
        "EU-WEST-1",
        "eu-west-1a",
        "eu west 1",
        "eu-west-1\n",
        "eu-west-1/..",
        "default",
    ];
    holds(&REGION, &good, &bad);
}

#[test]
fn names_of_ours() {
    holds(
        &NAME,
        &["a", "a-1", &"x".repeat(40)],
        &[
            "",
            "-a",
            "a-",
            "a--b",
            "1a",
            "A",
            "a_b",
            "a\n",
            &"x".repeat(41),
        ],
    );
    holds(
        &TASK,
        &["a", "tasks.add", "_a.b-c"],
        &["", ".a", "a.", "a..b", "1.a", "a b"],
    );
    holds(
        &GROUP,
        &["body.a", "body.a.ü", "header.X-Customer", "path.x"],
        &[
            "",
            "body",
            "body.",
            "body.a..b",
            "body.a\n",
            "header.a b",
            "header.",
            "path.",
            "query.x",
        ],
    );
}
