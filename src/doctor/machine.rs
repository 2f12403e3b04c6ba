//! The toolchain that builds the handler.

use super::Check;
use crate::build::{self, Preflight};
use crate::config::Settings;
use crate::handler::Handler;
use camino::Utf8Path;

const RUST: &str = "install Rust with rustup (https://rustup.rs)";

/// Cargo, rustc, the handler's target, and a C compiler for it.
pub(crate) async fn machine(project: &Utf8Path, settings: &Settings) -> Vec<Check> {
    let function = &settings.function;
    let handler = Handler::choose(project, function);
    let crate_dir = match &handler {
        Handler::Crate(folder) => project.join(folder),
        // The source is only written when it is built; rustup's settings of the project count.
        Handler::Carried | Handler::File(_) => project.to_owned(),
        Handler::OnBoard(_) | Handler::Package(_) => {
            return vec![Check::ok("handler", handler.text(function.architecture))];
        }
    };
    if matches!(handler, Handler::Crate(_)) && !crate_dir.join("Cargo.toml").is_file() {
        let help = "put the handler's crate there, or name its folder in [function] crate_dir";
        return vec![Check::fail(
            "handler",
            format!("{crate_dir} has no Cargo.toml"),
            help,
        )];
    }
    let default = build::default_target(function.architecture);
    let target = function.target.as_deref().unwrap_or(default);
    let found = build::preflight(&crate_dir, target).await;
    checks(found, target)
}

fn checks(found: Preflight, target: &str) -> Vec<Check> {
    let tool = |name: &str, answer: Result<String, build::Error>| match answer {
        Ok(version) => Check::ok(name, version),
        Err(error) => Check::fail(name, error.to_string(), RUST),
    };
    let add = format!("rustup target add {target}");
    vec![
        tool("cargo", found.cargo),
        tool("rustc", found.rustc),
        match found.target {
            Some(true) => Check::ok("target", format!("{target} is installed")),
            Some(false) => Check::warn(
                "target",
                format!("{target} is not installed; deploy tries to"),
                add,
            ),
            None => Check::fail("target", "there is no rustc to ask", RUST),
        },
        match found.compiler {
            Ok(()) => Check::ok("C compiler", format!("there is one for {target}")),
            Err(error) => {
                let (seen, help) = (error.to_string(), "see above; or deploy --bootstrap FILE");
                Check::fail("C compiler", seen, help)
            }
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn what_is_missing_is_told_with_its_mend() {
        let lost = || build::Error::NoTarget {
            target: "t".to_owned(),
            why: "no rustup".to_owned(),
        };
        let found = Preflight {
            cargo: Err(lost()),
            rustc: Ok("rustc 1.95.0".to_owned()),
            target: Some(false),
            compiler: Err(lost()),
        };
        let told = checks(found, "t");
        let verdicts: Vec<Verdict> = told.iter().map(|check| check.verdict).collect();
        let (ok, warn, fail) = (Verdict::Ok, Verdict::Warn, Verdict::Fail);
        assert_eq!(verdicts, [fail, ok, warn, fail]);
        assert_eq!(told[2].help.as_deref(), Some("rustup target add t"));
    }
}
