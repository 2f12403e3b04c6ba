//! The picture as SVG: a column for what can be made at once, from left to right.

use super::{Picture, Shown, State, order};
use std::fmt::Write;

/// Width and height of a box, and the room between two.
const BOX: (usize, usize) = (216, 58);
const GAP: (usize, usize) = (54, 16);
const MARGIN: usize = 16;
/// Below title and legend.
const TOP: usize = 84;
/// Letters of a name that a box has room for.
const ROOM: usize = 25;

pub(super) fn draw(picture: &Picture) -> String {
    let places = places(&picture.resources);
    let right = places.iter().map(|(x, _)| x + BOX.0).max().unwrap_or(0);
    let bottom = places.iter().map(|(_, y)| y + BOX.1).max().unwrap_or(TOP);
    let (width, height) = (right.max(560) + MARGIN, bottom + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n<title>{title}</title>\n\
         <style>.k{{font-weight:bold}}.s{{font-size:12px}}.e{{fill:none;stroke:#57606a}}</style>\n\
         <defs><marker id=\"m\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"#57606a\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"{MARGIN}\" y=\"26\" class=\"k\">{title}</text>\n",
        title = escaped(&picture.title),
    );
    legend(&mut svg, &picture.legend());
    for (at, resource) in picture.resources.iter().enumerate() {
        for before in &resource.waits_for {
            line(&mut svg, places[*before], places[at]);
        }
    }
    for (resource, place) in picture.resources.iter().zip(&places) {
        node(&mut svg, resource, *place);
    }
    svg += "</svg>\n";
    svg
}

/// The left upper corner of each box.
fn places(resources: &[Shown]) -> Vec<(usize, usize)> {
    let columns = order::columns(resources);
    let mut rows = vec![0; columns.len()];
    let places = columns.iter().map(|column| {
        let row = rows[*column];
        rows[*column] += 1;
        (
            MARGIN + column * (BOX.0 + GAP.0),
            TOP + row * (BOX.1 + GAP.1),
        )
    });
    places.collect()
}

fn legend(svg: &mut String, counts: &[(State, usize)]) {
    for (number, (state, count)) in counts.iter().enumerate() {
        let x = MARGIN + number * 132;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"44\" width=\"20\" height=\"14\" rx=\"3\" {}/>\
             <text x=\"{}\" y=\"56\" class=\"s\">{count} {}</text>",
            paint(*state),
            x + 28,
            state.word()
        );
    }
}

fn paint(state: State) -> String {
    let (fill, stroke, is_broken) = state.look();
    let dashes = if is_broken {
        " stroke-dasharray=\"5 3\""
    } else {
        ""
    };
    format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"2\"{dashes}")
}

fn line(svg: &mut String, from: (usize, usize), to: (usize, usize)) {
    let (x1, y1) = (from.0 + BOX.0, from.1 + BOX.1 / 2);
    let (x2, y2) = (to.0, to.1 + BOX.1 / 2);
    let middle = x2 - GAP.0 / 2;
    let _ = writeln!(
        svg,
        "<path d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\" class=\"e\" marker-end=\"url(#m)\"/>"
    );
}

fn node(svg: &mut String, resource: &Shown, (x, y): (usize, usize)) {
    let Shown {
        kind, name, state, ..
    } = resource;
    let _ = writeln!(
        svg,
        "<g><title>{} {}: {}</title><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"6\" {}/>\
         <text x=\"{left}\" y=\"{}\" class=\"k\">{}</text><text x=\"{left}\" y=\"{}\">{}</text>\
         <text x=\"{left}\" y=\"{}\" class=\"s\">{}</text></g>",
        escaped(kind),
        escaped(name),
        state.word(),
        BOX.0,
        BOX.1,
        paint(*state),
        y + 17,
        escaped(kind),
        y + 34,
        escaped(&cut(name)),
        y + 51,
        state.word(),
        left = x + 10,
    );
}

/// A name that a box has no room for, without its middle: what ends a name tells it from others.
fn cut(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= ROOM {
        return name.to_owned();
    }
    let half = (ROOM - 1) / 2;
    let (begin, end) = (&letters[..half], &letters[letters.len() - half..]);
    begin.iter().chain(&['…']).chain(end).collect()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_name_keeps_its_ends() {
        let name = "API-Gateway-Execution-Logs_a1b2c3d4e5/production";
        assert_eq!(cut(name), "API-Gateway-…5/production");
        assert_eq!(cut("short"), "short");
    }
}
