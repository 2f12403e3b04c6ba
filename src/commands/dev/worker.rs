//! The stage's worker: started when there is a stage, again at each save of its files, and again, after a pause, when it ends by
//! itself.

use super::lines::{Lines, Writer};
use crate::cli::{Global, WorkerRun};
use crate::commands::interrupt::Ends;
use crate::commands::session::{Session, project_dir};
use crate::commands::worker_run::{Celery, celery, tasks_folder};
use crate::commands::{Failure, show};
use crate::dev::{Pauses, Program};
use crate::output::elapsed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// For the running tasks when the worker is to start again: who has saved a file waits to see it run.
const RESTART: Duration = Duration::from_secs(10);

/// The same at the end.
const END: Duration = Duration::from_secs(60);

/// The worker, in a task of its own.
pub(super) struct Worker {
    wanted: Arc<Wanted>,
    task: JoinHandle<()>,
}

/// What the worker is to do.
#[derive(Default)]
struct Wanted {
    /// The stage that it is for, once there is one.
    stage: Mutex<Option<Arc<Session>>>,
    /// It is to start, or to start again.
    start: Notify,
}

impl Worker {
    /// A worker that waits for a stage.
    pub(super) fn new(global: &Global, arguments: &WorkerRun, lines: &Lines, ends: &Ends) -> Self {
        let wanted = Arc::<Wanted>::default();
        let supervisor = Supervisor {
            global: global.clone(),
            arguments: WorkerRun {
                no_banner: true,
                ..arguments.clone()
            },
            lines: lines.clone(),
            ends: ends.clone(),
            wanted: Arc::clone(&wanted),
        };
        let task = tokio::spawn(supervisor.run());
        Self { wanted, task }
    }

    /// Has it work for this stage. It goes on where its queue and the place of its results are the same.
    pub(super) fn serve(&self, session: Arc<Session>) {
        // All that its variables are made of.
        let places = |session: &Session| {
            let endpoint = session.runtime.aws.endpoint.clone();
            let results = session.settings.results.clone();
            (session.names().queue(), endpoint, results)
        };
        let before = self.wanted.stage().replace(Arc::clone(&session));
        if before.is_none_or(|before| places(&before) != places(&session)) {
            self.restart();
        }
    }

    /// Starts it again. It need not run.
    pub(super) fn restart(&self) {
        self.wanted.start.notify_one();
    }

    /// Waits for its end, after Ctrl-C.
    pub(super) async fn end(self) {
        let _ = self.task.await;
    }
}

impl Wanted {
    fn stage(&self) -> std::sync::MutexGuard<'_, Option<Arc<Session>>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Supervisor {
    global: Global,
    arguments: WorkerRun,
    lines: Lines,
    ends: Ends,
    wanted: Arc<Wanted>,
}

/// What comes after a run.
enum Next {
    /// Another, once a file is saved, or when so much time is over.
    Wait(Option<Duration>),
    /// Another: something was saved.
    Again,
    End,
}

impl Supervisor {
    async fn run(self) {
        let mut pauses = Pauses::default();
        let mut next = Next::Wait(None);
        loop {
            let saved = match next {
                Next::End => return,
                Next::Again => true,
                Next::Wait(pause) => tokio::select! {
                    () = self.ends.orderly.cancelled() => return,
                    () = self.wanted.start.notified() => true,
                    () = sleep(pause) => false,
                },
            };
            if saved {
                pauses.forget();
            }
            let session = self.wanted.stage().clone();
            next = match session {
                Some(session) => self.once(&session, &mut pauses).await,
                None => Next::Wait(None),
            };
        }
    }

    /// One run of the worker.
    async fn once(&self, session: &Session, pauses: &mut Pauses) -> Next {
        let tasks =
            project_dir(&self.global).map(|project| tasks_folder(&project, &self.arguments));
        if let Ok(tasks) = tasks
            && self.arguments.tasks.is_none()
            && !tasks.exists()
        {
            self.note("no worker runs: the project has no folder worker; `gatewayq worker init worker` writes one");
            return Next::Wait(None);
        }
        let made = tokio::select! {
            made = celery(&self.global, session, &self.arguments) => made,
            () = self.ends.orderly.cancelled() => return Next::End,
        };
        match made {
            Ok(celery) => self.work(celery, pauses).await,
            Err(Failure::Interrupted(_)) => Next::End,
            Err(failure) => {
                show(&self.lines.printer, &failure);
                self.note("the worker waits for the next save of its files");
                Next::Wait(None)
            }
        }
    }

    async fn work(&self, celery: Celery, pauses: &mut Pauses) -> Next {
        let Celery {
            mut command, tasks, ..
        } = celery;
        // Lines as they are printed, and short polls: at the end a worker waits for the one that it is in.
        command
            .env("PYTHONUNBUFFERED", "1")
            .env("GATEWAYQ_WAIT_SECONDS", "1");
        let lines = self.lines.clone();
        let show = Arc::new(move |line: &str| lines.show(Writer::Worker, line));
        let started = Instant::now();
        let mut program = match Program::start(command, show) {
            Ok(program) => program,
            Err(error) => {
                self.note(&format!("the worker cannot be started: {error}"));
                return Next::Wait(Some(pauses.after(Duration::ZERO)));
            }
        };
        self.note(&format!("the worker starts with {tasks}/tasks.py"));
        tokio::select! {
            ended = program.ended() => {
                program.gone().await;
                let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
                let pause = pauses.after(started.elapsed());
                self.note(&format!(
                    "the worker ended by itself ({how}): it starts again in {}, or when its files are saved",
                    elapsed(pause)
                ));
                Next::Wait(Some(pause))
            }
            () = self.wanted.start.notified() => {
                self.note("the worker starts again, with what was changed");
                self.end(program, RESTART).await;
                Next::Again
            }
            () = self.ends.orderly.cancelled() => {
                self.end(program, END).await;
                Next::End
            }
        }
    }

    async fn end(&self, program: Program, grace: Duration) {
        if !program.end(grace, &self.ends.now).await && !self.ends.now.is_cancelled() {
            self.note(&format!(
                "the worker did not end within {} s and was killed: its tasks come back when the queue's visibility time-out is over",
                grace.as_secs()
            ));
        }
    }

    fn note(&self, text: &str) {
        self.lines.printer.note(text);
    }
}

async fn sleep(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}
