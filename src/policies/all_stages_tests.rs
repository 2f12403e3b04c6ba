use super::tests::{BASE, names, sids};
use super::*;
use crate::config::parse_all;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// A file whose stages need what its base does not.
const STAGES: &str = r#"
[stages.prod.alarms]
[stages.prod.results]
kms_key = "11111111-1111-1111-1111-111111111111"
[stages.prod.queue]
kms_key = "alias/prod"
[stages.prod.domain]
name = "api.example.com"
certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
[stages.prod.api]
access_log = true
allow_ips = ["192.0.2.0/24"]
[stages.prod.role]
arn = "arn:aws:iam::123456789012:role/prod"
[stages.test.results]
kms_key = "22222222-2222-2222-2222-222222222222"
[stages.test.queue]
kms_key = "alias/test"
[stages.test.function]
reserved_concurrency = 5
[stages.test.domain]
name = "shop.example.com"
certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/2"
[stages.test.role]
boundary = "arn:aws:iam::123456789012:policy/test"
"#;

/// Whichever stage it is printed from: of the file, with nothing of its own in it, or the one that has the most.
#[test]
fn a_document_for_all_stages_has_what_each_of_them_needs() {
    let text = BASE.replace("APP", "orders") + STAGES;
    let from = |stage: &str| {
        let stages = parse_all(Utf8Path::new("gatewayq.toml"), &text, stage).unwrap();
        let names = names(&stages[0], "eu-west-1");
        let scope = |all_stages| Scope {
            names: &names,
            stages: if all_stages { &stages } else { &stages[..1] },
            all_stages,
            boundary: None,
            no_logging_role: false,
        };
        let all = |scope: &Scope| {
            let documents = [
                deployer(scope),
                reader(scope),
                operator(scope),
                worker(scope, true),
            ];
            documents.map(Result::unwrap)
        };
        let documents = all(&scope(true));
        for (whole, one) in documents.iter().zip(&all(&scope(false))) {
            let (whole, one) = (sids(whole), sids(one));
            assert!(one.iter().all(|sid| whole.contains(sid)), "{stage} {one:?}");
            let different: BTreeSet<_> = whole.iter().collect();
            assert_eq!(different.len(), whole.len(), "{whole:?}");
        }
        documents
    };
    let documents = from("dev");
    for stage in ["prod", "test", "other"] {
        for (one, other) in documents.iter().zip(&from(stage)) {
            assert!(same(one, other), "{stage}: {one} {other}");
        }
    }
    let [deployer, reader, operator, worker] = documents;
    for sid in [
        "Alarms",
        "ResultsTable",
        "MapTheStageOnTheDomainName",
        "SayWhoMayReachTheApi",
        "ReserveTheFunctionsConcurrency",
        "MakeRolesWithinTheBoundary",
        "UseTheTablesKey",
        "UseTheTablesKey2",
    ] {
        assert!(sids(&deployer).contains(&sid), "{sid}: {deployer}");
    }
    for (document, words) in [
        (&deployer, "iam:UpdateAssumeRolePolicy"),
        (&deployer, "role/orders-*-eu-west-1"),
        (&deployer, "role/prod"),
        (&reader, "/domainnames/api.example.com/basepathmappings"),
        (&deployer, "/domainnames/shop.example.com/basepathmappings*"),
        (&reader, "table/orders-*-results"),
        (&reader, "cloudwatch:DescribeAlarms"),
        (&operator, "alias/prod"),
        (&operator, "alias/test"),
        (&worker, "StoreResults"),
        (&worker, "alias/prod"),
    ] {
        assert!(document.to_string().contains(words), "{words}: {document}");
    }
    // A domain name is no part of an app's names: others may have theirs.
    for document in [&deployer, &reader] {
        let text = document.to_string();
        assert!(!text.contains("/domainnames/*"), "{document}");
    }
}
