//! What stands behind the API: function, role, queues, logs, alarms.

use super::Case;
use super::api::ROUTES;

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
        &[
            "former sender (deleting)",
            "function Role",
            "function tag gatewayq:role-id",
            "queue Policy",
            "role (deleting)",
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
        RESULTS,
        "[results]\n",
        &["results table KMSMasterKeyId", "role PolicyDocument"],
    ),
    ("[results]", "[results]\ntracebacks = true", ROUTES),
    (
        "[results]",
        "[results]\nresult_owner = true",
        &["role PolicyDocument", "function tag gatewayq:routes"],
    ),
    (
        RESULTS,
        "",
        &[
            "results table (deleting)",
            "role PolicyDocument",
            "function tag gatewayq:routes",
        ],
    ),
];

const RESULTS: &str = "[results]\nkms_key = \"12345678-1234-1234-1234-123456789012\"\n";
