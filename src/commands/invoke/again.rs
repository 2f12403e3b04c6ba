//! How to ask for a task's result later.

use crate::cli::{Global, Invoke};
use crate::endpoint;
use crate::shell::quoted;

/// What `gatewayq result` needs to ask the same stage, with the same key.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    pub global: &'a Global,
    pub arguments: &'a Invoke,
}

impl Again<'_> {
    /// The command that shows what became of the task `id`.
    pub(super) fn result(self, id: &str) -> String {
        let mut command = format!("gatewayq result {id}");
        if let Some(url) = &self.arguments.url {
            command += &format!(" --url {}", quoted(url));
        }
        if self.arguments.no_key {
            command += " --no-key";
        }
        if self.arguments.no_domain {
            command += " --no-domain";
        }
        command + &endpoint::flags(self.global)
    }

    /// The same as help below an error: it waits as long as this one did.
    pub(super) fn waits_on(self, id: &str) -> String {
        let wait = self.arguments.wait.map(|seconds| {
            let command = self.result(id);
            format!("\n  help: `{command} --wait {seconds}` waits on")
        });
        wait.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments of `invoke`, as a command line has them.
    fn arguments(line: &str) -> (Global, Invoke) {
        use clap::FromArgMatches;
        let matches = crate::cli::command().get_matches_from(line.split(' '));
        let cli = crate::cli::Cli::from_arg_matches(&matches).unwrap();
        let crate::cli::Command::Invoke(arguments) = cli.command else {
            panic!("{line}");
        };
        (cli.global, arguments)
    }

    #[test]
    fn the_same_stage_is_asked_with_the_same_key() {
        let line = "gatewayq invoke /add --wait 5 --stage prod --region eu-west-1 --profile team --url \
            https://a1.example.com/x --no-key";
        let (global, arguments) = arguments(line);
        let again = Again {
            global: &global,
            arguments: &arguments,
        };
        assert_eq!(
            again.waits_on("t"),
            "\n  help: `gatewayq result t --url https://a1.example.com/x --no-key --stage prod --profile team \
             --region eu-west-1 --wait 5` waits on"
        );
    }

    #[test]
    fn a_domain_that_is_passed_by_is_passed_by_again() {
        let (global, arguments) = arguments("gatewayq invoke /add --no-domain --local");
        let again = Again {
            global: &global,
            arguments: &arguments,
        };
        assert_eq!(again.result("t"), "gatewayq result t --no-domain --local");
    }
}
