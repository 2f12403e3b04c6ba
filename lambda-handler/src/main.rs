//! The function's executable, `bootstrap`: the Lambda runtime loop around the pure library.
//!
//! Environment: `QUEUE_URL`, and what Lambda sets itself (region and the role's credentials).
//! `routes.json` lies beside the executable. A start that cannot work ends with exit code 1 and
//! one log line that says why, which Lambda reports as an initialisation error.

mod aws_json;
mod clock;
mod log;
mod owner_key;
mod queue;
mod results;
mod retry;
mod serve;
mod setup;
mod transport;

use std::process::ExitCode;

use dlmalloc::GlobalDlmalloc;
use lambda_runtime::{LambdaEvent, service_fn};
use tokio::runtime::{Builder, LocalOptions};
use tokio::task::spawn_local;

use lambda_handler::ApiEvent;

/// musl's own gives memory back to the system and takes it again some ten times for each request.
#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

fn main() -> ExitCode {
    let ended = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        // A task of its own is woken within the process; what the runtime itself waits for, by way of the system.
        .map(|runtime| runtime.block_on(async { spawn_local(run()).await }));
    let failed = match ended {
        Ok(Ok(Ok(()))) => return ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => error,
        Ok(Err(panicked)) => panicked.into(),
        Err(error) => error.into(),
    };
    log::start_failed(&*failed);
    ExitCode::FAILURE
}

async fn run() -> Result<(), lambda_runtime::Error> {
    let function = setup::function(&|name| std::env::var(name).ok())?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ApiEvent>| async move {
        Ok::<_, std::convert::Infallible>(function.serve(event.payload, &event.context).await)
    }))
    .await
}
