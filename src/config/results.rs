//! `[results]`: where the tasks' results are kept, and for how long.

use super::field::{flag, int, text};
use super::section::Section;
use super::settings::Results;
use super::shapes;

/// `None` where they are not kept.
pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Results> {
    let enabled = s.value(
        flag("enabled").or(true),
        "Whether results are kept; false takes away for a stage what the base has.",
    );
    // A year: more than anybody waits for an answer.
    let results = Results {
        ttl: s.value(
            int("ttl", 60..=31_536_000, "seconds").or(86_400),
            "How long a result is kept.",
        ),
        kms_key: s.get(
            text(
                "kms_key",
                &shapes::KMS_KEY_ITSELF,
                "a KMS key's id or its ARN, no alias",
            ),
            "Encrypts the table with this key; without it, with a key of DynamoDB's own.",
        ),
        tracebacks: s.value(
            flag("tracebacks").or(false),
            "Whether a failure is answered with the traceback, which shows code and may show data.",
        ),
        result_owner: s.value(
            flag("result_owner").or(false),
            "Whether a result is answered to the caller alone that sent its task; every other one is refused with 403.",
        ),
    };
    enabled.then_some(results)
}
