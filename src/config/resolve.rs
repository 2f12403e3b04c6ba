//! The file's tables to the settings of one stage.

use toml::de::DeTable;

use super::keys::Describe;
use super::names::{RULE, is_name};
use super::problems::{Problems, shown};
use super::routes;
use super::section::{Section, check_names, tables};
use super::sections::{api, app, function, queue, role, usage_plan};
use super::settings::{Role, Settings};

const TOP: [&str; 8] = [
    "app",
    "route",
    "function",
    "queue",
    "usage_plan",
    "api",
    "role",
    "stages",
];
const STAGE: [&str; 7] = [
    "tags",
    "route",
    "function",
    "queue",
    "usage_plan",
    "api",
    "role",
];

/// The settings of `stage`. All other stages of the file are read too, so that a mistake is told
/// before the day somebody deploys that stage. What is wrong goes to `problems`.
pub(super) fn resolve<'i>(root: &DeTable<'i>, stage: &str, problems: &mut Problems) -> Settings {
    check_names("the file", root, &TOP, problems);
    for other in stages(root, problems) {
        if other != stage {
            resolve_stage(root, other, problems);
        }
    }
    resolve_stage(root, stage, problems)
}

/// The names of the stages in the file, after a check of each.
fn stages<'a, 'i>(root: &'a DeTable<'i>, problems: &mut Problems) -> Vec<&'a str> {
    let mut names = Vec::new();
    let listed = tables("stages", &[root], problems);
    for table in listed.iter().filter_map(|node| node.get_ref().as_table()) {
        for (name, node) in table {
            let name_text = name.get_ref().as_ref();
            let label = format!("[stages.{}]", shown(name_text));
            if !is_name(name_text) {
                problems.report(
                    name.span(),
                    format!(
                        "the stage {label} has a name AWS or gatewayq would refuse; allowed: {RULE}"
                    ),
                );
            }
            match node.get_ref().as_table() {
                Some(stage) => check_names(&label, stage, &STAGE, problems),
                None => problems.report(node.span(), format!("{label} has to be a section")),
            }
            names.push(name_text);
        }
    }
    names
}

fn resolve_stage<'i>(root: &DeTable<'i>, name: &str, problems: &mut Problems) -> Settings {
    let over = root
        .get("stages")
        .and_then(|stages| stages.get_ref().as_table()?.get(name))
        .and_then(|stage| stage.get_ref().as_table());
    let layers: Vec<&DeTable<'i>> = over.into_iter().chain([root]).collect();
    Settings {
        app: app::name(root, name, problems),
        stage: name.to_owned(),
        tags: app::tags(root, over, problems),
        routes: routes::read(root, over, problems),
        function: function::read(open("[function]", function::KEYS, &layers, problems)),
        queue: queue::read(open("[queue]", queue::KEYS, &layers, problems)),
        usage_plan: usage_plan::read(open("[usage_plan]", usage_plan::KEYS, &layers, problems)),
        api: api::read(open("[api]", api::KEYS, &layers, problems)),
        role: resolve_role(&layers, problems),
    }
}

fn open<'a, 'i>(
    label: &'a str,
    keys: &[&dyn Describe],
    layers: &[&'a DeTable<'i>],
    problems: &'a mut Problems,
) -> Section<'a, 'i> {
    let found = tables(label.trim_matches(['[', ']']), layers, problems);
    Section::open(label, keys, found, problems)
}

/// A stage's role replaces the base's as a whole: its two keys exclude each other, so that a stage
/// with a role of its own could not be written where the base has a boundary.
fn resolve_role<'i>(layers: &[&DeTable<'i>], problems: &mut Problems) -> Role {
    let found = tables("role", layers, problems);
    let roles: Vec<Role> = found
        .into_iter()
        .map(|node| role::read(Section::open("[role]", role::KEYS, vec![node], problems)))
        .collect();
    roles.into_iter().next().unwrap_or_default()
}
