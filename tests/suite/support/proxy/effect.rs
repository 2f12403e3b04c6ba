//! What a planned fault does to a call.
use super::answer::Answer;
use super::fault::Fault;
use super::request::Request;
use super::state::State;

/// The end of a call that is not forwarded; no answer is a cut connection.
pub(super) struct Early {
    pub answer: Option<Answer>,
}

/// A fault's deed before the call is forwarded; `None` where the call goes on.
pub(super) async fn before(fault: &Fault, request: &Request, state: &State) -> Option<Early> {
    let about = &request.about;
    let answer = match *fault {
        Fault::Delay(delay) => {
            tokio::time::sleep(delay).await;
            return None;
        }
        Fault::Throttle => Some(Answer::throttled(about)),
        Fault::Fails(status) => Some(Answer::failed(about, status)),
        Fault::CutBefore => None,
        Fault::KillBefore => {
            state.kill().await;
            None
        }
        Fault::FailsAfter(_) | Fault::CutAfter | Fault::KillAfter => return None,
    };
    Some(Early { answer })
}

/// A fault's deed once the call was forwarded: the answer that the client gets, if any.
pub(super) async fn after(
    fault: &Fault,
    request: &Request,
    answer: Option<Answer>,
    state: &State,
) -> Option<Answer> {
    match *fault {
        Fault::FailsAfter(status) => Some(Answer::failed(&request.about, status)),
        Fault::CutAfter => None,
        Fault::KillAfter => {
            state.kill().await;
            None
        }
        _ => answer,
    }
}
