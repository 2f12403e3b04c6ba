//! What runs beside the first reads: the handler's build.

use super::fake::{Bench, Fault, PRESENT, error, thing, want};
use crate::aws::Kind;
use crate::engine::{Graph, Plan, Stopped, converge};
use std::time::Duration;

async fn beside(
    bench: &Bench,
    ready: impl Future<Output = Result<(), String>>,
) -> Result<(), Stopped<String>> {
    let build = || Ok(bench.graph(&[want("api")]).0);
    let permit = async |_: &Plan| Ok(());
    let converged = converge::<Graph, _>(PRESENT, build, ready, permit).await;
    converged.map(drop)
}

#[tokio::test(start_paused = true)]
async fn reads_do_not_wait_for_it_and_the_first_write_does() {
    let bench = Bench::new();
    let ready = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(bench.world.calls("read api"), 1, "read meanwhile");
        assert!(bench.world.writes().is_empty());
        Ok(())
    };
    assert!(beside(&bench, ready).await.is_ok());
    assert_eq!(bench.world.names(), ["api"]);
}

#[tokio::test(start_paused = true)]
async fn where_it_fails_nothing_is_written() {
    let bench = Bench::new();
    let stopped = beside(&bench, async { Err("it does not compile".to_owned()) }).await;
    assert!(matches!(stopped, Err(Stopped::Refused(why)) if why == "it does not compile"));
    assert!(bench.world.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_ends_it() {
    let bench = Bench::new();
    let refused = Fault::Before(error(Kind::Denied));
    bench.world.fault("read api", refused);
    let stopped = beside(&bench, std::future::pending()).await;
    assert!(matches!(stopped, Err(Stopped::Unread(..))));
}

/// Somebody else made it while the handler was being built: it is not made twice.
#[tokio::test(start_paused = true)]
async fn what_was_read_long_before_is_read_again() {
    let bench = Bench::new();
    let ready = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        bench.world.put(thing("api"));
        Ok(())
    };
    assert!(beside(&bench, ready).await.is_ok());
    assert_eq!(bench.world.names(), ["api"]);
    assert!(bench.world.writes().is_empty());
    assert_eq!(bench.world.calls("read api"), 2);
}
