//! The picture as a flowchart of Mermaid (its documentation, "Flowcharts - Basic Syntax").

use super::{Picture, State};
use std::fmt::Write;

pub(super) fn draw(picture: &Picture) -> String {
    let mut text = format!(
        "---\ntitle: \"{}\"\n---\nflowchart LR\n",
        plain(&picture.title)
    );
    for (at, resource) in picture.resources.iter().enumerate() {
        let _ = writeln!(
            text,
            "  n{at}[\"{}<br>{}<br>{}\"]:::{}",
            escaped(resource.kind),
            escaped(&resource.name),
            resource.state.word(),
            resource.state.word()
        );
    }
    for (at, resource) in picture.resources.iter().enumerate() {
        for before in &resource.waits_for {
            let _ = writeln!(text, "  n{before} --> n{at}");
        }
    }
    text += "  subgraph legend\n";
    for (state, count) in picture.legend() {
        let word = state.word();
        let _ = writeln!(text, "    legend_{word}[\"{count} {word}\"]:::{word}");
    }
    text += "  end\n";
    for state in State::ALL {
        let (fill, stroke, is_broken) = state.look();
        let dashes = if is_broken {
            ",stroke-dasharray:5 3"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  classDef {} fill:{fill},stroke:{stroke},color:#000{dashes}",
            state.word()
        );
    }
    text
}

/// Whatever Mermaid or Markdown could read as more than a letter, as the entity that Mermaid has for it: `#34;`.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c.is_ascii_punctuation() && !"-.:/".contains(c) {
            true => drop(write!(escaped, "#{};", u32::from(c))),
            false => escaped.push(c),
        }
    }
    escaped
}

/// The title is YAML, between quotes.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
