//! What a format cannot hold, or what of it has to be known when another tool takes over.

use super::piece::{Piece, Untaken};
use serde::Serialize;

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Left {
    /// The thing: `API keys`, or a field of a resource.
    pub what: String,
    /// Why it is not there, and what to do about it.
    pub why: String,
}

impl Left {
    pub(super) fn new(what: &str, why: &str) -> Self {
        Self {
            what: what.to_owned(),
            why: why.to_owned(),
        }
    }

    /// Nobody has thought of it: better told than lost.
    pub(super) fn untaken(untaken: Untaken) -> Self {
        let Untaken { resource, field } = untaken;
        Self {
            what: format!("{resource}: {field}"),
            why: "this version of gatewayq has no counterpart for it in this format".to_owned(),
        }
    }
}

/// What a format did not take of a piece: its fields that are left, and what of it the format does not know.
pub(super) fn of(piece: Piece, unknown: Vec<Untaken>) -> impl Iterator<Item = Left> {
    unknown
        .into_iter()
        .chain(piece.untaken())
        .map(Left::untaken)
}

/// What no format holds that describes resources.
pub(super) fn of_every_stack() -> Vec<Left> {
    vec![
        Left::new(
            "values of API keys",
            "they stay in AWS: a key that is made anew gets another value, one that is taken over keeps its own",
        ),
        Left::new(
            "API keys of consumers",
            "`gatewayq keys` made them, and gatewayq.toml does not name them: `gatewayq keys list` shows them, and the other \
             tool has to be told of each",
        ),
        Left::new(
            "usage of quotas",
            "it is data of the usage plans: another plan begins at 0",
        ),
        Left::new(
            "messages and logs",
            "they are in the queues and log groups: others begin empty",
        ),
        Left::new(
            "gatewayq's tags",
            "without them gatewayq takes a resource for foreign and leaves it alone",
        ),
        Left::new(
            "the order of a switch",
            "gatewayq switches the stage last, waits for what AWS spreads late, and looks for duplicates; the other tool \
             has its own ways",
        ),
    ]
}
