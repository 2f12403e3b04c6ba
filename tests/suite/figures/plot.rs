//! The peers' times as a picture.
use std::collections::BTreeSet;

use plotters::prelude::*;

use super::measured::median;
use super::peers::{Row, STEPS};

const SIZE: (u32, u32) = (900, 640);
const COLOURS: [RGBColor; 4] = [
    RGBColor(20, 110, 180),
    RGBColor(225, 150, 40),
    RGBColor(150, 150, 150),
    RGBColor(200, 80, 80),
];

/// Seconds at 50 ms a call, a panel for each number of routes, a group of bars for each step.
pub(super) fn svg(rows: &[Row]) -> String {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE).unwrap();
        let counts: BTreeSet<usize> = rows.iter().map(|row| row.routes).collect();
        for (panel, &routes) in area.split_evenly((counts.len(), 1)).iter().zip(&counts) {
            let rows: Vec<&Row> = rows.iter().filter(|row| row.routes == routes).collect();
            draw(panel, &rows, routes);
        }
        area.present().unwrap();
    }
    text
}

type Panel<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(panel: &Panel, rows: &[&Row], routes: usize) {
    let seconds = |row: &Row, step: usize| median(&row.steps[step].wall[1]);
    let highest = rows
        .iter()
        .flat_map(|row| (0..STEPS.len()).map(|step| seconds(row, step)))
        .fold(0.0, f64::max);
    let steps = 0.0..5.0;
    let mut chart = ChartBuilder::on(panel)
        .caption(
            format!("{routes} routes: seconds, 50 ms a call"),
            ("sans-serif", 16),
        )
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(50)
        .build_cartesian_2d(steps, 0.0..highest * 1.1)
        .unwrap();
    let mut mesh = chart.configure_mesh();
    mesh.disable_x_mesh().x_labels(0).draw().unwrap();
    let width = 0.8 / f64::from(u32::try_from(rows.len()).unwrap());
    for (row, colour) in rows.iter().zip(COLOURS) {
        let nth = rows.iter().position(|one| one.tool == row.tool).unwrap();
        let bars = (0_u32..).zip(0..STEPS.len()).map(|(group, step)| {
            let left = f64::from(group) + 0.1 + width * f64::from(u32::try_from(nth).unwrap());
            let corners = [(left, 0.0), (left + width * 0.9, seconds(row, step))];
            Rectangle::new(corners, colour.filled())
        });
        let series = chart.draw_series(bars).unwrap().label(row.tool);
        series.legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
    }
    let labels = (0_u32..).zip(STEPS).map(|(group, step)| {
        let centre =
            TextStyle::from(("sans-serif", 13)).pos(plotters::style::text_anchor::Pos::new(
                plotters::style::text_anchor::HPos::Center,
                plotters::style::text_anchor::VPos::Top,
            ));
        EmptyElement::at((f64::from(group) + 0.5, 0.0)) + Text::new(step, (0, 8), centre)
    });
    chart.draw_series(labels).unwrap();
    let mut legend = chart.configure_series_labels();
    legend
        .label_font(("sans-serif", 13))
        .background_style(WHITE);
    legend
        .position(SeriesLabelPosition::UpperRight)
        .draw()
        .unwrap();
}
