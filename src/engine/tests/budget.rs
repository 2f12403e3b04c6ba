//! The retry budget: every pause counts, overlapping ones once, and progress buys new time.

use super::fake::{Bench, Fault, PRESENT, error, want};
use crate::aws::Kind;
use crate::engine::retry::{Budget, Stop};
use crate::engine::{Cx, Error, MaxWait};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

fn budget(seconds: u64) -> Budget {
    Budget::new(
        MaxWait(Duration::from_secs(seconds)),
        CancellationToken::new(),
    )
}

#[tokio::test(start_paused = true)]
async fn every_pause_counts() {
    let budget = budget(10);
    budget.pause(Duration::from_secs(4)).await.unwrap();
    budget.pause(Duration::from_secs(4)).await.unwrap();
    assert_eq!(budget.left(), Duration::from_secs(2));
    assert_eq!(
        budget.pause(Duration::from_secs(3)).await,
        Err(Stop::Exhausted)
    );
    budget.pause(Duration::from_secs(2)).await.unwrap();
    assert_eq!(budget.left(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn pauses_that_overlap_count_once() {
    let budget = budget(10);
    let pause = || budget.pause(Duration::from_secs(4));
    let (one, two, three) = futures::join!(pause(), pause(), pause());
    assert_eq!([one, two, three], [Ok(()); 3]);
    assert_eq!(budget.left(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_made_buys_back_what_its_attempt_spent() {
    let budget = budget(10);
    budget.pause(Duration::from_secs(3)).await.unwrap();
    budget.begin_attempt();
    budget.pause(Duration::from_secs(5)).await.unwrap();
    budget.progress();
    assert_eq!(budget.left(), Duration::from_secs(7));
    budget.renew();
    assert_eq!(budget.left(), Duration::from_secs(10));
}

/// A pause counts while it lasts, not only when it is over.
#[tokio::test(start_paused = true)]
async fn a_pause_under_way_is_spent_already() {
    let budget = budget(10);
    budget.pause(Duration::from_secs(3)).await.unwrap();
    let other = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        budget.left()
    };
    let (paused, left) = futures::join!(budget.pause(Duration::from_secs(4)), other);
    assert_eq!((paused, left), (Ok(()), Duration::from_secs(5)));
}

/// Others may keep undoing what is done here.
#[tokio::test(start_paused = true)]
async fn new_time_is_bought_forty_times_and_no_more() {
    let budget = budget(10);
    for _ in 0..40 {
        budget.pause(Duration::from_secs(10)).await.unwrap();
        budget.renew();
        assert_eq!(budget.left(), Duration::from_secs(10));
    }
    budget.pause(Duration::from_secs(10)).await.unwrap();
    budget.renew();
    assert_eq!(budget.left(), Duration::ZERO);
}

/// Something that is refused for ever ends when the budget does, with the last error.
#[tokio::test(start_paused = true)]
async fn what_never_works_ends_with_the_budget() {
    let bench = Bench::new();
    for _ in 0..1000 {
        let busy = error(Kind::Busy("IAM to spread the role"));
        bench.world.fault("create api", Fault::Before(busy));
    }
    let started = Instant::now();
    let (failed, _) = bench.failed(&[want("api")], PRESENT).await;
    assert_eq!(failed, ["thing api: Fake"]);
    let waited = started.elapsed().as_secs();
    assert!((60..75).contains(&waited), "{waited} s");
}

/// API Gateway's pacing is a pause as any other. DeleteRestApi may be called once in 30 s.
#[tokio::test(start_paused = true)]
async fn pacing_counts_and_is_bounded() {
    let mut bench = Bench::new();
    bench.runtime.max_wait = MaxWait(Duration::from_secs(10));
    let cx = bench.runtime.cx("REST API x");
    let refused = |answer: Result<(), Error>| answer.unwrap_err().to_string();
    first_of_its_period(&cx).await;
    let started = Instant::now();
    let told = refused(delete_rest_api(&cx).await);
    assert!(told.contains("GATEWAYQ_MAX_WAIT"), "{told}");
    assert!(started.elapsed() < Duration::from_secs(1));
}

/// The same call of another service has no such quota.
#[tokio::test(start_paused = true)]
async fn a_pace_ends_with_ctrl_c() {
    let bench = Bench::new();
    let cx = bench.runtime.cx("REST API x");
    first_of_its_period(&cx).await;
    bench.runtime.cancel.cancel();
    assert!(matches!(delete_rest_api(&cx).await, Err(Error::Cancelled)));
}

async fn first_of_its_period(cx: &Cx) {
    delete_rest_api(cx).await.unwrap();
}

/// A call that would be API Gateway's, without one being made.
async fn delete_rest_api(cx: &Cx) -> Result<(), Error> {
    use aws_sdk_apigateway::operation::delete_rest_api::DeleteRestApiError;
    use aws_smithy_runtime_api::client::result::SdkError;
    let request = async { Ok::<(), SdkError<DeleteRestApiError, _>>(()) };
    cx.call("DeleteRestApi", request).await
}
