//! Ctrl-C, the signal by which CI pipelines stop a job, and the one of a terminal that is closed.

use crate::output::Printer;
use tokio_util::sync::CancellationToken;

/// First signal: the token is cancelled, nothing new starts, what runs is finished. Second: stop at
/// once.
pub(crate) fn listen(printer: &Printer) -> CancellationToken {
    let (cancel, printer) = (CancellationToken::new(), printer.clone());
    let token = cancel.clone();
    tokio::spawn(async move {
        signal().await;
        cancel.cancel();
        printer.note("interrupted: finishing what runs, then stopping (again: stop at once)");
        signal().await;
        stop();
    });
    token
}

/// What a command that goes on until Ctrl-C is told.
#[derive(Clone, Default)]
pub(crate) struct Ends {
    /// First signal: end in order.
    pub orderly: CancellationToken,
    /// Second: give up what is waited for. What was started still has to be ended.
    pub now: CancellationToken,
}

/// The same for a command that has started others: a second signal leaves none of them. The third stops at once.
pub(crate) fn listen_for_end(printer: &Printer) -> Ends {
    let (ends, printer) = (Ends::default(), printer.clone());
    let told = ends.clone();
    tokio::spawn(async move {
        signal().await;
        told.orderly.cancel();
        printer.note("ending: what runs is finished (Ctrl-C again: at once)");
        signal().await;
        told.now.cancel();
        signal().await;
        stop();
    });
    ends
}

#[expect(clippy::exit, reason = "asked for twice: nothing is waited for")]
fn stop() -> ! {
    std::process::exit(130)
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        return ctrl_c().await;
    };
    tokio::select! {
        () = ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    ctrl_c().await;
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
