use super::equivalence::same;
use proptest::prelude::*;
use serde_json::{Value, json};

fn statement() -> Value {
    json!({
        "Sid": "One",
        "Effect": "Allow",
        "Principal": {"AWS": ["123456789012", "arn:aws:iam::210987654321:role/a"], "Service": "sqs.amazonaws.com"},
        "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
        "Resource": ["arn:aws:sqs:eu-west-1:123456789012:a", "arn:aws:sqs:eu-west-1:123456789012:b"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": ["arn:a", "arn:b"]},
            "Bool": {"aws:SecureTransport": "true"},
        },
    })
}

/// The statement with one element put differently.
fn with(element: &str, value: Value) -> Value {
    let mut changed = statement();
    changed[element] = value;
    changed
}

#[test]
fn documents_are_compared_as_aws_returns_them() {
    assert!(same(&json!({"Action": ["a"]}), &json!({"Action": "a"})));
    assert!(same(
        &json!({"maxReceiveCount": 5}),
        &json!({"maxReceiveCount": "5"})
    ));
    assert!(same(&json!(["a", "b"]), &json!(["b", "a"])));
    assert!(!same(
        &json!({"Action": "a"}),
        &json!({"Action": "a", "Effect": "Allow"})
    ));
    assert!(!same(&json!(["a", "b"]), &json!("a")));
}

#[test]
fn other_words_for_the_same_statement() {
    let conditions = json!({
        "ArnEquals": {"AWS:sourcearn": ["arn:b", "arn:a"]},
        "Bool": {"aws:securetransport": true},
    });
    let root = "arn:aws-cn:iam::123456789012:root";
    let principal = json!({"Service": ["sqs.amazonaws.com"], "AWS": ["arn:aws:iam::210987654321:role/a", root]});
    for (element, value) in [
        ("Action", json!(["SQS:getqueueurl", "sqs:SendMessage"])),
        ("Condition", conditions),
        ("Principal", principal),
    ] {
        assert!(
            same(&statement(), &with(element, value.clone())),
            "{element} {value}"
        );
    }
    let everybody = with("Principal", json!("*"));
    assert!(same(&everybody, &with("Principal", json!({"AWS": ["*"]}))));
}

#[test]
fn another_meaning_is_seen() {
    let other_value =
        json!({"ArnLike": {"aws:SourceArn": "arn:A"}, "Bool": {"aws:SecureTransport": "true"}});
    let other_key = json!({"ArnLike": {"aws:PrincipalArn": ["arn:a", "arn:b"]}, "Bool": {"aws:SecureTransport": "true"}});
    let other_operator = json!({"ArnNotLike": {"aws:SourceArn": ["arn:a", "arn:b"]}, "Bool": {"aws:SecureTransport": "true"}});
    let case_of_an_arn = json!([
        "arn:aws:sqs:eu-west-1:123456789012:A",
        "arn:aws:sqs:eu-west-1:123456789012:b"
    ]);
    for (element, value) in [
        ("Effect", json!("Deny")),
        ("Action", json!("sqs:SendMessage")),
        ("Resource", case_of_an_arn),
        ("Principal", json!({"AWS": "*"})),
        ("Principal", json!({"AWS": "123456789012"})),
        ("Condition", other_value),
        ("Condition", other_key),
        ("Condition", other_operator),
    ] {
        assert!(
            !same(&statement(), &with(element, value.clone())),
            "{element} {value}"
        );
    }
}

#[test]
fn a_policy_is_its_statements_in_any_order() {
    let (one, two) = (statement(), with("Sid", json!("Two")));
    let policy = |statements: Value| json!({"Version": "2012-10-17", "Statement": statements});
    assert!(same(&policy(json!([one, two])), &policy(json!([two, one]))));
    assert!(same(&policy(json!([one])), &policy(json!(one))));
    assert!(!same(&policy(json!([one, two])), &policy(json!([one]))));
    // A policy without a version is one of the first version, where variables are not replaced.
    let old = json!({"Statement": [one]});
    assert!(!same(&old, &policy(json!([one]))));
    assert!(same(
        &old,
        &json!({"Version": "2008-10-17", "Statement": one})
    ));
}

/// Two conditions that differ in case alone have both to hold: neither may be lost.
#[test]
fn keys_that_differ_in_case_stay_two_conditions() {
    let two = json!({"StringEquals": {"aws:SourceArn": "a", "AWS:SourceArn": "b"}});
    let one = json!({"StringEquals": {"aws:SourceArn": "a"}});
    assert!(!same(&with("Condition", two), &with("Condition", one)));
}

proptest! {
    /// However a policy is shuffled and its words are put, it stays the same; one word more, and it does not.
    #[test]
    fn rewritten_policies_are_the_same(policy in policy(), seed in any::<u64>(), word in "[a-z]{9}") {
        prop_assert!(same(&policy, &rewritten(&policy, "", seed)));
        for element in ["Action", "Resource", "Sid", "Effect"] {
            let mut other = policy.clone();
            other["Statement"][0][element] = json!(word);
            prop_assert!(!same(&policy, &other), "{element}");
        }
    }
}

fn policy() -> impl Strategy<Value = Value> {
    prop::collection::vec(any_statement(), 1..4)
        .prop_map(|all| json!({"Version": "2012-10-17", "Statement": all}))
}

fn any_statement() -> impl Strategy<Value = Value> {
    let names = || prop::collection::vec("[a-z]{1,3}:[A-Z][a-z]{1,4}", 1..4);
    let accounts = prop::collection::vec("[0-9]{12}", 1..3);
    let keys = prop::collection::hash_map("aws:[A-Za-z]{1,4}", names(), 1..3);
    (names(), names(), accounts, keys).prop_map(|(actions, resources, accounts, keys)| {
        // Keys that differ in case alone would be one key in the other's case.
        let keys: std::collections::BTreeMap<_, _> = keys
            .into_iter()
            .map(|(key, v)| (key.to_lowercase(), v))
            .collect();
        json!({"Sid": "S", "Effect": "Allow", "Principal": {"AWS": accounts}, "Action": actions,
            "Resource": resources, "Condition": {"StringLike": keys}})
    })
}

/// The same in other words: lists turned and doubled, lists of one as their item, actions and condition keys in
/// capitals, accounts as ARNs; `at` is the name of the element that `value` is in.
fn rewritten(value: &Value, at: &str, seed: u64) -> Value {
    match value {
        Value::Array(items) => {
            let turn = usize::try_from(seed % 7).unwrap() % items.len().max(1);
            let mut items: Vec<Value> = items
                .iter()
                .map(|item| rewritten(item, at, seed / 3))
                .collect();
            items.rotate_left(turn);
            if items.len() == 1 && seed.is_multiple_of(2) {
                return items.remove(0);
            }
            if seed.is_multiple_of(5) {
                items.push(items[0].clone());
            }
            Value::Array(items)
        }
        Value::Object(fields) => {
            let other = |(key, value): (&String, &Value)| {
                let upper = at == "StringLike" && seed.is_multiple_of(2);
                let written = if upper {
                    key.to_uppercase()
                } else {
                    key.clone()
                };
                (written, rewritten(value, key, seed / 2))
            };
            Value::Object(fields.iter().map(other).collect())
        }
        Value::String(text) if at == "Action" => json!(text.to_uppercase()),
        Value::String(text) if at == "AWS" && seed.is_multiple_of(3) => {
            json!(format!("arn:aws:iam::{text}:root"))
        }
        other => other.clone(),
    }
}
