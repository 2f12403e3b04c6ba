//! `[usage_plan]` and `[usage_plans.NAME]`: the limits of each API key.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeTable;

use super::diagnostics::{Problems, shown};
use super::field::{Field, Row, TomlNode, choice, int, number};
use super::routes::{Named, ROUTES_MAX};
use super::section::{Section, nearest, rows, schema, table};
use super::sections::{BURST_MAX, RATE_MAX};
use super::settings::{Period, Quota, Throttle, UsagePlan};
use super::shapes::{NAME, NAME_RULE, is_name};

/// What the plan of `[usage_plan]` is called beside the others.
pub(crate) const DEFAULT: &str = "default";

const THROTTLE: &str = "{ rate = 5, burst = 10 }";

/// The limits of routes, each with the place of its name.
type Throttles = BTreeMap<String, Spanned<Throttle>>;

/// A plan that was read, before its routes are looked for in the file.
pub(super) struct Placed {
    /// Without the limits of routes.
    plan: UsagePlan,
    throttles: Throttles,
}

/// Reads a plan's keys.
pub(super) fn read(s: &mut Section<'_, '_>) -> Placed {
    let rate = s.value(
        number("rate", RATE_MAX, "requests a second").or(10.0),
        "What a key may ask for in the long run.",
    );
    let burst = s.value(
        int("burst", 1..=BURST_MAX, "requests").or(20),
        "What a key may ask for at once.",
    );
    let quota = s.get(
        table("quota", "{ limit = 1000, period = \"day\" }", quota),
        "What a key may ask for in a period; without it, no limit.",
    );
    let throttles: Throttles = s.merged(
        routes(),
        None,
        "What a key may ask for on single routes, within the limits above.",
    );
    let plan = UsagePlan {
        rate,
        burst,
        quota,
        routes: BTreeMap::new(),
    };
    Placed { plan, throttles }
}

fn quota(s: &mut Section<'_, '_>) -> Option<Quota> {
    let periods = &[Period::Day, Period::Week, Period::Month];
    let limit = s.require(
        int("limit", 1..=i32::MAX, "requests"),
        "Requests in a period.",
    );
    let period = s.require(choice("period", periods), "The period.");
    Some(Quota {
        limit: limit?,
        period: period?,
    })
}

fn throttle(s: &mut Section<'_, '_>) -> Option<Throttle> {
    let rate = s.require(
        number("rate", RATE_MAX, "requests a second"),
        "Requests in the long run.",
    );
    let burst = s.require(int("burst", 1..=BURST_MAX, "requests"), "Requests at once.");
    Some(Throttle {
        rate: rate?,
        burst: burst?,
    })
}

/// A table of limits under names of routes.
fn routes() -> Field<Throttles> {
    let allowed = format!(
        "a route's method and path, `\"POST /tasks\" = {THROTTLE}`; a route of the file that asks \
         for an API key"
    );
    let schema = json!({
        "type": "object",
        "maxProperties": ROUTES_MAX,
        "propertyNames": {"pattern": "^[A-Z]+ /"},
        "additionalProperties": schema(rows(|s| _ = throttle(s))),
    });
    let accept = |row: &Row, node: &TomlNode<'_>, problems: &mut Problems| {
        let Some(entries) = node.get_ref().as_table() else {
            let allowed = format!("a table: `\"POST /tasks\" = {THROTTLE}`");
            problems.refuse(&row.name, node.span(), &allowed);
            return None;
        };
        let mut throttles = Throttles::new();
        for (name, node) in entries {
            let text = name.get_ref().as_ref();
            let one = table(&shown(text), THROTTLE, throttle);
            if let Some(throttle) = one.accept(node, problems) {
                throttles.insert(text.to_owned(), Spanned::new(name.span(), throttle));
            }
        }
        Some(throttles)
    };
    let mut field = Field::new("routes", "table", allowed, schema, accept);
    field.row.default = json!({});
    field
}

impl Placed {
    /// The plan. Reports limits of routes that the file does not have, or that ask for no key.
    pub(super) fn checked(self, named: &Named, problems: &mut Problems) -> UsagePlan {
        for (name, throttle) in &self.throttles {
            let wrong = match named.get(name) {
                Some(true) => continue,
                Some(false) => {
                    "asks for no API key, and a usage plan limits requests with one".to_owned()
                }
                None => {
                    let known: Vec<&str> = named.keys().map(String::as_str).collect();
                    let meant = nearest(name, &known);
                    format!("is no route of the file;{meant} allowed: a route's method and path")
                }
            };
            problems.report(throttle.span(), format!("`{}` {wrong}", shown(name)));
        }
        let routes = self.throttles.into_iter();
        let routes = routes.map(|(name, throttle)| (name, throttle.into_inner()));
        UsagePlan {
            routes: routes.collect(),
            ..self.plan
        }
    }
}

/// The plans in `[usage_plans]` of the layers, a stage's keys over those of the base.
pub(super) fn read_all(
    layers: &[&TomlNode<'_>],
    named: &Named,
    problems: &mut Problems,
) -> BTreeMap<String, UsagePlan> {
    let tables = layers.iter().filter_map(|node| node.get_ref().as_table());
    let tables: Vec<&DeTable<'_>> = tables.collect();
    let mut plans = BTreeMap::new();
    for (name, _) in tables.iter().flat_map(|table| table.iter()) {
        let text = name.get_ref().as_ref();
        let label = format!("[usage_plans.{}]", shown(text));
        if let Some(wrong) = wrong_name(text) {
            problems.report(name.span(), format!("{label} {wrong}"));
        }
        if plans.contains_key(text) {
            continue;
        }
        let nodes = tables.iter().filter_map(|table| table.get(text));
        let (sections, others): (Vec<_>, Vec<_>) =
            nodes.partition(|node| node.get_ref().is_table());
        for node in others {
            problems.report(node.span(), format!("{label} has to be a section"));
        }
        let placed = Section::read(&label, sections, problems, read);
        plans.insert(text.to_owned(), placed.checked(named, problems));
    }
    plans
}

fn wrong_name(name: &str) -> Option<String> {
    match name {
        DEFAULT => Some("is the plan of [usage_plan]; allowed: another name".to_owned()),
        name if is_name(name) => None,
        _ => Some(format!(
            "has a name AWS or gatewayq would refuse; allowed: {NAME_RULE}"
        )),
    }
}

/// All plans by name, as JSON Schema has it: `plan` is the schema of one.
pub(super) fn all_schema(plan: &Value) -> Value {
    json!({
        "type": "object",
        "propertyNames": {
            "pattern": NAME.pattern, "maxLength": NAME.max, "not": {"const": DEFAULT},
        },
        "additionalProperties": plan,
    })
}
