//! `[function]`: the Lambda function.

use std::collections::BTreeMap;

use crate::config::aws;
use crate::config::keys::{Choice, Days, Describe, Integer, Or, Text, TextMap};
use crate::config::section::Section;
use crate::config::settings::{Architecture, Function};

/// Lambda's limit for names and values together, in bytes.
const ENVIRONMENT_MAX: usize = 4096;
/// Bytes of it that are kept for gatewayq's own variables.
const ENVIRONMENT_OWN: usize = 512;

const MEMORY: Or<Integer> = Or(
    Integer {
        name: "memory",
        unit: "MB",
        min: 128,
        max: 10240,
        about: "Memory; Lambda gives processor time in proportion.",
    },
    || 256,
);
const TIMEOUT: Or<Integer> = Or(
    Integer {
        name: "timeout",
        unit: "seconds; API Gateway waits no longer than 29",
        min: 1,
        max: 29,
        about: "Longest run of a request.",
    },
    || 10,
);
const ARCHITECTURE: Or<Choice<Architecture>> = Or(
    Choice {
        name: "architecture",
        options: &[
            ("x86_64", Architecture::X86_64),
            ("arm64", Architecture::Arm64),
        ],
        about: "The processor the handler is built for.",
    },
    || Architecture::X86_64,
);
const ENVIRONMENT: TextMap = TextMap {
    name: "environment",
    allowed: "at most 3584 bytes, names and values together; no `QUEUE_URL`, nothing with `AWS_`, \
              `LAMBDA_` or `_` in front",
    check_name: aws::variable_name,
    check_value: aws::variable_value,
    about: "Further environment variables. Not for secrets: whoever may read the function's \
            configuration can read them.",
};
const LOG_RETENTION: Or<Days> = Or(
    Days {
        name: "log_retention",
        about: "How long CloudWatch keeps the function's log.",
    },
    || 14,
);
const TARGET: Text = Text {
    name: "target",
    allowed: "x86_64-unknown-linux-musl, x86_64-unknown-linux-gnu, aarch64-unknown-linux-musl, \
              aarch64-unknown-linux-gnu; the one of the architecture",
    check: |text| triple(text).is_some(),
    about: "Rust target of the build; without it, musl of the architecture.",
};
const CRATE_DIR: Text = Text {
    name: "crate_dir",
    allowed: "a folder, relative to gatewayq.toml",
    check: |text| !text.is_empty() && !text.chars().any(char::is_control),
    about: "The handler's crate; without it, `lambda-handler` where there is such a folder, else \
            the handler that gatewayq has on board.",
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[
    &MEMORY,
    &TIMEOUT,
    &ARCHITECTURE,
    &ENVIRONMENT,
    &LOG_RETENTION,
    &TARGET,
    &CRATE_DIR,
];

/// Reads the section.
pub(in crate::config) fn read(mut section: Section<'_, '_>) -> Function {
    let architecture = section.value(&ARCHITECTURE);
    Function {
        memory: section.value(&MEMORY),
        timeout: section.value(&TIMEOUT),
        architecture,
        environment: environment(&mut section),
        log_retention: section.value(&LOG_RETENTION),
        target: target(&mut section, architecture),
        crate_dir: section.get(&CRATE_DIR).map(Into::into),
    }
}

fn environment(section: &mut Section<'_, '_>) -> BTreeMap<String, String> {
    let mut merged = BTreeMap::new();
    for layer in section.each(&ENVIRONMENT).into_iter().rev() {
        merged.extend(layer);
    }
    let size: usize = merged
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    let room = ENVIRONMENT_MAX - ENVIRONMENT_OWN;
    if size > room {
        let message = format!("`environment` has {size} bytes; allowed: at most {room}");
        section.report(ENVIRONMENT.name, message);
    }
    merged
}

fn target(section: &mut Section<'_, '_>, architecture: Architecture) -> Option<String> {
    let target = section.get(&TARGET)?;
    if triple(&target) != Some(architecture) {
        let message = format!("`target` is \"{target}\", which is not for `architecture`");
        section.report(TARGET.name, message);
    }
    Some(target)
}

fn triple(text: &str) -> Option<Architecture> {
    let (processor, system) = text.split_once('-')?;
    if !["unknown-linux-musl", "unknown-linux-gnu"].contains(&system) {
        return None;
    }
    match processor {
        "x86_64" => Some(Architecture::X86_64),
        "aarch64" => Some(Architecture::Arm64),
        _ => None,
    }
}
