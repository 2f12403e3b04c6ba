//! The stage and its routes.

use super::Case;

pub(super) const CASES: &[Case] = &[
    (
        "[api]",
        "[api]\nlog_retention = 1",
        &[
            "access log group RetentionInDays",
            "execution log group RetentionInDays",
        ],
    ),
    (
        "access_log = true",
        "",
        &[
            "stage accessLogSettings/destinationArn",
            "stage accessLogSettings/format",
        ],
    ),
    (
        "access_log = true",
        "access_log = \"$context.requestId\"",
        &["stage accessLogSettings/format"],
    ),
    (
        "tracing = true",
        "",
        &[
            "role PolicyDocument",
            "function TracingConfig",
            "stage tracingEnabled",
        ],
    ),
    ("\"ERROR\"", "\"INFO\"", &["stage logging/loglevel"]),
    ("\"ERROR\"", "\"OFF\"", &["stage logging/loglevel"]),
    (
        "metrics = true",
        "metrics = false",
        &["stage metrics/enabled"],
    ),
    ("rate = 100", "rate = 50.5", &["stage throttling/rateLimit"]),
    (
        "burst = 200",
        "burst = 300",
        &["stage throttling/burstLimit"],
    ),
    // The function is told how long a task stays hidden, in its routes.
    (
        "[function]",
        "[queue]\nvisibility_timeout = 60\n[function]",
        &[
            "queue VisibilityTimeout",
            "dead-letter queue VisibilityTimeout",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "method = \"GET\"",
        "method = \"PUT\"",
        &[
            "routes GET /orders/{id}",
            "routes PUT /orders/{id}",
            "deployment definition",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "/orders/{id}",
        "/orders/{order}",
        &[
            "routes /orders/{id}",
            "routes GET /orders/{order}",
            "routes OPTIONS /orders/{order}",
            "deployment definition",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "path = \"/tasks\"",
        "path = \"/tasks\"\nauth = \"none\"",
        &[
            "routes POST /tasks authorizationType",
            "deployment definition",
        ],
    ),
    (
        "path = \"/orders/{id}\"",
        "path = \"/orders/{id}\"\napi_key = false",
        &[
            "routes GET /orders/{id} apiKeyRequired",
            "deployment definition",
        ],
    ),
    (
        "https://shop.test",
        "https://other.test",
        &[
            "function tag gatewayq:routes",
            "gateway responses DEFAULT_4XX Access-Control-Allow-Origin",
            "gateway responses DEFAULT_5XX Access-Control-Allow-Origin",
            "deployment definition",
        ],
    ),
    (
        "\"https://shop.test\"]",
        "\"https://shop.test\", \"https://b.test\"]",
        &[
            "function tag gatewayq:routes",
            "gateway responses DEFAULT_4XX Access-Control-Allow-Origin",
            "gateway responses DEFAULT_5XX Access-Control-Allow-Origin",
            "gateway responses DEFAULT_4XX Access-Control-Expose-Headers",
            "gateway responses DEFAULT_5XX Access-Control-Expose-Headers",
            "gateway responses DEFAULT_4XX Access-Control-Allow-Credentials",
            "gateway responses DEFAULT_5XX Access-Control-Allow-Credentials",
            "deployment definition",
        ],
    ),
    (
        "methods = [\"GET\"]",
        "methods = [\"GET\", \"POST\"]",
        &["function tag gatewayq:routes"],
    ),
    (
        "methods = [\"GET\"]",
        "headers = [\"x-api-key\"]\nmethods = [\"GET\"]",
        &["function tag gatewayq:routes"],
    ),
    (
        "methods = [\"GET\"]",
        "max_age = 0\nmethods = [\"GET\"]",
        &["function tag gatewayq:routes"],
    ),
    (
        "[\"retry-after\"]",
        "[\"etag\"]",
        &[
            "function tag gatewayq:routes",
            "gateway responses DEFAULT_4XX Access-Control-Expose-Headers",
            "gateway responses DEFAULT_5XX Access-Control-Expose-Headers",
            "deployment definition",
        ],
    ),
    (
        "credentials = true",
        "",
        &[
            "function tag gatewayq:routes",
            "gateway responses DEFAULT_4XX Access-Control-Allow-Credentials",
            "gateway responses DEFAULT_5XX Access-Control-Allow-Credentials",
            "deployment definition",
        ],
    ),
    (
        "path = \"/tasks\"",
        "path = \"/tasks\"\ncors = false",
        &[
            "routes OPTIONS /tasks",
            "deployment definition",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "scopes = [\"orders/read\"]",
        "scopes = [\"orders/write\"]",
        &[
            "routes GET /mine authorizationScopes",
            "deployment definition",
        ],
    ),
    (
        "auth = \"customers\"",
        "auth = \"customers\"\nscopes = []",
        &[
            "routes GET /mine authorizationScopes",
            "deployment definition",
        ],
    ),
    ("reply = 1", "reply = 2", ROUTES),
    ("reply = 1", "reply = 1\nstatus = 410", ROUTES),
    (
        "reply = 1",
        "reply = 1\nheaders = { vary = \"accept\" }",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nstatus = 201",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nanswer = { queue = \"fast\" }",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nbody = \"src/config/tests/bodies/order.json\"",
        ROUTES,
    ),
    ("shop.work", "shop.rest", ROUTES),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nargs = [1]",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nkwargs = { a = 1 }",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\noptions = [\"eta\"]",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\ngroup = \"header.X-Order\"",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nignore_result = true",
        ROUTES,
    ),
    (
        "task = \"shop.work\"",
        "task = \"shop.work\"\nwait = 5",
        ROUTES,
    ),
];

/// What routes do is in the code; the code of these tests is always the same, its tag is not.
pub(super) const ROUTES: &[&str] = &["function tag gatewayq:routes"];
