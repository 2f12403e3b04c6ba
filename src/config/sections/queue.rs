//! `[queue]`: the FIFO queue and its dead-letter queue.

use crate::config::aws;
use crate::config::keys::{Describe, Integer, List, Or, Text};
use crate::config::section::Section;
use crate::config::settings::Queue;

const VISIBILITY_TIMEOUT: Or<Integer> = Or(
    Integer {
        name: "visibility_timeout",
        unit: "seconds",
        min: 0,
        max: 43_200,
        about: "How long a received task stays hidden; longer than a task may run, or it runs \
                twice.",
    },
    || 300,
);
const RETENTION: Or<Integer> = Or(
    Integer {
        name: "retention",
        unit: "seconds",
        min: 60,
        max: 1_209_600,
        about: "How long a task waits for a worker before SQS drops it.",
    },
    || 345_600,
);
const MAX_RECEIVES: Or<Integer> = Or(
    Integer {
        name: "max_receives",
        unit: "receives",
        min: 1,
        max: 1000,
        about: "Receives before a task goes to the dead-letter queue.",
    },
    || 5,
);
const DEAD_LETTER_RETENTION: Or<Integer> = Or(
    Integer {
        name: "dead_letter_retention",
        unit: "seconds; not below `retention`",
        min: 60,
        max: 1_209_600,
        about: "How long the dead-letter queue keeps a task.",
    },
    || 1_209_600,
);
const KMS_KEY: Text = Text {
    name: "kms_key",
    allowed: "a KMS key's id, its ARN, alias/NAME or an alias's ARN",
    check: aws::is_kms_key,
    about: "Encrypts both queues with this key; without it, with keys of SQS's own.",
};
const SENDERS: List<Text> = List {
    name: "senders",
    item: Text {
        name: "senders[]",
        allowed: "the ARN of an IAM role, user or account root",
        check: aws::is_sender,
        about: "Who may send to the queue besides the function.",
    },
    min: 0,
    // SQS allows 50 principals in a queue's policy.
    max: 40,
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[
    &VISIBILITY_TIMEOUT,
    &RETENTION,
    &MAX_RECEIVES,
    &DEAD_LETTER_RETENTION,
    &KMS_KEY,
    &SENDERS,
];

/// Reads the section.
pub(in crate::config) fn read(mut section: Section<'_, '_>) -> Queue {
    let queue = Queue {
        visibility_timeout: section.value(&VISIBILITY_TIMEOUT),
        retention: section.value(&RETENTION),
        max_receives: section.value(&MAX_RECEIVES),
        dead_letter_retention: section.value(&DEAD_LETTER_RETENTION),
        kms_key: section.get(&KMS_KEY),
        senders: section.get(&SENDERS).unwrap_or_default(),
    };
    // A message keeps the age it had in the first queue (SQS developer guide, dead-letter queues).
    if queue.dead_letter_retention < queue.retention {
        let message = format!(
            "`dead_letter_retention` is {}; allowed: `retention` ({}) or more, as a message's age \
             goes on counting in the dead-letter queue",
            queue.dead_letter_retention, queue.retention
        );
        section.report(DEAD_LETTER_RETENTION.0.name, message);
    }
    queue
}
