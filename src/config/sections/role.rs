//! `[role]`: the function's execution role.

use crate::config::aws;
use crate::config::keys::{Describe, Text};
use crate::config::section::Section;
use crate::config::settings::Role;

const BOUNDARY: Text = Text {
    name: "boundary",
    allowed: "the ARN of an IAM policy; not with `arn`",
    check: aws::is_policy,
    about: "Permission boundary of the role that gatewayq makes.",
};
const ARN: Text = Text {
    name: "arn",
    allowed: "the ARN of an IAM role; not with `boundary`",
    check: aws::is_role,
    about: "A role of yours; gatewayq then makes none. It has to let Lambda assume it, write the \
            function's log and send to the queue.",
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[&BOUNDARY, &ARN];

/// Reads the section.
pub(in crate::config) fn read(mut section: Section<'_, '_>) -> Role {
    let role = Role {
        boundary: section.get(&BOUNDARY),
        arn: section.get(&ARN),
    };
    if role.boundary.is_some() && role.arn.is_some() {
        let message = "`boundary` is for the role that gatewayq makes, and `arn` says to make \
                       none; allowed: one of the two";
        section.report(BOUNDARY.name, message);
    }
    role
}
