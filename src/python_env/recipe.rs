//! The ways to make a Python environment and to install into it.

use std::process::Stdio;

use camino::Utf8Path;
use tokio::process::Command;

/// Lines of an installer's words that an error shows.
const SHOWN: usize = 15;

/// Settings of pip that would put the packages elsewhere than into the environment.
const MISLEADING: [&str; 4] = [
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
];

/// A folder to a command line.
type Line = Box<dyn Fn(&Utf8Path) -> Vec<String> + Send + Sync>;

/// One way to make the environment: a command that creates it, one that installs into it.
pub(super) struct Recipe {
    /// The tool, for messages.
    pub tool: String,
    /// Makes the folder it is given.
    pub create: Line,
    /// Installs into the folder it is given; what to install follows.
    pub fill: Line,
}

/// Those that this machine has the tools for, the quickest first.
pub(super) async fn recipes() -> Vec<Recipe> {
    let mut recipes = Vec::new();
    if works("uv", &["--version"]).await {
        recipes.push(with_uv());
    }
    if let Some(python) = newest_enough().await {
        recipes.push(with_venv(&python));
        recipes.push(with_pip_outside(&python));
        recipes.push(with_virtualenv(&python));
    }
    recipes
}

fn with_uv() -> Recipe {
    let create = "uv venv --no-project --python >=3.10";
    let fill = "uv pip install --compile-bytecode --python";
    Recipe {
        tool: "uv".to_owned(),
        create: Box::new(move |target| line(create, &[target.as_str()])),
        fill: Box::new(move |target| line(fill, &[target.join("bin/python").as_str()])),
    }
}

const PIP: &str = "install --no-input --disable-pip-version-check";

fn with_venv(python: &str) -> Recipe {
    let create = format!("{python} -I -m venv");
    Recipe {
        tool: format!("{python} -m venv"),
        create: Box::new(move |target| line(&create, &[target.as_str()])),
        fill: Box::new(|target| {
            let python = target.join("bin/python");
            [
                line("", &[python.as_str()]),
                line(&format!("-I -m pip {PIP}"), &[]),
            ]
            .concat()
        }),
    }
}

/// For Debian's python3 without python3-venv: its venv cannot bring pip along, but may use the
/// one outside.
fn with_pip_outside(python: &str) -> Recipe {
    let create = format!("{python} -I -m venv --without-pip");
    let pip = format!("{python} -m pip --python");
    Recipe {
        tool: format!("{python} -m pip"),
        create: Box::new(move |target| line(&create, &[target.as_str()])),
        fill: Box::new(move |target| {
            [
                line(&pip, &[target.join("bin/python").as_str()]),
                line(PIP, &[]),
            ]
            .concat()
        }),
    }
}

fn with_virtualenv(python: &str) -> Recipe {
    let venv = with_venv(python);
    let create = format!("virtualenv --python {python}");
    Recipe {
        tool: "virtualenv".to_owned(),
        create: Box::new(move |target| line(&create, &[target.as_str()])),
        fill: venv.fill,
    }
}

/// Words, and then arguments that may hold spaces.
fn line(words: &str, arguments: &[&str]) -> Vec<String> {
    words
        .split_whitespace()
        .chain(arguments.iter().copied())
        .map(str::to_owned)
        .collect()
}

/// The first Python on PATH that is new enough.
async fn newest_enough() -> Option<String> {
    let minor = (10..=14).rev().map(|minor| format!("python3.{minor}"));
    for python in ["python3".to_owned()]
        .into_iter()
        .chain(minor)
        .chain(["python".to_owned()])
    {
        if works(
            &python,
            &["-c", "import sys; sys.exit(sys.version_info < (3, 10))"],
        )
        .await
        {
            return Some(python);
        }
    }
    None
}

async fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .kill_on_drop(true)
        .status()
        .await
        .is_ok_and(|status| status.success())
}

/// Runs a command line to its end; the end of what it said is the error.
pub(super) async fn run(line: &[String], folder: &Utf8Path) -> Result<(), String> {
    let Some((program, arguments)) = line.split_first() else {
        return Ok(());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    for name in MISLEADING {
        command.env_remove(name);
    }
    let output = command.output().await.map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    Err(lines[lines.len().saturating_sub(SHOWN)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_that_fails_gives_its_words() {
        let shell = |script| [line("/bin/sh -c", &[script]), vec![]].concat();
        let told = run(&shell("echo one; echo two >&2; exit 1"), "/".into()).await;
        assert_eq!(told, Err("one\ntwo".to_owned()));
        assert_eq!(run(&shell("exit 0"), "/".into()).await, Ok(()));
        assert!(
            run(&line("no-such-program", &[]), "/".into())
                .await
                .is_err()
        );
    }
}
