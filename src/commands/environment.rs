//! Variables that a command prints for a shell: `eval "$(gatewayq …)"`.

use crate::output::Printer;
use crate::shell::quoted;
use serde_json::Value;
use std::process::Command;

/// Settings for AWS proper that would lead a client of the local AWS elsewhere, or stop it.
const MISLEADING: [&str; 9] = [
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
];
const PROXIES: [&str; 5] = [
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
];

/// Variables for a child process or a shell, with those that have to go beside them.
pub(crate) struct Variables {
    unset: Vec<String>,
    set: Vec<(&'static str, String)>,
}

impl Variables {
    pub(crate) fn new(set: Vec<(&'static str, String)>) -> Self {
        let unset = Vec::new();
        Self { unset, set }
    }

    /// The variables of a client of the local AWS: what would lead it elsewhere goes.
    pub(crate) fn local(mut set: Vec<(&'static str, String)>) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some();
        if PROXIES.iter().any(|name| is_set(name)) {
            let before = std::env::var("NO_PROXY").or_else(|_| std::env::var("no_proxy"));
            let before = before.map(|hosts| hosts + ",").unwrap_or_default();
            for name in ["NO_PROXY", "no_proxy"] {
                set.push((name, format!("{before}127.0.0.1,localhost")));
            }
        }
        let endpoints = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let endpoints = endpoints.filter(|name| name.starts_with("AWS_ENDPOINT_URL"));
        let misleading = MISLEADING.iter().map(|name| (*name).to_owned());
        let unset = misleading
            .filter(|name| is_set(name))
            .chain(endpoints)
            .filter(|name| set.iter().all(|(wanted, _)| wanted != name))
            .collect();
        Self { unset, set }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.set.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Those that are set, in their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.set.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Gives them to a child process.
    pub(crate) fn apply(&self, command: &mut Command) {
        for name in &self.unset {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }

    /// A line `export NAME=VALUE` each, or one JSON object.
    pub(crate) fn print(&self, printer: &Printer) {
        let pair =
            |(name, value): &(&str, String)| ((*name).to_owned(), Value::from(value.clone()));
        let json = self.set.iter().map(pair).collect();
        let line = |(name, value): &(&str, String)| format!("export {name}={}", quoted(value));
        let unset = self.unset.iter();
        let unset = unset.map(|name| format!("unset {}", quoted(name)));
        let shell: Vec<String> = unset.chain(self.set.iter().map(line)).collect();
        printer.result(&Value::Object(json), &shell.join("\n"));
    }
}
