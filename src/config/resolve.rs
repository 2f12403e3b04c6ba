//! The file's tables to the settings of one stage.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::authorizers::Authorizers;
use super::body::Schemas;
use super::diagnostics::{Problems, shown};
use super::field::TomlNode;
use super::routes::{Beside, Named};
use super::section::{Read, Section, check_names};
use super::settings::{Authorizer, Role, Route, Settings};
use super::shapes::{NAME_RULE, is_name};
use super::{alarms, authorizers, domain, results, route, routes, sections, usage_plans};

/// All sections that the file can have, with what reads them: the table that the check of their
/// names, the manual and the JSON Schema are made from.
pub(super) const SECTIONS: [(&str, Read); 12] = [
    ("app", |s| _ = sections::app(s, "", None)),
    ("route", |s| _ = route::read(s)),
    ("authorizers", |s| _ = authorizers::read(s)),
    ("function", |s| _ = sections::function(s, "", "")),
    ("queue", |s| _ = sections::queue(s)),
    ("usage_plan", |s| _ = usage_plans::read(s)),
    (PLANS, |s| _ = usage_plans::read(s)),
    ("api", |s| _ = sections::api(s, true)),
    ("domain", |s| _ = domain::read(s)),
    ("alarms", |s| _ = alarms::read(s)),
    ("results", |s| _ = results::read(s)),
    ("role", |s| _ = sections::role(s)),
];

/// The section whose keys are names, each with a section of its own.
pub(super) const PLANS: &str = "usage_plans";

/// The section that a stage cannot have.
pub(super) const BASE_ONLY: &str = "app";

/// What stages have.
pub(super) struct Stages {
    /// The stage that was asked for.
    pub own: Settings,
    /// All others of the file, and those that are not in it, which have the base's; where the base alone is no stage,
    /// there are none of these.
    pub others: Vec<Settings>,
}

/// The settings of `stage`. All other stages of the file are read too, so that a mistake is
/// reported before the day somebody deploys that stage. What is wrong goes to `problems`.
pub(super) fn stages_of<'i>(root: &DeTable<'i>, stage: &str, problems: &mut Problems) -> Stages {
    let mut names = SECTIONS.map(|(name, _)| name).to_vec();
    names.push("stages");
    check_names("the file", root, &names, problems);
    let stages = stages(root, problems);
    let parts = stages.iter().filter_map(|(_, table)| *table);
    let parts: Vec<&DeTable<'i>> = std::iter::once(root).chain(parts).collect();
    authorizers::check_used(&parts, problems);
    let mut whole = Whole {
        named: routes::named(parts.into_iter()),
        schemas: Schemas::new(),
    };
    let (mut own, mut others) = (None, Vec::new());
    for (name, table) in stages {
        match name == stage {
            true => own = table,
            false => others.push(settings_of(root, table, name, &mut whole, problems)),
        }
    }
    if own.is_some() {
        let mut apart = problems.apart();
        let base = settings_of(root, None, stage, &mut whole, &mut apart);
        others.extend(apart.is_empty().then_some(base));
    }
    let own = settings_of(root, own, stage, &mut whole, problems);
    Stages { own, others }
}

/// What all stages of a file share.
struct Whole {
    named: Named,
    schemas: Schemas,
}

/// The stages in the file, after a check of each.
fn stages<'a, 'i>(
    root: &'a DeTable<'i>,
    problems: &mut Problems,
) -> Vec<(&'a str, Option<&'a DeTable<'i>>)> {
    let mut names = SECTIONS.map(|(name, _)| name);
    names[0] = "tags";
    let listed = tables("stages", &[root], problems);
    let listed = listed.iter().filter_map(|node| node.get_ref().as_table());
    let mut stages = Vec::new();
    for (name, node) in listed.flatten() {
        let text = name.get_ref().as_ref();
        let label = format!("[stages.{}]", shown(text));
        if !is_name(text) {
            let message = format!(
                "the stage {label} has a name AWS or gatewayq would refuse; allowed: {NAME_RULE}"
            );
            problems.report(name.span(), message);
        }
        let table = node.get_ref().as_table();
        match table {
            Some(stage) => check_names(&label, stage, &names, problems),
            None => problems.report(node.span(), format!("{label} has to be a section")),
        }
        stages.push((text, table));
    }
    stages
}

fn settings_of<'i>(
    root: &DeTable<'i>,
    over: Option<&DeTable<'i>>,
    stage: &str,
    Whole { named, schemas }: &mut Whole,
    problems: &mut Problems,
) -> Settings {
    if !root.contains_key("app") {
        let message = "the section [app] with the application's `name` is missing";
        problems.report(0..0, message);
    }
    let app = tables("app", &[root], problems);
    let (app, tags) = Section::read("[app]", app, problems, |s| sections::app(s, stage, over));
    let layers: Vec<&DeTable<'i>> = over.into_iter().chain([root]).collect();
    let function = |s: &mut Section<'_, '_>| sections::function(s, &app, stage);
    let has_domain = layers.iter().any(|layer| layer.contains_key("domain"));
    let api = |s: &mut Section<'_, '_>| sections::api(s, has_domain);
    let api = read("api", &layers, problems, api);
    let authorizers = authorizers::read_all(&layers, problems);
    let results = optional("results", &layers, problems, results::read).flatten();
    let function = read("function", &layers, problems, function);
    let beside = Beside {
        has_cors: api.cors.is_some(),
        authorizers: &authorizers,
        results: results.as_ref(),
        timeout: function.configuration.timeout,
    };
    let routes = routes::read(&layers, &beside, schemas, problems);
    let usage_plan = read("usage_plan", &layers, problems, usage_plans::read);
    let plans = tables(PLANS, &layers, problems);
    Settings {
        function,
        queue: read("queue", &layers, problems, sections::queue),
        usage_plan: usage_plan.checked(named, problems),
        usage_plans: usage_plans::read_all(&plans, named, problems),
        api,
        domain: read("domain", &layers, problems, domain::read),
        role: role(&layers, problems),
        alarms: optional("alarms", &layers, problems, alarms::read),
        results,
        authorizers: used(authorizers, &routes),
        routes,
        app,
        stage: stage.to_owned(),
        tags,
    }
}

/// What the stage's own routes have no use for is not made.
fn used(authorizers: Authorizers, routes: &[Route]) -> BTreeMap<String, Authorizer> {
    let is_used = |name: &str| {
        let mut routes = routes.iter();
        routes.any(|route| route.auth.authorizer() == Some(name))
    };
    let read = authorizers
        .into_iter()
        .filter_map(|(name, read)| Some((name, read?)));
    read.filter(|(name, _)| is_used(name)).collect()
}

/// A section of the base with the stage's over it.
fn read<'i, T>(
    name: &str,
    layers: &[&DeTable<'i>],
    problems: &mut Problems,
    read: impl FnOnce(&mut Section<'_, 'i>) -> T,
) -> T {
    let found = tables(name, layers, problems);
    Section::read(&format!("[{name}]"), found, problems, read)
}

/// A section that makes a difference by being there, in the base or for the stage.
fn optional<'i, T>(
    name: &str,
    layers: &[&DeTable<'i>],
    problems: &mut Problems,
    read: impl FnOnce(&mut Section<'_, 'i>) -> T,
) -> Option<T> {
    let found = tables(name, layers, problems);
    (!found.is_empty()).then(|| Section::read(&format!("[{name}]"), found, problems, read))
}

/// A stage's role replaces the base's as a whole: its two keys exclude each other, so that a stage
/// with a role of its own could not be written where the base has a boundary.
fn role(layers: &[&DeTable<'_>], problems: &mut Problems) -> Role {
    let found = tables("role", layers, problems).into_iter();
    let roles: Vec<Role> = found
        .map(|node| Section::read("[role]", vec![node], problems, sections::role))
        .collect();
    roles.into_iter().next().unwrap_or_default()
}

/// The tables called `name` in `parents`, in their order; reports when it is something else.
pub(super) fn tables<'a, 'i>(
    name: &str,
    parents: &[&'a DeTable<'i>],
    problems: &mut Problems,
) -> Vec<&'a TomlNode<'i>> {
    let mut found = Vec::new();
    for node in parents.iter().filter_map(|parent| parent.get(name)) {
        match node.get_ref().is_table() {
            true => found.push(node),
            false => problems.refuse(name, node.span(), &format!("a section: [{name}]")),
        }
    }
    found
}
