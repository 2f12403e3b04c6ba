//! The command line: clap types and nothing else.

mod ci;
mod dev;
mod examples;
mod export;
mod keys;
mod logs;
#[cfg(test)]
mod mentions;
mod package;
mod policy;
mod queue;
#[cfg(test)]
mod reference;
mod result;
mod start;
mod versions;

pub(crate) use ci::{Ci, CiTrust};
pub(crate) use dev::{Dev, Watch};
pub(crate) use export::Export;
pub(crate) use keys::Keys;
pub(crate) use logs::{LogSource, Logs};
pub(crate) use package::{Package, Source};
pub(crate) use policy::Policy;
pub(crate) use queue::{Queue, Send};
pub(crate) use result::TaskResult;
pub(crate) use start::{HandlerAction, Init};
pub(crate) use versions::{History, Rollback};

use crate::completion;
use camino::Utf8PathBuf;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// The command line with what the types below do not say: examples, and candidates for the shell.
pub fn command() -> clap::Command {
    completion::add(examples::add(Cli::command()))
}

/// API Gateway to Lambda to SQS FIFO to Celery workers, deployed and removed with one command.
#[derive(Debug, Parser)]
#[command(name = "gatewayq", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, \
    3 differences found by --check, 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The process's command line and environment.
    ///
    /// # Errors
    /// What clap has to say instead: of what is wrong, or as it was asked, the help or the version.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let matches = command().try_get_matches()?;
        Self::from_arg_matches(&matches)
    }
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The stage: a whole stack of its own
    #[arg(
        long,
        short,
        global = true,
        env = "GATEWAYQ_STAGE",
        default_value = "dev",
        value_name = "NAME"
    )]
    pub stage: String,
    /// The folder of gatewayq.toml
    #[arg(
        long,
        global = true,
        env = "GATEWAYQ_PROJECT_DIR",
        default_value = ".",
        value_name = "DIR"
    )]
    pub project_dir: Utf8PathBuf,
    /// Use the local AWS (an emulator on this machine) instead of an account
    #[arg(long, global = true, conflicts_with = "profile")]
    pub local: bool,
    /// A profile of ~/.aws/config
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The AWS Region, such as eu-west-1
    #[arg(long, global = true, value_name = "REGION", value_parser = crate::region::parse)]
    pub region: Option<String>,
    /// Print exactly one JSON document on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress, only results and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show every AWS call
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a project: gatewayq.toml, the worker's files and a README. What is there already stays
    Init(Init),
    /// Make the stage as gatewayq.toml says; build the handler first, unless it is on board
    Deploy(Deploy),
    /// Show what deploy would do, and do nothing
    Plan(Plan),
    /// Build the function once and write it into a file, from which every stage can be deployed
    Package(Package),
    /// Write the stage in the format of another tool, for those who leave or audit, and print what that does not hold
    Export(Export),
    /// Print a picture of the stage: its resources, what waits for what, and whether each is as gatewayq.toml says
    Graph(Graph),
    /// Show each resource: present, missing, or drifted and in what
    Status(Status),
    /// Show the published versions: when, of which commit, by whom, and which is live
    History(History),
    /// Make an older version live again, code and routes; or end a canary
    Rollback(Rollback),
    /// Make a canary live for all requests, code and routes
    Promote,
    /// Run the project on this machine: the local AWS, the stage, a worker, and their logs, renewed at every save
    Dev(Dev),
    /// Deploy the stage at every save of its sources
    Watch(Watch),
    /// Remove everything of the stage
    Delete(Delete),
    /// Take over resources of this stage's names that gatewayq did not make
    Adopt(Adopt),
    /// Send a request, signed with SigV4 and with the stage's API key
    #[command(override_usage = "gatewayq invoke [OPTIONS] [METHOD] <PATH>")]
    Invoke(Invoke),
    /// Show a task's result, as the stage's route with `result = true` answers it
    #[command(
        after_help = "PENDING is also what is answered for an id that no task ever had: nothing is stored before a task runs. \
        Exit code 1: the task failed, or with --wait was not done in time."
    )]
    Result(TaskResult),
    /// Show what the function and the API wrote to CloudWatch
    Logs(Logs),
    /// The local AWS: an emulator on this machine
    #[command(subcommand)]
    Local(Local),
    /// The Celery side
    #[command(subcommand)]
    Worker(Worker),
    /// The API keys of the stage's consumers
    #[command(subcommand)]
    Keys(Keys),
    /// The tasks on the stage's queue, and its dead letters
    #[command(subcommand)]
    Queue(Queue),
    /// Check beforehand what may stand in the way of a deploy, and say how to fix it
    Doctor,
    /// Print a JSON Schema of gatewayq.toml, for editors
    Schema,
    /// Print an IAM policy for this app, ready for the AWS CLI
    #[command(subcommand)]
    Policy(Policy),
    /// What a pipeline needs
    #[command(subcommand)]
    Ci(Ci),
    /// Print the stage's URL, or that of one route
    Url {
        /// A path of gatewayq.toml, or one that fits it: /tasks/tasks.add for /tasks/{task}
        #[arg(value_name = "ROUTE")]
        route: Option<String>,
        /// The execute-api URL in place of the domain's
        #[arg(long)]
        no_domain: bool,
    },
    /// Open the stage in the AWS console; where there is no browser, print where that is
    Open,
    /// Show every stage of the app in this account and region, with its URL and state
    Stages,
    /// The handler's crate
    #[command(subcommand)]
    Handler(HandlerAction),
    /// Print the script that makes a shell complete gatewayq's commands, the stages of gatewayq.toml, and consumers
    Completions { shell: clap_complete::Shell },
    /// Write the manual pages into a folder
    Man {
        #[arg(value_name = "DIR")]
        dir: Utf8PathBuf,
    },
    /// Show the version, its commit, and the handlers on board
    Version,
}

#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub source: Source,
    /// Do exactly what `gatewayq plan --out` wrote into this file, or nothing where that is not what is to be done now
    #[arg(long, value_name = "FILE")]
    pub plan: Option<Utf8PathBuf>,
    /// Delete and create again what AWS cannot change in place (what is in it is lost)
    #[arg(long)]
    pub replace: bool,
    /// Let the new version answer so many requests in a hundred, and the live one the others, until `promote` or
    /// `rollback`; the routes stay as they are meanwhile
    #[arg(long, value_name = "PERCENT", value_parser = versions::percent, conflicts_with = "plan")]
    pub canary: Option<u8>,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub source: Source,
    /// Exit 3 when there is something to do
    #[arg(long)]
    pub check: bool,
    /// Write the plan into a file, for `gatewayq deploy --plan`
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// The format of the picture
    #[arg(long, short, value_name = "FORMAT", default_value = "svg")]
    pub format: crate::picture::Format,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Exit 3 when anything differs
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Invoke {
    /// The path, with the method before it if it is neither GET nor, with --data, POST
    #[arg(required = true, num_args = 1..=2, value_names = ["METHOD", "PATH"])]
    pub request: Vec<String>,
    /// The JSON body: the text itself, @FILE, or - for standard input
    #[arg(long, short, value_name = "JSON|@FILE|-")]
    pub data: Option<String>,
    /// A further header. Authorization is the signature, or, for a route with an authorizer, the token
    /// in the environment variable GATEWAYQ_TOKEN
    #[arg(long, short = 'H', value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    /// Send no API key
    #[arg(long)]
    pub no_key: bool,
    /// Use the execute-api URL in place of the domain's
    #[arg(long, conflicts_with = "url")]
    pub no_domain: bool,
    /// Do not ask again where API Gateway does not know the key or the route yet
    #[arg(long)]
    pub no_wait: bool,
    /// Wait so many seconds for the result of the task that was sent, at most a day, and print it; gatewayq.toml
    /// has to have a route with `result = true`
    #[arg(long, value_name = "SECONDS", value_parser = result::seconds())]
    pub wait: Option<u32>,
    /// The stage's URL, for a user who may only invoke: nothing else is asked of AWS. The API
    /// key's value is then taken from the environment variable GATEWAYQ_API_KEY
    #[arg(long, value_name = "URL", conflicts_with = "local")]
    pub url: Option<String>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Local {
    /// Start it, installing it on first use
    Start,
    /// Stop it; what is in it is kept
    Stop,
    /// Show whether it runs, and where
    Status,
    /// Stop it and remove all that is in it
    Reset,
    /// Print the environment that the AWS CLI, boto3 and other clients need for it; starts it
    Env,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Worker {
    /// Print the environment that the worker's celeryconfig.py reads
    Env,
    /// Run a Celery worker for the stage, in the foreground, in a Python environment of its own
    #[command(
        after_help = "Ctrl-C once: the running tasks are finished. Twice: they are given up after 10 seconds, and SQS hands them out again."
    )]
    Run(WorkerRun),
    /// Write the worker's files into a folder; files that are there already are left as they are
    Init {
        #[arg(value_name = "DIR")]
        dir: Utf8PathBuf,
        /// Write the files, too, that run the stage's workers there, into a folder of DIR; the stage has to be deployed
        #[arg(long = "for", value_name = "PLATFORM", value_enum)]
        target: Option<crate::worker_kit::Target>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct WorkerRun {
    /// Tasks at a time (default: as the tasks' celeryconfig.py says, which is 10)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub concurrency: Option<u16>,
    /// The folder with tasks.py and, if it needs other packages, requirements.txt (default: the
    /// project's worker/; without that folder `worker run` has gatewayq's own tasks)
    #[arg(long, value_name = "DIR")]
    pub tasks: Option<Utf8PathBuf>,
    /// More options for `celery worker`, after --
    #[arg(last = true, value_name = "CELERY OPTION")]
    pub celery: Vec<String>,
    /// Without celery's banner.
    #[arg(skip)]
    pub no_banner: bool,
}
