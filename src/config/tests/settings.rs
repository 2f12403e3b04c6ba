use camino::Utf8Path;
use gatewayq_routes::{GroupSource, Routes};
use serde_json::json;

use super::cases::cases;
use super::{BASE, case, good, read};
use crate::config::settings::{
    Action, Architecture, Auth, Boundary, LogLevel, Period, Quota, Settings, Task, TaskOption,
    Throttle,
};

const EXAMPLE: &str = include_str!("../../../gatewayq.toml");

fn task(settings: &Settings) -> &Task {
    match &settings.routes.last().unwrap().action {
        Action::Task(task) => task,
        other @ (Action::Reply(_) | Action::Result) => panic!("{other:?}"),
    }
}

#[test]
fn the_project_file_is_the_walkthrough() {
    let settings = good(EXAMPLE);
    let [root, send] = settings.routes.as_slice() else {
        panic!("{:?}", settings.routes)
    };
    assert_eq!((root.method.as_str(), root.path.as_str()), ("GET", "/"));
    assert_eq!(
        json!(root.action),
        json!({"reply": {"body": {"hello": "world"}, "status": 200, "headers": {}}})
    );
    assert_eq!(
        (send.method.as_str(), send.path.as_str()),
        ("GET", "/sendtosqs")
    );
    assert_eq!(task(&settings).names, ["tasks.add"]);
    assert_eq!(json!(task(&settings).args), json!([2, 2]));
    assert!(
        settings
            .routes
            .iter()
            .all(|route| route.auth == Auth::Iam && route.api_key)
    );
}

#[test]
fn what_is_not_said_has_its_default() {
    let wanted = json!({
        "app": "shop",
        "stage": "dev",
        "tags": {},
        "routes": [
            {"method": "GET", "path": "/", "auth": "iam", "scopes": null, "api_key": true, "cors": true,
             "action": {"reply": {"body": 1, "status": 200, "headers": {}}}}
        ],
        "function": {
            "memory": 256, "timeout": 10, "ephemeral_storage": 512, "keep_versions": 10, "architecture": "x86_64",
            "environment": {}, "log_retention": 14, "target": null, "crate_dir": null,
            "reserved_concurrency": null, "vpc": {"subnets": [], "security_groups": []}
        },
        "queue": {
            "visibility_timeout": 300, "retention": 345_600, "max_receives": 5,
            "dead_letter_retention": 1_209_600, "kms_key": null, "senders": []
        },
        "usage_plan": {"rate": 10.0, "burst": 20, "quota": null, "routes": {}},
        "usage_plans": {},
        "api": {
            "log_level": "ERROR", "metrics": true, "rate": 100.0, "burst": 200, "log_retention": 14,
            "cors": null, "access": null, "access_log": null, "tracing": false,
            "disable_default_endpoint": false
        },
        "domain": null,
        "role": {"boundary": null, "arn": null},
        "alarms": null,
        "results": null,
        "authorizers": {}
    });
    assert_eq!(serde_json::to_value(good(BASE)).unwrap(), wanted);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path())
        .unwrap()
        .join("gatewayq.toml");
    std::fs::write(&path, format!("\u{feff}{}", EXAMPLE.replace('\n', "\r\n"))).unwrap();
    let settings = crate::config::load(&path, "dev").unwrap();
    assert_eq!(json!(settings), json!(good(EXAMPLE)));
}

#[test]
fn all_of_it_can_be_said() {
    let all = case("all of it", "dev");
    let (function, queue, api) = (&all.function, &all.queue, &all.api);
    assert_eq!(
        (
            function.configuration.memory,
            function.configuration.timeout,
            function.configuration.ephemeral_storage
        ),
        (10_240, 29, 10_240)
    );
    assert_eq!(
        (function.architecture, function.log_retention),
        (Architecture::Arm64, 3653)
    );
    assert_eq!(
        function.target.as_deref(),
        Some("aarch64-unknown-linux-gnu")
    );
    assert_eq!(function.crate_dir, Some("../handler".into()));
    assert_eq!(function.configuration.environment["LOG"], "x");
    assert_eq!((queue.visibility_timeout, queue.retention), (0, 60));
    assert_eq!(
        (queue.max_receives, queue.dead_letter_retention),
        (1000, 60)
    );
    assert_eq!(queue.kms_key.as_deref(), Some("alias/aws/sqs"));
    assert_eq!(queue.senders.len(), 3);
    let quota = Quota {
        limit: 1000,
        period: Period::Week,
    };
    assert_eq!(
        (
            all.usage_plan.rate,
            all.usage_plan.burst,
            all.usage_plan.quota
        ),
        (0.5, 1, Some(quota))
    );
    assert_eq!(
        (api.log_level, api.metrics, api.rate),
        (LogLevel::Info, false, 3.0)
    );
    assert_eq!((api.burst, api.log_retention), (16, 1));
    assert_eq!(
        all.role.boundary.arn(),
        Some("arn:aws-cn:iam::123456789012:policy/a/b")
    );
}

#[test]
fn a_boundary_can_be_left_alone_or_removed() {
    assert_eq!(good(BASE).role.boundary, Boundary::Unmanaged);
    assert_eq!(case("no boundary", "dev").role.boundary, Boundary::None);
}

#[test]
fn a_route_can_leave_much_to_the_request() {
    let settings = case("a route that leaves much to the request", "dev");
    let route = settings.routes.last().unwrap();
    assert_eq!((&route.auth, route.api_key), (&Auth::None, false));
    let task = task(&settings);
    assert_eq!(task.names, ["a.b", "c"]);
    assert_eq!(task.options, [TaskOption::SoftTimeLimit, TaskOption::Eta]);
    assert_eq!(task.group, Some(GroupSource::Path("shop".to_owned())));
    assert!(!task.is_fixed());
}

#[test]
fn values_keep_their_types_in_json() {
    let settings = case("fixed arguments", "dev");
    let wanted = json!([255, 1.5, "ü", true, [], u64::MAX]);
    assert_eq!(json!(task(&settings).args), wanted);
    let wanted = json!({"a": {"b": [1]}, "__type__": 1});
    assert_eq!(json!(task(&settings).kwargs), wanted);
}

#[test]
fn a_stage_need_not_be_listed() {
    assert_eq!(read(BASE, "hamster").unwrap().stage, "hamster");
}

#[test]
fn a_stage_goes_over_the_base_key_by_key() {
    let (dev, prod) = (
        case("a stage over the base", "dev"),
        case("a stage over the base", "prod"),
    );
    assert_eq!(
        (
            dev.function.configuration.memory,
            prod.function.configuration.memory
        ),
        (512, 1024)
    );
    assert_eq!(prod.function.configuration.timeout, 3);
    let environment = prod
        .function
        .configuration
        .environment
        .iter()
        .map(|(k, v)| format!("{k}{v}"));
    assert_eq!(environment.collect::<Vec<_>>(), ["AA1", "BB2", "CC2"]);
    assert_eq!((dev.usage_plan.rate, prod.usage_plan.rate), (10.0, 7.0));
    assert_eq!(dev.usage_plan.quota, prod.usage_plan.quota);
    assert!(dev.tags.is_empty());
    assert_eq!(prod.tags["team"], "x");
}

#[test]
fn routes_lists_and_the_role_are_replaced_whole() {
    let name = "a stage in place of the base";
    let prod = case(name, "prod");
    let paths: Vec<&str> = prod
        .routes
        .iter()
        .map(|route| route.path.as_str())
        .collect();
    assert_eq!(paths, ["/x"]);
    assert!(prod.queue.senders.is_empty());
    assert_eq!(prod.role.boundary, Boundary::Unmanaged);
    assert!(prod.role.arn.is_some());
    assert_eq!(case(name, "dev").routes.len(), 1);
}

#[test]
fn a_route_has_answers_of_its_own() {
    let settings = case("answers of their own", "dev");
    let [moved, order] = settings.routes.as_slice() else {
        panic!("{:?}", settings.routes)
    };
    let headers = json!({"Location": "/new", "cache-control": "no-store"});
    assert_eq!(
        json!(moved.action),
        json!({"reply": {"body": "moved", "status": 308, "headers": headers}})
    );
    let fields = json!({"queue": "fast", "place": [1, {"a": 0.5}]});
    assert_eq!(
        json!(order.action)["task"]["accepted"],
        json!({"status": 201, "fields": fields})
    );
}

#[test]
fn pages_of_other_origins_may_do_what_is_said() {
    let name = "pages of other origins";
    let base = case(name, "dev").api.cors.unwrap();
    assert_eq!(base.origins.len(), 6);
    assert_eq!(
        base.methods,
        Some(vec!["GET".to_owned(), "POST".to_owned()])
    );
    assert_eq!(base.headers, ["x-api-key", "Content-Type"]);
    assert_eq!(base.expose, ["Retry-After"]);
    assert_eq!((base.max_age, base.credentials), (0, true));
    // A stage's section stands for all of the base's.
    let prod = case(name, "prod").api.cors.unwrap();
    assert!(prod.allows_all() && prod.methods.is_none() && prod.expose.is_empty());
    assert_eq!((prod.max_age, prod.credentials), (600, false));
    assert!(good(BASE).api.cors.is_none());
    let text = format!("{BASE}[api.cors]\norigins = [\"*\"]\n");
    let wanted = [
        "authorization",
        "content-type",
        "idempotency-key",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "x-api-key",
    ];
    assert_eq!(good(&text).api.cors.unwrap().headers, wanted);
}

#[test]
fn a_stage_has_the_authorizers_that_its_routes_name() {
    let name = "authorizers of all kinds";
    let base = case(name, "dev");
    let names: Vec<&String> = base.authorizers.keys().collect();
    assert_eq!(names, ["customers", "partners"]);
    let pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc";
    assert_eq!(
        json!(base.authorizers["customers"]),
        json!({
            "type": "cognito", "user_pools": [pool], "scopes": ["orders/read", "orders/write"],
            "identity_source": "method.request.header.Authorization",
        })
    );
    let scopes = base.routes.iter().map(|route| route.scopes.clone());
    assert_eq!(scopes.collect::<Vec<_>>(), [None, Some(Vec::new()), None]);
    // A stage's own stands for all of the base's.
    let prod = case(name, "prod");
    assert_eq!(prod.authorizers["customers"], base.authorizers["customers"]);
    assert_eq!(
        json!(prod.authorizers["partners"]),
        json!({
            "type": "lambda", "function": "judge", "kind": "token", "ttl": 300,
            "identity_sources": ["method.request.header.X-Token"], "token_pattern": "^[a-z]+$",
        })
    );
    let test = case(name, "test");
    assert_eq!(test.authorizers.keys().collect::<Vec<_>>(), ["partners"]);
}

#[test]
fn a_stage_is_on_the_domain_under_its_own_base_path() {
    let name = "stages on one domain";
    let dev = case(name, "dev").domain.unwrap();
    assert_eq!(dev.url(), "https://api.example.com");
    assert_eq!(json!(dev.security_policy), json!("TLS_1_2"), "the default");
    let prod = case(name, "prod");
    let domain = prod.domain.unwrap();
    assert_eq!(domain.url(), "https://api.example.com/v1");
    assert_eq!(domain.certificate_arn, dev.certificate_arn);
    assert_eq!(json!(domain.security_policy), json!("TLS_1_0"));
    assert!(prod.api.disable_default_endpoint);
    assert!(good(BASE).domain.is_none());
}

#[test]
fn a_function_is_in_a_vpc_by_both_of_its_keys() {
    let function = case("a function in a VPC", "dev").function;
    assert_eq!(function.reserved_concurrency, Some(0));
    let vpc = json!(function.configuration.vpc);
    let wanted = json!({"subnets": ["subnet-0a1b", "subnet-2c3d"], "security_groups": ["sg-1"]});
    assert_eq!(vpc, wanted);
    assert!(good(BASE).function.configuration.vpc.is_none());
}

/// The file's hash is compared with the one of the last deploy: defaults have no part in it.
#[test]
fn an_answer_that_is_as_ever_is_not_written_for_the_function() {
    let file = String::from_utf8(crate::routes_file::render(&good(EXAMPLE))).unwrap();
    let wanted = r#"{"version":1,"queue_visibility_timeout":300,"routes":[{"method":"GET","path":"/","reply":{"hello":"world"}},{"method":"GET","path":"/sendtosqs","task":{"names":["tasks.add"],"args":[2,2]}}]}"#;
    assert_eq!(file, wanted);
    let closed = EXAMPLE.replace("path = \"/\"", "path = \"/\"\ncors = false");
    let file = String::from_utf8(crate::routes_file::render(&good(&closed))).unwrap();
    assert_eq!(file, wanted, "without [api.cors] the key has no meaning");
}

#[test]
fn the_names_fit_together() {
    let text = BASE.replace("shop", &"a".repeat(40));
    let error = read(&text, "pre-prod").unwrap_err().to_string();
    assert!(
        error.contains("have 48 characters together; allowed: 46"),
        "{error}"
    );
    read(&text, "pprod1").unwrap();
}

/// A file that the function cannot start with would be noticed only by the first request.
#[test]
fn the_function_takes_what_is_written_for_it() {
    let good_cases = cases().into_iter().filter(|case| case.messages.is_empty());
    let texts: Vec<String> = good_cases.map(|case| case.text).collect();
    assert!(texts.len() > 5);
    let with = |visibility: u64| format!("{BASE}[queue]\nvisibility_timeout = {visibility}\n");
    for text in texts.into_iter().chain([0, 30, 43_200].map(with)) {
        let settings = good(&text);
        let file = String::from_utf8(crate::routes_file::render(&settings)).unwrap();
        let read = Routes::parse(&file).unwrap_or_else(|error| panic!("{error}: {text}"));
        let visibility = u64::try_from(settings.queue.visibility_timeout).unwrap();
        assert_eq!(read.queue_visibility_timeout, visibility);
        assert_eq!(read.routes.len(), settings.routes.len());
        assert_eq!(serde_json::to_string(&read).unwrap(), file);
    }
}

/// A stage's plans go over the base's key by key, and so do the limits of single routes.
#[test]
fn plans_have_defaults_and_limits_of_routes() {
    assert!(good(BASE).usage_plans.is_empty());
    let (dev, prod) = (case("tiers", "dev"), case("tiers", "prod"));
    let limit = |rate, burst| Throttle { rate, burst };
    assert_eq!(dev.usage_plan.routes["GET /"], limit(1.0, 2));
    let quota = Quota {
        limit: 9,
        period: Period::Week,
    };
    let gold = |settings: &Settings| settings.usage_plans["gold"].clone();
    for (settings, rate, of_route) in [(&dev, 100.0, limit(3.0, 4)), (&prod, 50.0, limit(7.0, 8))] {
        let gold = gold(settings);
        assert_eq!(
            (gold.rate, gold.burst, gold.quota),
            (rate, 200, Some(quota))
        );
        assert_eq!(gold.routes["GET /"], of_route);
        assert_eq!(gold.routes["POST /jobs"], limit(0.5, 1));
    }
    let silver = &prod.usage_plans["silver"];
    assert_eq!((silver.rate, silver.burst, silver.quota), (10.0, 1, None));
    assert!(silver.routes.is_empty());
    assert_eq!(dev.usage_plans.len(), 1);
}
