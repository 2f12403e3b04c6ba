//! The picture of a stage, by the parsers of its formats.
use std::process::Stdio;

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::python;

/// Graphviz's language by pydot's grammar, Mermaid's by Mermaid itself, SVG as XML.
const CHECK: [(&str, &str); 3] = [
    (
        "dot",
        "import pydot, sys; sys.exit(not pydot.graph_from_dot_data(sys.stdin.read()))",
    ),
    (
        "mermaid",
        "import mermaidx, sys; sys.exit('<svg' not in mermaidx.Diagram(sys.stdin.read()).svg())",
    ),
    (
        "svg",
        "import sys, xml.dom.minidom; sys.exit(xml.dom.minidom.parseString(sys.stdin.read()).documentElement.tagName != 'svg')",
    ),
];

#[track_caller]
fn accepts(format: &str, picture: &str) -> bool {
    use std::io::Write;
    let (_, script) = CHECK.iter().find(|(name, _)| *name == format).unwrap();
    let mut child = python::formats()
        .command(["-c", script])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(picture.as_bytes());
    written.unwrap();
    child.wait().unwrap().success()
}

/// The same with what no parser takes, in the middle for the one that does not read to the end.
fn broken(picture: &str) -> String {
    let picture = picture.replacen("[label", "[[label", 1);
    format!("{picture}\n[\" -->")
}

#[test]
fn each_format_is_one_to_its_own_parser() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let drawn = |format: &str| project.on(&ms, ["graph", "--format", format]).ok().stdout;
    for (format, _) in CHECK {
        let missing = drawn(format);
        assert!(accepts(format, &missing), "{format}: {missing}");
        assert!(
            !accepts(format, &broken(&missing)),
            "{format}: anything is accepted"
        );
    }
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let config = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    project.configure(&format!(
        "{config}\n[queue]\nvisibility_timeout = 99\n[usage_plans.gold]\nrate = 3\n"
    ));
    for (format, _) in CHECK {
        let changed = drawn(format);
        assert!(accepts(format, &changed), "{format}: {changed}");
        for words in [" present", "3 drifted", "1 missing", "0 foreign"] {
            assert!(changed.contains(words), "{format} {words}: {changed}");
        }
    }
}

#[test]
fn a_format_that_there_is_not_names_those_that_there_are() {
    let project = Project::walkthrough();
    let refused = project.command(["graph", "--format", "png"]).exits(2);
    for words in ["invalid value 'png'", "svg, dot, mermaid"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
}
