//! The picture in the language of Graphviz (its documentation, "DOT Language").

use super::{Picture, State};
use std::fmt::Write;

pub(super) fn draw(picture: &Picture) -> String {
    let mut dot = format!(
        "digraph stage {{\n  graph [label={}, labelloc=t, rankdir=LR, fontname=\"sans-serif\"];\n  \
         node [shape=box, fontname=\"sans-serif\"];\n",
        quoted(&picture.title)
    );
    for (at, resource) in picture.resources.iter().enumerate() {
        let lines = [resource.kind, &resource.name, resource.state.word()];
        let _ = writeln!(
            dot,
            "  n{at} [label={}, {}];",
            label(&lines),
            paint(resource.state)
        );
    }
    for (at, resource) in picture.resources.iter().enumerate() {
        for before in &resource.waits_for {
            let _ = writeln!(dot, "  n{before} -> n{at};");
        }
    }
    dot += "  subgraph cluster_legend {\n    graph [label=\"legend\"];\n";
    for (state, count) in picture.legend() {
        let word = state.word();
        let text = format!("{count} {word}");
        let _ = writeln!(
            dot,
            "    {word} [label={}, {}];",
            quoted(&text),
            paint(state)
        );
    }
    dot += "  }\n}\n";
    dot
}

fn paint(state: State) -> String {
    let (fill, stroke, is_broken) = state.look();
    let style = if is_broken {
        "filled,dashed"
    } else {
        "filled,rounded"
    };
    format!("style=\"{style}\", fillcolor=\"{fill}\", color=\"{stroke}\"")
}

/// Lines, one below the other.
fn label(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| inner(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", inner(text))
}

/// A backslash begins an escape of its own, such as `\N` for the node's name.
fn inner(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
