//! docs/stack.svg: what a stage is in an account, drawn from the resources of a real stack.

use super::{Purpose, Stack};
use crate::aws::Aws;
use crate::build::Upload;
use crate::config;
use crate::engine::{Goal, MaxWait, Plan, Runtime};
use std::fmt::Write;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The columns by service, in the order of a request, with the kinds that stand in each.
const COLUMNS: [(&str, &[&str]); 3] = [
    (
        "API Gateway",
        &[
            "domain name",
            "base path mapping",
            "REST API",
            "routes",
            "deployment",
            "stage",
            "served deployment",
            "API key",
            "usage plan",
            "usage plan key",
        ],
    ),
    ("Lambda", &["function", "version", "alias", "permission"]),
    ("SQS", &["queue", "dead-letter queue"]),
];

/// Beside the way of a request.
const ROW: (&str, &[&str]) = (
    "IAM and CloudWatch Logs",
    &[
        "role",
        "log group",
        "execution log group",
        "account logging",
    ],
);

const BOX: (usize, usize) = (214, 26);
const TOP: usize = 46;
const STEP: usize = 250;
const LEFT: usize = 130;

fn kinds() -> Vec<(String, String)> {
    let text = "[app]\nname = \"orders\"\n[[route]]\nmethod = \"POST\"\npath = \"/add\"\ntask = \"tasks.add\"\n\
        [domain]\nname = \"api.example.com\"\n\
        certificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"\n";
    let settings = config::parse("gatewayq.toml".into(), text, "prod").unwrap();
    let runtime = Runtime {
        aws: Arc::new(Aws::offline(0.0)),
        events: Arc::new(|_| ()),
        cancel: CancellationToken::new(),
        max_wait: MaxWait::default(),
    };
    let purpose = Purpose::Deploy(Upload::default(), None);
    let stack = Stack::new(&runtime, &settings, &purpose).unwrap_or_else(|error| panic!("{error}"));
    let plan = Plan::new(&stack.graph, Goal::Present { replace: false });
    let steps = plan.steps.iter();
    steps
        .map(|step| (step.kind.to_string(), step.name.clone()))
        .collect()
}

fn height(lines: usize) -> usize {
    34 + lines * BOX.1
}

/// A box with a title, and one line a resource.
fn service(svg: &mut String, at: (usize, usize), title: &str, lines: &[String]) {
    let (x, y) = at;
    let height = height(lines.len());
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{height}\" rx=\"6\" class=\"b\"/>\
         <text x=\"{}\" y=\"{}\" class=\"t\">{title}</text>",
        BOX.0,
        x + 12,
        y + 22,
    );
    for (number, line) in lines.iter().enumerate() {
        let y = y + 46 + number * BOX.1;
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\">{line}</text>", x + 12);
    }
}

fn arrow(svg: &mut String, from: usize, to: usize) {
    let y = TOP + 16;
    let _ = writeln!(
        svg,
        "<path d=\"M{from} {y}H{to}\" class=\"a\" marker-end=\"url(#m)\"/>"
    );
}

fn lines(found: &[(String, String)], wanted: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in wanted {
        assert!(
            found.iter().any(|(of, _)| of == kind),
            "no {kind} in {found:?}"
        );
        lines.push((*kind).to_owned());
    }
    lines
}

fn picture() -> String {
    let found = kinds();
    let known: Vec<&str> = COLUMNS
        .iter()
        .chain([&ROW])
        .flat_map(|(_, kinds)| kinds.iter().copied())
        .collect();
    for (kind, name) in &found {
        assert!(
            known.contains(&kind.as_str()),
            "{kind} {name} has no place in the picture"
        );
    }
    let width = LEFT + 3 * STEP + 100;
    // Below the two short columns there is room for what no request passes.
    let below = TOP + height(COLUMNS[1].1.len()) + 14;
    let bottom = (TOP + height(COLUMNS[0].1.len())).max(below + height(ROW.1.len())) + 16;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {bottom}\" font-family=\"sans-serif\" \
         font-size=\"13\" role=\"img\">\n<title>What a stage is in an AWS account</title>\n\
         <style>.b{{fill:#f6f8fa;stroke:#57606a}}.t{{font-weight:bold}}.a{{stroke:#0969da;stroke-width:2;fill:none}}</style>\n\
         <defs><marker id=\"m\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"#0969da\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{bottom}\" fill=\"#fff\"/>\n"
    );
    let title = |x: usize, text: &str| {
        format!(
            "<text x=\"{x}\" y=\"{}\" class=\"t\">{text}</text>\n",
            TOP + 20
        )
    };
    svg += &title(14, "caller");
    svg += &format!("<text x=\"14\" y=\"{}\">SigV4, API key</text>\n", TOP + 40);
    for (number, (name, kinds)) in COLUMNS.iter().enumerate() {
        let x = LEFT + number * STEP;
        arrow(
            &mut svg,
            if number == 0 { 66 } else { x + BOX.0 - STEP },
            x - 2,
        );
        service(&mut svg, (x, TOP), name, &lines(&found, kinds));
    }
    arrow(&mut svg, LEFT + 2 * STEP + BOX.0, LEFT + 3 * STEP - 2);
    svg += &title(LEFT + 3 * STEP + 4, "Celery");
    svg += &format!(
        "<text x=\"{}\" y=\"{}\">workers</text>\n",
        LEFT + 3 * STEP + 4,
        TOP + 40
    );
    service(&mut svg, (LEFT + STEP, below), ROW.0, &lines(&found, ROW.1));
    let _ = write!(
        svg,
        "<text x=\"{LEFT}\" y=\"28\">one stage with a domain: {} resources; account logging is one for all stages of account and Region, a domain name for \
         those that share it</text>\n</svg>\n",
        found.len()
    );
    svg
}

#[tokio::test]
async fn the_picture_shows_each_resource_of_a_stage() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stack.svg");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let renewed = picture();
    if std::env::var_os("UPDATE_DOCS").is_some() && renewed != text {
        std::fs::write(path, &renewed).unwrap();
        return;
    }
    assert!(
        renewed == text,
        "docs/stack.svg is stale: UPDATE_DOCS=1 cargo test --lib stack"
    );
}
