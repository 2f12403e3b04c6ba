//! `gatewayq worker run`: a Celery worker for the stage, from nothing.
//!
//! gatewayq becomes celery: its process id, signals, terminal and exit code are celery's own.

use super::session::{Session, project_dir, settings};
use super::{Failure, worker};
use crate::cli::{Global, WorkerRun};
use crate::output::Printer;
use crate::python_env::{Environment, Requirements};
use crate::{hidden_folder, worker_kit};
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Inside the project's hidden folder.
const OWN: &str = "worker";

/// Variables that would lead boto3 to other credentials than those of the command line.
const MISLEADING: [&str; 5] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &WorkerRun,
) -> Result<(), Failure> {
    if printer.json {
        let text =
            "worker run has no --json: it runs celery; `worker env --json` prints its environment";
        return Err(Failure::usage(text));
    }
    let settings = settings(global)?;
    Place::of(global, arguments)?;
    let session = Session::with(global, printer, settings).await?;
    let Celery {
        mut command,
        tasks,
        queue,
    } = celery(global, &session, arguments).await?;
    printer.note(&format!("celery runs {tasks}/tasks.py for {queue}"));
    // It comes back only with an error.
    let error = command.exec();
    let python = command.get_program().to_string_lossy();
    Err(Failure::Failed(
        anyhow::Error::new(error).context(format!("{python} cannot be run")),
    ))
}

/// A worker that is ready to start.
pub(crate) struct Celery {
    pub command: Command,
    /// The folder with tasks.py.
    pub tasks: Utf8PathBuf,
    /// The queue's URL.
    pub queue: String,
}

/// celery for the stage, in a Python environment that has what it needs; that one is made on first use.
///
/// # Errors
/// No tasks.py, a stage that is not deployed, packages that cannot be installed.
pub(crate) async fn celery(
    global: &Global,
    session: &Session,
    arguments: &WorkerRun,
) -> Result<Celery, Failure> {
    let place = Place::of(global, arguments)?;
    let variables = worker::variables(session, global).await?;
    place.prepare()?;
    let python = place.python(session).await?;
    let mut command = place.celery(&python, arguments);
    if global.local || global.profile.is_some() {
        MISLEADING.iter().for_each(|name| {
            command.env_remove(name);
        });
    }
    command.envs(global.profile.iter().map(|name| ("AWS_PROFILE", name)));
    variables.apply(&mut command);
    let queue = variables.get("GATEWAYQ_QUEUE_URL");
    let queue = queue.context("the worker's variables lack GATEWAYQ_QUEUE_URL")?;
    Ok(Celery {
        command,
        queue: queue.to_owned(),
        tasks: place.tasks,
    })
}

/// The folder of the worker's own tasks, there or not: the one on the command line, or else the project's `worker`.
pub(crate) fn tasks_folder(project: &Utf8Path, arguments: &WorkerRun) -> Utf8PathBuf {
    match &arguments.tasks {
        Some(dir) => camino::absolute_utf8(dir).unwrap_or_else(|_| dir.clone()),
        None => project.join("worker"),
    }
}

/// Where the worker's files are.
struct Place {
    project: Utf8PathBuf,
    /// gatewayq's own folder for the worker, with its Python environment.
    own: Utf8PathBuf,
    /// The folder with tasks.py.
    tasks: Utf8PathBuf,
    /// gatewayq's own copy of the kit. Its modules count where the tasks' folder lacks them.
    kit: Utf8PathBuf,
}

impl Place {
    fn of(global: &Global, arguments: &WorkerRun) -> Result<Self, Failure> {
        let project = project_dir(global)?;
        let own = project.join(hidden_folder::NAME).join(OWN);
        let kit = own.join("kit");
        let tasks = tasks_folder(&project, arguments);
        let tasks = match arguments.tasks.is_some() || tasks.exists() {
            true => tasks,
            false => kit.clone(),
        };
        if tasks != kit && !tasks.join("tasks.py").is_file() {
            return Err(Failure::usage(format!(
                "{tasks} has no tasks.py\n  `gatewayq worker init {tasks}` writes one, and `--tasks DIR` names another folder"
            )));
        }
        Ok(Self {
            project,
            own,
            tasks,
            kit,
        })
    }

    /// Writes the kit.
    fn prepare(&self) -> Result<(), Failure> {
        let write = || {
            hidden_folder::make(&self.project, OWN)?;
            worker_kit::refresh(&self.kit)
        };
        let written = write().with_context(|| format!("{} cannot be written", self.kit));
        written.map_err(Failure::Failed)
    }

    /// The interpreter that has celery. Its environment is made on first use; an interrupt ends that.
    async fn python(&self, session: &Session) -> Result<Utf8PathBuf, Failure> {
        let list = self.tasks.join("requirements.txt");
        let requirements = match fs::read_to_string(&list) {
            Ok(text) if text != worker_kit::REQUIREMENTS => Requirements::File(list.clone()),
            _ => Requirements::Pinned(worker_kit::REQUIREMENTS),
        };
        let environment = Environment {
            what: "the worker",
            title: "the worker's Python packages".to_owned(),
            name: "python".to_owned(),
            requirements,
        };
        let parent = &self.own;
        let say = |line: &str| session.printer.note(line);
        let home = tokio::select! {
            made = environment.ready(parent, &say) => made.map_err(|error| Failure::Failed(error.into()))?,
            () = session.runtime.cancel.cancelled() => {
                return Err(Failure::Interrupted("the worker was not started".to_owned()));
            }
        };
        if !home.join("bin/celery").exists() {
            return Err(Failure::usage(format!(
                "{list} does not install celery; it needs a line such as celery[sqs]==5.7.0"
            )));
        }
        Ok(home.join("bin/python"))
    }

    /// The command line, in the folder of the tasks.
    fn celery(&self, python: &Utf8Path, arguments: &WorkerRun) -> Command {
        let mut command = Command::new(python);
        command.args(["-m", "celery"]);
        if arguments.no_banner {
            command.arg("--quiet");
        }
        command.args(["-A", "tasks", "worker", "--loglevel", "INFO"]);
        if let Some(concurrency) = arguments.concurrency {
            let concurrency = concurrency.to_string();
            command.args(["--concurrency", &concurrency]);
            command.env("GATEWAYQ_CONCURRENCY", concurrency);
        }
        command.args(&arguments.celery).current_dir(&self.tasks);
        let before = std::env::var("PYTHONPATH").unwrap_or_default();
        let paths = [before.as_str(), self.kit.as_str()];
        let paths: Vec<&str> = paths.into_iter().filter(|path| !path.is_empty()).collect();
        command.env("PYTHONPATH", paths.join(":"));
        command
    }
}
