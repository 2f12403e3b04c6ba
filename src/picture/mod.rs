//! A stage as a picture: its resources, what each waits for, and whether it is as gatewayq.toml says.

mod dot;
mod mermaid;
mod order;
mod svg;
#[cfg(test)]
mod tests;

use crate::engine::{Action, Graph, NodeId, Plan};
use crate::output::harmless;
use serde::Serialize;
use std::collections::BTreeMap;

/// A format for pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A picture that a browser shows
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown on GitHub, GitLab and elsewhere
    Mermaid,
}

/// How a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// There, and as it is wanted.
    Present,
    /// There and another, or of no use any more.
    Drifted,
    Missing,
    /// Not this stage's, under a name of it.
    Foreign,
}

impl State {
    const ALL: [Self; 4] = [Self::Present, Self::Drifted, Self::Missing, Self::Foreign];

    /// What a step of a plan tells of it.
    pub(crate) fn of(action: &Action) -> Self {
        match action {
            Action::Create => Self::Missing,
            Action::Update { .. } | Action::Replace { .. } | Action::Delete => Self::Drifted,
            Action::Keep | Action::Retain { .. } => Self::Present,
            Action::Foreign { .. } => Self::Foreign,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Drifted => "drifted",
            Self::Missing => "missing",
            Self::Foreign => "foreign",
        }
    }

    /// Fill and line, and whether the line is broken. No two differ in colour alone: each box has the word, too.
    fn look(self) -> (&'static str, &'static str, bool) {
        match self {
            Self::Present => ("#dafbe1", "#1a7f37", false),
            Self::Drifted => ("#fff8c5", "#9a6700", false),
            Self::Missing => ("#ffffff", "#57606a", true),
            Self::Foreign => ("#ffebe9", "#cf222e", true),
        }
    }
}

/// A resource in the picture.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub kind: &'static str,
    pub name: String,
    pub state: State,
    /// What it waits for, by the place in [`Picture::resources`]; what follows from others is left out.
    pub waits_for: Vec<usize>,
}

/// What there is to draw.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub title: String,
    pub resources: Vec<Shown>,
}

impl Picture {
    /// The resources of a plan, as it found them.
    pub(crate) fn new(title: String, graph: &Graph, plan: &Plan) -> Self {
        let places = plan.steps.iter().enumerate();
        let places: BTreeMap<NodeId, usize> = places.map(|(at, step)| (step.node, at)).collect();
        let all = plan.steps.iter().map(|step| Shown {
            kind: step.kind,
            // What a terminal obeys, no format needs.
            name: harmless(&step.name).replace(['\n', '\t'], " "),
            state: State::of(&step.action),
            waits_for: order::shown(graph, step.node, &places),
        });
        let mut resources: Vec<Shown> = all.collect();
        order::reduce(&mut resources);
        Self { title, resources }
    }

    pub(crate) fn drawn(&self, format: Format) -> String {
        match format {
            Format::Svg => svg::draw(self),
            Format::Dot => dot::draw(self),
            Format::Mermaid => mermaid::draw(self),
        }
    }

    /// Each state that there is, with how many resources are in it.
    fn legend(&self) -> Vec<(State, usize)> {
        let count = |state: State| {
            let of_it = self.resources.iter().filter(|one| one.state == state);
            (state, of_it.count())
        };
        State::ALL.into_iter().map(count).collect()
    }
}
