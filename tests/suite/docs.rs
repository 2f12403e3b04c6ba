//! What the documentation tells people to type is typed.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rustix::process::Signal;

use crate::local::{Stop, cached, local};
use crate::repository::{files, told};
use crate::support::cli::Cli;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::{python, workspace};

mod block;
mod transcript;

use block::Block;
use transcript::Transcript;

/// Commands in `sh` blocks that are not run here, by their beginning, with the reason.
const NOT_RUN: [(&str, &str); 12] = [
    (
        "cargo run --",
        "local::the_first_command_of_the_readme runs the same",
    ),
    ("cargo test", "it is what runs this"),
    (
        "just bench-deploys",
        "takes an hour; figures runs a round of the same",
    ),
    (
        "cargo install",
        "compiles for minutes; scripts/dist.sh builds the same",
    ),
    (
        "gatewayq doctor",
        "asks for Rust where no handler is on board; doctor runs it",
    ),
    (
        "gatewayq invoke --url",
        "needs a user of its own; policies runs it",
    ),
    (
        "gatewayq logs --follow",
        "runs until Ctrl-C; output_ends runs it",
    ),
    (
        "gatewayq handler init",
        "the crate would then be built; way_in::outside does both",
    ),
    ("gatewayq dev", "runs until Ctrl-C; dev runs it"),
    ("gatewayq watch", "runs until Ctrl-C; watch runs it"),
    ("export ", "sets the reader's own shell"),
    ("aws ", "the AWS CLI, on an account"),
];

/// It works until it is told to end; when it has said `DONE`, it is.
const UNTIL_CTRL_C: &str = "gatewayq worker run";
const DONE: &str = "succeeded";

fn documents() -> Vec<PathBuf> {
    let mut documents = files(&workspace().join("docs"), ".md");
    documents.push(workspace().join("README.md"));
    documents
}

fn blocks(document: &Path) -> Vec<Block> {
    Block::all(&fs::read_to_string(document).unwrap())
}

/// The reason why a command is not run, if it is one of those.
fn excepted(command: &str) -> Option<&'static str> {
    let known = NOT_RUN.iter().find(|(begin, _)| command.starts_with(begin));
    known.map(|(begin, _)| *begin)
}

/// Whatever is shown, in `sh` and in `console`, is a command line that gatewayq takes.
#[test]
fn every_command_line_is_one() {
    let (mut faults, mut count) = (Vec::new(), 0);
    for document in documents() {
        let commands = blocks(&document)
            .into_iter()
            .flat_map(|block| block.commands());
        for command in commands.filter(|command| command.starts_with("gatewayq ")) {
            count += 1;
            let (line, _) = redirected(&command);
            let words = shlex::split(line).unwrap_or_default();
            if let Err(error) = gatewayq::bench::command().try_get_matches_from(words) {
                faults.push(format!("{}: {command}: {error}", told(&document)));
            }
        }
    }
    assert!(count > 60, "{count}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Each document's `sh` blocks, in order, in a project of its own; in docs/how-to each `toml` block is added to its
/// gatewayq.toml on the way, and each `json` block is the file that it names. What a document shows as an answer is what came.
#[test]
fn every_command_that_can_be_run_works() {
    let commands: Vec<String> = documents()
        .iter()
        .flat_map(|document| blocks(document))
        .filter(|block| block.language == "sh")
        .flat_map(|block| block.commands())
        .collect();
    let used: BTreeSet<&str> = commands
        .iter()
        .filter_map(|command| excepted(command))
        .collect();
    for (begin, reason) in NOT_RUN {
        assert!(
            used.contains(begin),
            "no document has {begin:?} any more ({reason})"
        );
    }
    thread::scope(|scope| {
        let runs: Vec<_> = documents()
            .into_iter()
            .filter(|document| blocks(document).iter().any(|block| block.language == "sh"))
            .map(|document| scope.spawn(move || Reader::new(&document).read()))
            .collect();
        for run in runs {
            run.join().unwrap();
        }
    });
}

/// Somebody who does what a document says.
struct Reader {
    title: String,
    blocks: Vec<Block>,
    project: Project,
    folder: PathBuf,
    /// What stands for the account; made for the first command that is not `--local`.
    account: Option<Ministack>,
    is_how_to: bool,
    /// What each command printed when it was run last.
    printed: BTreeMap<String, String>,
}

impl Reader {
    fn new(document: &Path) -> Self {
        let (blocks, project) = (blocks(document), Project::empty());
        let own = |block: &Block| {
            block
                .commands()
                .iter()
                .any(|line| line.starts_with("gatewayq init"))
        };
        if !blocks.iter().any(own) {
            project.command(["init", "--name", "orders"]).ok();
        }
        Self {
            title: told(document),
            blocks,
            folder: project.folder(),
            project,
            account: None,
            is_how_to: document.parent().unwrap().ends_with("how-to"),
            printed: BTreeMap::new(),
        }
    }

    fn read(mut self) {
        for block in std::mem::take(&mut self.blocks) {
            match block.language.as_str() {
                "toml" if self.is_how_to => self.configure(&block.text),
                "json" if self.is_how_to => self.write(&block),
                "sh" => block
                    .commands()
                    .iter()
                    .for_each(|command| self.run(command)),
                "console" => self.compare(&block),
                _ => {}
            }
        }
        // The local AWS of the project that the document made.
        let stop = Cli::new(&self.folder, &self.project.home()).args(["local", "stop"]);
        let _ = stop.run();
        drop(Stop(&self.project));
    }

    fn configure(&self, addition: &str) {
        let path = self.folder.join("gatewayq.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n{addition}")).unwrap();
    }

    /// The file of the project that the block's fence names.
    fn write(&self, block: &Block) {
        let path = self.folder.join(&block.file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &block.text).unwrap();
    }

    fn run(&mut self, command: &str) {
        if excepted(command).is_some() {
            return;
        }
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder = self.folder.join(folder);
            return;
        }
        let (line, file) = redirected(command);
        let words = shlex::split(line).unwrap();
        assert_eq!(
            words[0], "gatewayq",
            "{}: {command} is neither run nor excepted",
            self.title
        );
        let cli = self.gatewayq(&words[1..]);
        let output = if line.starts_with(UNTIL_CTRL_C) {
            let running = cli.spawn();
            running.wait_for(DONE);
            running.signal(Signal::TERM);
            running.wait()
        } else {
            cli.run()
        };
        assert_eq!(output.code, Some(0), "{}: {command}: {output}", self.title);
        let printed = format!("{}\n{}", output.stderr, output.stdout);
        self.printed.insert(command.to_owned(), printed);
        if let Some(file) = file {
            fs::write(self.folder.join(file), output.stdout).unwrap();
        }
    }

    fn compare(&self, block: &Block) {
        for transcript in Transcript::all(block) {
            let (title, command) = (&self.title, &transcript.command);
            let Some(printed) = self.printed.get(command) else {
                panic!("{title}: {command} is shown and was not run before");
            };
            if let Some(line) = transcript.missing(printed) {
                panic!("{title}: {command} did not say {line:?}, but\n{printed}");
            }
        }
    }

    fn gatewayq(&mut self, words: &[String]) -> Cli {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let builds =
            matches!(words[0], "deploy" | "plan" | "package") && !words.contains(&"--package");
        let command = if words[0] == "worker" && words.contains(&"run") {
            // Its packages come from the network.
            cached(&self.project, words).inside(&self.folder)
        } else if words.contains(&"--local") || words[0] == "local" {
            local(&self.project, words).inside(&self.folder)
        } else {
            let account = self.account.get_or_insert_with(Ministack::start);
            let command = Cli::new(&self.folder, &self.project.home());
            command.args(words).at(&account.aws())
        };
        if builds { command.prebuilt() } else { command }
    }
}

/// A command line and the file that its output goes to.
fn redirected(command: &str) -> (&str, Option<&str>) {
    match command.split_once(" > ") {
        Some((line, file)) => (line, Some(file.trim())),
        None => (command, None),
    }
}

#[test]
fn the_costs_are_what_the_prices_give() {
    let script = workspace().join("docs/cost.py");
    let check = |script: &Path| {
        let mut command = python::main().command([script]);
        let output = command
            .arg("--check")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output();
        output.unwrap()
    };
    let output = check(&script);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    // Another price is another table.
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("docs")).unwrap();
    for name in ["README.md", "docs/cost.md"] {
        fs::copy(workspace().join(name), copy.path().join(name)).unwrap();
    }
    let text = fs::read_to_string(&script).unwrap();
    let dearer = text.replace("\"API Gateway\": 3.50", "\"API Gateway\": 4.50");
    assert_ne!(text, dearer);
    let script = copy.path().join("docs/cost.py");
    fs::write(&script, dearer).unwrap();
    let output = check(&script);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("README.md, docs/cost.md: stale"),
        "{told}"
    );
}

#[test]
fn blocks_are_read_as_a_shell_reads_them() {
    let text = "a\n```sh\ngatewayq a   --x   # why\n# only words\ncd demo && gatewayq b \\\n  --y\n```\n```console\n$ c\nanswer\n```\n";
    let commands: Vec<String> = Block::all(text).iter().flat_map(Block::commands).collect();
    assert_eq!(
        commands,
        ["gatewayq a --x", "cd demo", "gatewayq b --y", "c"]
    );
}
