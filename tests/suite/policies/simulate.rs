//! The emulator's own evaluation of a document, without a call being made.
use serde_json::{Value, json};

use super::used::Use;
use crate::support::ministack::Ministack;

/// Whether the document allows it.
pub(super) fn allows(ms: &Ministack, document: &Value, what: &Use) -> bool {
    let params = json!({
        "PolicyInputList": [document.to_string()],
        "ActionNames": [what.action],
        "ResourceArns": [what.resource],
    });
    let answer = ms.call("iam", "SimulateCustomPolicy", params);
    answer["EvaluationResults"][0]["EvalDecision"] == "allowed"
}
