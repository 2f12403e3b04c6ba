//! Each setting changed to something else, and what a plan then says.

/// A piece of the full file, what stands in its place, and the lines of the plan.
pub(super) type Case = (&'static str, &'static str, &'static [&'static str]);

pub(super) const CASES: &[Case] = &[
    ("memory = 256", "memory = 512", &["function MemorySize"]),
    ("timeout = 10", "timeout = 20", &["function Timeout"]),
    (
        "ephemeral_storage = 1024",
        "",
        &["function EphemeralStorage"],
    ),
    (
        "[function]",
        "[function]\narchitecture = \"arm64\"",
        &["function Architectures"],
    ),
    (
        "environment = { MODE = \"quick\" }",
        "environment = { OTHER = \"it\" }",
        &["function Environment MODE", "function Environment OTHER"],
    ),
    (
        "[function]",
        "[function]\nlog_retention = 1",
        &["log group RetentionInDays"],
    ),
    (
        "[api]",
        "[api]\nlog_retention = 1",
        &[
            "access log group RetentionInDays",
            "execution log group RetentionInDays",
        ],
    ),
    (
        "rate = 10\nburst = 20\nquota",
        "rate = 10.5\nburst = 20\nquota",
        &["usage plan throttle.rateLimit"],
    ),
    (
        "burst = 20\nquota",
        "burst = 30\nquota",
        &["usage plan throttle.burstLimit"],
    ),
    ("limit = 1000", "limit = 2000", &["usage plan quota.limit"]),
    ("\"day\"", "\"month\"", &["usage plan quota.period"]),
    (
        "quota = { limit = 1000, period = \"day\" }",
        "",
        &["usage plan quota.limit", "usage plan quota.period"],
    ),
    (
        "rate = 1,",
        "rate = 0.5,",
        &["usage plan apiStages.throttle POST /tasks rateLimit"],
    ),
    (
        "burst = 2 }",
        "burst = 3 }",
        &["usage plan apiStages.throttle POST /tasks burstLimit"],
    ),
    (
        "\"POST /tasks\" = {",
        "\"GET /orders/{id}\" = {",
        &[
            "usage plan apiStages.throttle GET /orders/{id} burstLimit",
            "usage plan apiStages.throttle GET /orders/{id} rateLimit",
            "usage plan apiStages.throttle POST /tasks burstLimit",
            "usage plan apiStages.throttle POST /tasks rateLimit",
        ],
    ),
    ("203.0.113.0/24", "203.0.113.9", POLICY),
    (
        "allow_ips = [\"203.0.113.0/24\"]",
        "allow_ips = [\"203.0.113.0/24\"]\ndeny_ips = [\"203.0.113.9\"]",
        POLICY,
    ),
    (
        "allow_ips = [\"203.0.113.0/24\"]",
        "",
        &[
            "resource policy (deleting)",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
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
    (
        "topic_arn = \"arn:aws:sns:eu-west-1:111122223333:oncall\"",
        "",
        &[
            "alarms alarm shop-dev-dead-letters AlarmActions",
            "alarms alarm shop-dev-dead-letters OKActions",
            "alarms alarm shop-dev-errors AlarmActions",
            "alarms alarm shop-dev-errors OKActions",
            "alarms alarm shop-dev-oldest-message AlarmActions",
            "alarms alarm shop-dev-oldest-message OKActions",
            "alarms alarm shop-dev-server-errors AlarmActions",
            "alarms alarm shop-dev-server-errors OKActions",
            "alarms alarm shop-dev-throttles AlarmActions",
            "alarms alarm shop-dev-throttles OKActions",
        ],
    ),
    (
        "[alarms]",
        "[alarms]\noldest_message = 60\ndead_letters = 2\nerrors = 2\nthrottles = 2\nserver_errors = 2",
        &[
            "alarms alarm shop-dev-dead-letters Threshold",
            "alarms alarm shop-dev-errors Threshold",
            "alarms alarm shop-dev-oldest-message Threshold",
            "alarms alarm shop-dev-server-errors Threshold",
            "alarms alarm shop-dev-throttles Threshold",
        ],
    ),
    (
        "[alarms]\ntopic_arn = \"arn:aws:sns:eu-west-1:111122223333:oncall\"",
        "",
        &["alarms (deleting)"],
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
    ("policy/org", "policy/other", &["role PermissionsBoundary"]),
    (
        "arn:aws:iam::111122223333:policy/org",
        "",
        &["role PermissionsBoundary"],
    ),
    // The role that was made goes, and the queue lets in the other one.
    (
        "boundary = \"arn:aws:iam::111122223333:policy/org\"",
        "arn = \"arn:aws:iam::111122223333:role/own\"",
        &["function Role", "queue Policy", "role (deleting)"],
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
        "[function]",
        "[queue]\nretention = 3600\n[function]",
        &["queue MessageRetentionPeriod"],
    ),
    (
        "[function]",
        "[queue]\nmax_receives = 2\n[function]",
        &["queue RedrivePolicy"],
    ),
    (
        "[function]",
        "[queue]\ndead_letter_retention = 400000\n[function]",
        &["dead-letter queue MessageRetentionPeriod"],
    ),
    (
        "[function]",
        "[queue]\nkms_key = \"alias/orders\"\n[function]",
        &[
            "queue KmsMasterKeyId",
            "dead-letter queue KmsMasterKeyId",
            "role PolicyDocument",
        ],
    ),
    (
        "[function]",
        "[queue]\nsenders = [\"arn:aws:iam::444455556666:root\"]\n[function]",
        &["queue Policy"],
    ),
    (
        "team = \"sales\"",
        "team = \"stock\"",
        &[
            "API key tag team",
            "REST API tag team",
            "access log group tag team",
            "alarms tag shop-dev-dead-letters team",
            "alarms tag shop-dev-errors team",
            "alarms tag shop-dev-oldest-message team",
            "alarms tag shop-dev-server-errors team",
            "alarms tag shop-dev-throttles team",
            "dead-letter queue tag team",
            "execution log group tag team",
            "function tag team",
            "log group tag team",
            "queue tag team",
            "role tag team",
            "stage tag team",
            "usage plan tag team",
        ],
    ),
    (
        "method = \"GET\"",
        "method = \"PUT\"",
        &[
            "routes GET /orders/{id}",
            "routes PUT /orders/{id}",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
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
            "stage deploymentId",
            "stage old deployment",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "path = \"/tasks\"",
        "path = \"/tasks\"\nauth = \"none\"",
        &[
            "routes POST /tasks authorizationType",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "path = \"/orders/{id}\"",
        "path = \"/orders/{id}\"\napi_key = false",
        &[
            "routes GET /orders/{id} apiKeyRequired",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
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
            "stage deploymentId",
            "stage old deployment",
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
            "stage deploymentId",
            "stage old deployment",
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
            "stage deploymentId",
            "stage old deployment",
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
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "path = \"/tasks\"",
        "path = \"/tasks\"\ncors = false",
        &[
            "routes OPTIONS /tasks",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
            "function tag gatewayq:routes",
        ],
    ),
    (
        "scopes = [\"orders/read\"]",
        "scopes = [\"orders/write\"]",
        &[
            "routes GET /mine authorizationScopes",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "auth = \"customers\"",
        "auth = \"customers\"\nscopes = []",
        &[
            "routes GET /mine authorizationScopes",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "eu-west-1_abc",
        "eu-west-1_def",
        &[
            "authorizer providerARNs",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "\"judge:live\"",
        "\"other\"",
        &[
            "authorizer (creating)",
            "authorizer permission (creating)",
            "routes POST /mine authorizerId",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
            "earlier authorizers (deleting)",
        ],
    ),
    (
        "kind = \"token\"\nttl = 60\ntoken_pattern = \"^[a-z]+$\"",
        "kind = \"request\"\nttl = 60",
        &[
            "authorizer type",
            "authorizer identityValidationExpression",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "ttl = 60",
        "ttl = 0",
        &[
            "authorizer authorizerResultTtlInSeconds",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    (
        "ttl = 60",
        "ttl = 60\nidentity_sources = [\"method.request.header.X-Token\"]",
        &[
            "authorizer identitySource",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
        ],
    ),
    // From a user pool to a function: another authorizer, and the old one goes when no method has it.
    (
        "type = \"cognito\"\n\
         user_pools = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc\"]\n\
         scopes = [\"orders/read\"]",
        "type = \"lambda\"\nfunction = \"other\"\nkind = \"request\"",
        &[
            "authorizer (creating)",
            "authorizer permission (creating)",
            "routes GET /mine authorizationType",
            "routes GET /mine authorizerId",
            "routes GET /mine authorizationScopes",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
            "earlier authorizers (deleting)",
        ],
    ),
    (
        "type = \"lambda\"\nfunction = \"judge:live\"\nkind = \"token\"\nttl = 60\n\
         token_pattern = \"^[a-z]+$\"",
        "type = \"cognito\"\n\
         user_pools = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_xyz\"]",
        &[
            "authorizer (creating)",
            "routes POST /mine authorizationType",
            "routes POST /mine authorizerId",
            "deployment definition",
            "stage deploymentId",
            "stage old deployment",
            "earlier authorizers (deleting)",
        ],
    ),
    (
        "reserved_concurrency = 5",
        "reserved_concurrency = 0",
        &["reserved concurrency ReservedConcurrentExecutions"],
    ),
    (
        "reserved_concurrency = 5",
        "",
        &["reserved concurrency (deleting)"],
    ),
    ("subnet-a1", "subnet-b2", &["function VpcConfig subnet"]),
    ("sg-a1", "sg-b2", &["function VpcConfig security group"]),
    (
        "[function.vpc]\nsubnets = [\"subnet-a1\"]\nsecurity_groups = [\"sg-a1\"]\n",
        "",
        &[
            "function VpcConfig subnet",
            "function VpcConfig security group",
            "role PolicyDocument",
        ],
    ),
    (
        "base_path = \"v1\"",
        "base_path = \"v2\"",
        &[
            "base path mapping stage",
            "base path mapping other base path",
        ],
    ),
    (
        "base_path = \"v1\"",
        "",
        &[
            "base path mapping stage",
            "base path mapping other base path",
        ],
    ),
    (
        "certificate/1",
        "certificate/2",
        &["domain name regionalCertificateArn"],
    ),
    (
        "security_policy = \"TLS_1_0\"",
        "",
        &["domain name securityPolicy"],
    ),
    (
        "name = \"api.shop.test\"",
        "name = \"api.other.test\"",
        &[
            "domain name (creating)",
            "stage tag gatewayq:domain",
            "base path mapping (creating)",
            "former domain name (deleting)",
        ],
    ),
    (
        "[api]",
        "[api]\ndisable_default_endpoint = true",
        &[
            "REST API tag gatewayq:default-endpoint",
            "default endpoint disableExecuteApiEndpoint",
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
];

/// What routes do is in the code; the code of these tests is always the same, its tag is not.
const ROUTES: &[&str] = &["function tag gatewayq:routes"];

/// A policy counts from the next deployment on.
const POLICY: &[&str] = &[
    "resource policy policy",
    "deployment definition",
    "stage deploymentId",
    "stage old deployment",
];
