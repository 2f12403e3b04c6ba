use super::*;
use crate::aws::Identity;
use crate::config::{Settings, parse};
use crate::names::Names;
use camino::Utf8Path;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) const BASE: &str = r#"
[app]
name = "APP"
[[route]]
method = "GET"
path = "/"
reply = {}
[[route]]
method = "ANY"
path = "/tasks/{task}"
tasks = ["a", "b"]
[[route]]
method = "GET"
path = "/open"
auth = "none"
api_key = false
reply = {}
"#;

pub(super) fn settings(app: &str, stage: &str, more: &str) -> Settings {
    let text = BASE.replace("APP", app) + more;
    parse(Utf8Path::new("gatewayq.toml"), &text, stage).unwrap()
}

pub(super) fn names(settings: &Settings, region: &str) -> Names {
    Names {
        app: settings.app.clone(),
        stage: settings.stage.clone(),
        region: region.to_owned(),
        identity: Identity::new(
            "123456789012".into(),
            "arn:aws:iam::123456789012:user/a".into(),
        ),
    }
}

pub(super) fn with<T>(more: &str, boundary: Option<&str>, make: impl Fn(&Scope) -> T) -> T {
    let settings = settings("orders", "penguin", more);
    let names = names(&settings, "eu-west-1");
    make(&Scope {
        names: &names,
        stages: std::slice::from_ref(&settings),
        all_stages: false,
        boundary: boundary.map(str::to_owned),
        no_logging_role: false,
    })
}

pub(super) fn sids(document: &Value) -> Vec<&str> {
    let statements = document["Statement"].as_array().unwrap();
    statements
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap())
        .collect()
}

/// Partition, region, role and key as long as they can be, and of the names the stage, which stands there oftener. What
/// stands there twice, boundary and authorizers, is longer than most.
#[test]
fn the_longest_names_fit_into_a_managed_policy() {
    let key = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/";
    let key = format!("[queue]\nkms_key = \"{key}{}\"\n", "k".repeat(200));
    let role = format!(
        "[role]\narn = \"arn:aws-us-gov:iam::123456789012:role/{}/{}\"\n",
        "p".repeat(510),
        "r".repeat(64)
    );
    let judge = format!(
        "[[route]]\nmethod = \"GET\"\npath = \"/judged\"\nauth = \"judge\"\nreply = 1\n\
         [authorizers.judge]\ntype = \"lambda\"\nkind = \"token\"\nfunction = \"{}:{}\"\n",
        "f".repeat(40),
        "a".repeat(32)
    );
    for (partition, region) in [
        ("aws", "ap-southeast-99"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-iso-b", "us-isob-west-1"),
        ("aws-eusc", "eusc-de-east-1"),
    ] {
        let boundary = format!(
            "arn:{partition}:iam::123456789012:policy/{}/{}",
            "p".repeat(200),
            "b".repeat(128)
        );
        let settings = [
            ("", Some(boundary)),
            (&key, None),
            (&role, None),
            (&judge, None),
        ];
        for (more, boundary) in settings {
            for all_stages in [false, true] {
                let documents = longest(partition, region, more, boundary.clone(), all_stages);
                for document in documents {
                    let length = size(&fitted(document));
                    assert!(length <= MANAGED_POLICY, "{partition} {length}");
                }
            }
        }
    }
}

/// With a domain, too, names that are less than as long as they can be.
#[test]
fn a_domains_statements_fit_beside_long_names() {
    let domain = "[domain]\nname = \"orders.api.eu.shop.example.com\"\n\
        certificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"\n";
    let settings = settings("orders", "production", domain);
    let names = names(&settings, "ap-southeast-1");
    for all_stages in [false, true] {
        let scope = Scope {
            names: &names,
            stages: std::slice::from_ref(&settings),
            all_stages,
            boundary: Some(format!(
                "arn:aws:iam::123456789012:policy/{}",
                "b".repeat(32)
            )),
            no_logging_role: false,
        };
        for document in [deployer(&scope), reader(&scope)].map(Result::unwrap) {
            assert!(sids(&document).contains(&"FindTheDomainName"));
            let length = size(&fitted(document));
            assert!(length <= MANAGED_POLICY, "{length}");
        }
    }
}

/// Statements have names as long as there is room for them.
#[test]
fn a_document_loses_the_names_of_statements_and_nothing_else() {
    let document = |resource: &str| json!({"Statement": [{"Sid": "S", "Effect": "Allow", "Action": "a:B", "Resource": resource}]});
    assert_eq!(fitted(document("c")), document("c"));
    let long = "c".repeat(MANAGED_POLICY);
    let statement = json!({"Effect": "Allow", "Action": "a:B", "Resource": long});
    assert_eq!(fitted(document(&long)), json!({"Statement": [statement]}));
    // No more of them than have to go, and the longest first.
    let named = |sid: &str, length| json!({"Sid": sid, "Resource": "r".repeat(length)});
    let all = json!({"Statement": [named("Short", 10), named("Longest", MANAGED_POLICY - 110), named("Long", 0)]});
    assert!(size(&all) > MANAGED_POLICY);
    let fit = fitted(all);
    let sids = fit["Statement"].as_array().unwrap().iter();
    let sids: Vec<_> = sids.map(|one| one["Sid"].as_str()).collect();
    assert_eq!(sids, [Some("Short"), None, Some("Long")]);
}

fn longest(
    partition: &str,
    region: &str,
    more: &str,
    boundary: Option<String>,
    all_stages: bool,
) -> [Value; 3] {
    let settings = settings("abcdef", &"s".repeat(40), more);
    let mut names = names(&settings, region);
    partition.clone_into(&mut names.identity.partition);
    let scope = Scope {
        names: &names,
        stages: std::slice::from_ref(&settings),
        all_stages,
        boundary,
        no_logging_role: false,
    };
    [deployer(&scope), reader(&scope), worker(&scope, true)].map(Result::unwrap)
}

/// An access log that is switched off keeps its group until the stage goes, and `logs` goes on showing it.
#[test]
fn the_access_logs_group_is_in_reach_whether_there_is_a_log_or_not() {
    let group = "log-group:/aws/apigateway/orders-penguin:*";
    for more in ["", "[api]\naccess_log = true\n"] {
        let documents = with(more, None, |scope| [deployer(scope), reader(scope)]);
        for document in documents.map(|document| document.unwrap().to_string()) {
            assert!(document.contains(group), "{document}");
        }
    }
}

#[test]
fn a_boundary_binds_every_role_that_the_deployer_makes() {
    let document = with("", Some("arn:aws:iam::1:policy/b"), |scope| {
        deployer(scope).unwrap()
    });
    assert!(sids(&document).contains(&"MakeRolesWithinTheBoundary"));
    assert!(!sids(&document).contains(&"GiveTheFunctionsRoleItsPermissions"));
    assert!(!document.to_string().contains("{{"));
    let free = with("", None, |scope| deployer(scope).unwrap());
    assert!(!free.to_string().contains("PermissionsBoundary"), "{free}");
}

/// To take a boundary off is a right of its own: only who says `boundary = ""` is given it.
#[test]
fn a_boundary_is_taken_off_by_those_alone_who_say_so() {
    const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/b";
    let takes_off = |more: &str, boundary| {
        let document = with(more, boundary, |scope| deployer(scope).unwrap());
        document
            .to_string()
            .contains("iam:DeleteRolePermissionsBoundary")
    };
    assert!(takes_off("[role]\nboundary = \"\"\n", None));
    assert!(!takes_off("", None));
    let named = format!("[role]\nboundary = {BOUNDARY:?}\n");
    assert!(!takes_off(&named, None));
    // Whatever the file says, the command's boundary stays on.
    for more in ["[role]\nboundary = \"\"\n", "", &named] {
        assert!(!takes_off(more, Some(BOUNDARY)), "{more}");
    }
}

#[test]
fn who_brings_a_role_needs_no_right_to_make_one() {
    let role = "arn:aws:iam::123456789012:role/mine";
    let document = with(&format!("[role]\narn = {role:?}\n"), None, |scope| {
        deployer(scope).unwrap()
    });
    assert!(!document.to_string().contains("iam:PutRolePolicy"));
    let pass = document["Statement"].as_array().unwrap();
    let pass = pass
        .iter()
        .find(|statement| statement["Sid"] == "HandTheRoleToLambda");
    assert_eq!(pass.unwrap()["Resource"], role);
}

#[test]
fn an_api_user_reaches_the_signed_routes_or_those_named() {
    let prefix = "arn:aws:execute-api:eu-west-1:123456789012:abc/penguin";
    let all = with("", None, |scope| {
        api_user(scope.names, &scope.stages[0].routes, "abc", &[]).unwrap()
    });
    assert_eq!(
        all["Statement"][0]["Resource"],
        json!([format!("{prefix}/GET/"), format!("{prefix}/*/tasks/*")])
    );
    let one = with("", None, |scope| {
        api_user(
            scope.names,
            &scope.stages[0].routes,
            "abc",
            &["GET /".to_owned()],
        )
        .unwrap()
    });
    assert_eq!(
        one["Statement"][0]["Resource"],
        json!([format!("{prefix}/GET/")])
    );
    let unknown = with("", None, |scope| {
        api_user(
            scope.names,
            &scope.stages[0].routes,
            "abc",
            &["GET /open".to_owned()],
        )
    });
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "\"GET /open\" is not among the signed routes of the stage; it has GET /, ANY /tasks/{task}"
    );
}

#[test]
fn a_worker_decrypts_with_the_queues_key() {
    const KEY: &str = "[queue]\nkms_key = \"alias/q\"\n";
    let last = |more: &str, sends: bool| {
        let document = with(more, None, |scope| worker(scope, sends).unwrap());
        let statements = document["Statement"].as_array().unwrap();
        statements.last().unwrap()["Action"].clone()
    };
    assert_eq!(last("", false).as_array().unwrap().len(), 4);
    assert_eq!(last("", true), "sqs:SendMessage");
    assert_eq!(last(KEY, false), json!(["kms:Decrypt"]));
    let both = json!(["kms:Decrypt", "kms:GenerateDataKey"]);
    assert_eq!(last(KEY, true), both);
}

/// What each has to do with the table of results.
#[test]
fn results_are_asked_for_by_those_who_use_them_and_where_there_are_any() {
    const KEY: &str =
        "[results]\nresult_owner = true\nkms_key = \"12345678-1234-1234-1234-123456789012\"\n";
    let tables = |document: Value| -> Vec<String> {
        let statements = document["Statement"].as_array().unwrap().iter();
        let texts = statements.map(Value::to_string);
        texts.filter(|text| text.contains("dynamodb")).collect()
    };
    let all = |more: &str| {
        with(more, None, |scope| {
            [
                deployer(scope),
                reader(scope),
                operator(scope),
                worker(scope, true),
            ]
            .map(|document| tables(document.unwrap()).len())
        })
    };
    assert_eq!(all(""), [0; 4]);
    assert_eq!(all("[results]\n"), [1; 4]);
    // Who only looks at the table does not decrypt.
    assert_eq!(all(KEY), [2, 1, 2, 2]);
    let function = |more: &str| {
        with(more, None, |scope| {
            let results = scope.stages[0].results.as_ref().unwrap();
            let statements = read_results(scope.names, results);
            sids(&json!({"Statement": statements})).join(" ")
        })
    };
    assert_eq!(function("[results]\n"), "ReadResults");
    assert_eq!(function(KEY), "ReadResults KeepTheOwnerKey UseTheTablesKey");
}

proptest! {
    /// Whatever a value is, the document has the template's structure and the value in its place.
    #[test]
    fn no_value_changes_a_documents_structure(value in "\\PC{0,40}") {
        let values: Values = ["partition", "account", "region", "app", "stage", "name", "function_role", "domain", "boundary", "bound_roles", "authorizer_functions"]
            .into_iter()
            .map(|name| (name, json!(value)))
            .collect();
        for template in [DEPLOYER, READER, WORKER] {
            let document = render(template, &values).unwrap();
            let template: Value = serde_json::from_str(template).unwrap();
            prop_assert!(same_shape(&template, &document));
        }
    }

    /// Any bytes as a template: an answer or an error, never a panic.
    #[test]
    fn rendering_takes_any_text(text in "\\PC{0,80}|[{}\\[\\]\",:a ]{0,60}") {
        let _ = render(&text, &Values::from([("a", json!(["x"]))]));
    }

    /// Documents as AWS may answer them: a document is the same as itself, however it is written.
    #[test]
    fn a_document_is_the_same_as_itself(document in document()) {
        prop_assert!(same(&document, &document));
        prop_assert!(same(&json!([document]), &document) || document.is_array());
    }
}

fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|o| same_shape(value, o)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same_shape(a, b))
        }
        _ => one.is_string() == other.is_string(),
    }
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map("[A-Za-z:]{1,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
