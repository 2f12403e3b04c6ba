//! What a stack is to be, as data: for those who write it in another format.

use super::{Graph, NodeId};
use serde_json::Value;
use std::collections::BTreeMap;

/// A resource as it is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub node: NodeId,
    pub kind: &'static str,
    pub name: String,
    /// By AWS's names, in the order of the resource's table, then what it is made with beside that.
    pub fields: Vec<(String, Value)>,
    pub depends_on: Vec<NodeId>,
    /// The resource's type, for a test of all of them.
    #[cfg(test)]
    pub resource: &'static str,
}

impl Graph {
    /// All that is wanted, what others depend on first. In the place of what AWS has not given out yet stands what
    /// `stand_in` says. The graph is of no other use afterwards: it takes everything for made.
    pub(crate) fn describe(&self, stand_in: impl Fn(NodeId, &str) -> String) -> Vec<Described> {
        let described = self.ids().filter_map(|id| {
            let found = self.node(id).describe(&|name| stand_in(id, name))?;
            let depends_on = self.depends_on(id).to_vec();
            Some(Described {
                depends_on,
                ..found
            })
        });
        described.collect()
    }

    /// What has to be there before a resource.
    pub(crate) fn waits_for(&self, id: NodeId) -> &[NodeId] {
        self.depends_on(id)
    }

    /// What AWS has given out, by the resource and its own name for it; of what is there and this stage's.
    pub(crate) fn identifiers(&self) -> BTreeMap<NodeId, BTreeMap<String, String>> {
        let all = self.ids();
        all.filter_map(|id| Some((id, self.node(id).identifiers()?)))
            .collect()
    }
}
