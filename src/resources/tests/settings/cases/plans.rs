//! Usage plans.

use super::Case;

pub(super) const CASES: &[Case] = &[
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
            "results table tag team",
            "role tag team",
            "stage tag team",
            "usage plan tag team",
        ],
    ),
];
