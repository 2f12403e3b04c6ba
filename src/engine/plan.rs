//! The plan: what each resource needs, from what was read. It changes nothing.

use super::{Change, Graph, NodeId};
use serde::{Deserialize, Serialize};

/// Where the engine is to take every resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// There, as wanted. `replace` allows replacing what AWS cannot change in place.
    Present { replace: bool },
    /// Gone.
    Absent,
}

/// What is to be done with one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Action {
    Create,
    Update {
        changes: Vec<Change>,
    },
    /// Delete and create: the fields named cannot be changed in place.
    Replace {
        changes: Vec<Change>,
        #[serde(skip)]
        allowed: bool,
    },
    Delete,
    Keep,
    /// Left where it is on delete, on purpose.
    Retain {
        reason: String,
        /// Foreign, and in nothing but its name this stage's.
        #[serde(skip)]
        foreign: bool,
    },
    /// Foreign, under the name that this stage would use.
    Foreign {
        reason: String,
        /// Whether `gatewayq adopt` can take it over.
        #[serde(skip)]
        adoptable: bool,
    },
}

impl Action {
    /// True where something is to be changed.
    pub(crate) fn is_work(&self) -> bool {
        !matches!(self, Self::Keep | Self::Retain { .. })
    }

    /// On a delete: whether what lives within the resource goes with it, or stays with it.
    pub(super) fn decides_for_all_inside(&self) -> bool {
        matches!(self, Self::Delete | Self::Retain { foreign: true, .. })
    }

    /// The same without what is no part of its JSON form: whether it is permitted.
    pub(crate) fn as_shown(&self) -> Self {
        match self.clone() {
            Self::Replace { mut changes, .. } => {
                changes
                    .iter_mut()
                    .for_each(|change| change.lossless = false);
                Self::Replace {
                    changes,
                    allowed: false,
                }
            }
            Self::Retain { reason, .. } => Self::Retain {
                reason,
                foreign: false,
            },
            Self::Foreign { reason, .. } => Self::Foreign {
                reason,
                adoptable: false,
            },
            other => other,
        }
    }

    /// The work under way in words.
    pub(crate) fn doing(&self) -> &'static str {
        match self {
            Self::Create => "creating",
            Self::Update { .. } => "updating",
            Self::Replace { .. } => "replacing",
            Self::Delete => "deleting",
            Self::Keep | Self::Retain { .. } | Self::Foreign { .. } => "checking",
        }
    }

    /// The work done in words.
    pub(crate) fn done(&self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update { .. } => "updated",
            Self::Replace { .. } => "replaced",
            Self::Delete => "deleted",
            Self::Keep => "kept",
            Self::Retain { .. } => "left",
            Self::Foreign { .. } => "foreign",
        }
    }

    /// The fields that it is about, for an error.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Update { changes } | Self::Replace { changes, .. } => {
                let fields: Vec<&str> =
                    changes.iter().map(|change| change.field.as_str()).collect();
                fields.join(", ")
            }
            other => other.doing().to_owned(),
        }
    }

    /// The first work done is what is reported: a create that had to be completed is a create. But
    /// where an update ended in a replacement, what lived in the old resource went with it.
    pub(super) fn or(self, later: Self) -> Self {
        match (&self, &later) {
            (Self::Update { .. }, Self::Replace { .. }) => later,
            _ if self.is_work() => self,
            _ => later,
        }
    }

    pub(super) fn needs_replace(changes: &[Change]) -> String {
        let fields: Vec<&str> = changes
            .iter()
            .filter(|change| change.replace)
            .map(|c| c.field.as_str())
            .collect();
        format!(
            "AWS cannot change {} in place; --replace deletes it and creates it again (what is in it is lost)",
            fields.join(", ")
        )
    }
}

/// One resource's line in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    #[serde(skip)]
    pub node: NodeId,
    pub kind: &'static str,
    pub name: String,
    #[serde(flatten)]
    pub action: Action,
}

/// All steps, in the order of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Plan {
    pub steps: Vec<Step>,
}

impl Plan {
    /// What takes `graph` to `goal`, from what was observed.
    pub(crate) fn new(graph: &Graph, goal: Goal) -> Self {
        let steps = graph.worked_on().map(|id| graph.node(id).step(goal));
        let mut steps: Vec<Step> = steps.collect();
        if goal == Goal::Absent {
            keep_what_its_parent_decides(graph, &mut steps);
        }
        steps.retain(|step| !graph.node(step.node).is_nothing());
        Self { steps }
    }

    /// True where every resource is as wanted.
    pub(crate) fn is_empty(&self) -> bool {
        !self.steps.iter().any(|step| step.action.is_work())
    }

    /// The steps that would take or overwrite what is not this stage's.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = (&Step, &str)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Foreign { reason, .. } => Some((step, reason.as_str())),
            _ => None,
        })
    }

    /// Of the steps in [`Plan::foreign`] those that `gatewayq adopt` can do nothing about.
    pub(crate) fn not_adoptable(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| {
            matches!(
                step.action,
                Action::Foreign {
                    adoptable: false,
                    ..
                }
            )
        })
    }

    /// The steps that need `--replace` and do not have it.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&Step, String)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Replace {
                changes,
                allowed: false,
            } => Some((step, Action::needs_replace(changes))),
            _ => None,
        })
    }
}

/// What lives within a resource needs no delete of its own where that one is deleted, and may have none where that one
/// is somebody else's.
fn keep_what_its_parent_decides(graph: &Graph, steps: &mut [Step]) {
    let parents: Vec<NodeId> = steps
        .iter()
        .filter(|step| step.action.decides_for_all_inside())
        .map(|step| step.node)
        .collect();
    for step in steps {
        let parent = graph.inside(step.node);
        if parent.is_some_and(|parent| parents.contains(&parent)) {
            step.action = Action::Keep;
        }
    }
}
