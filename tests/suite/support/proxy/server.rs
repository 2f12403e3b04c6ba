//! The proxy's listener, and a call's way through faults and rules.
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::effect;
use super::fault::Fault;
use super::record::Call;
use super::request::Request;
use super::state::State;
use super::upstream::forward;
use crate::support::ports;

/// Ends the connection without an answer.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("cut")
    }
}

impl std::error::Error for Cut {}

/// Listens on a free port and gives it.
pub(super) async fn start(state: Arc<State>) -> u16 {
    let listener = loop {
        let address = (Ipv4Addr::LOCALHOST, ports::free());
        if let Ok(listener) = TcpListener::bind(address).await {
            break listener;
        }
    };
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&state)));
        }
    });
    port
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&state)));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error here is a cut connection: ours or the client's.
    let _ = connection.await;
}

/// A call that has arrived whole is carried through in a task of its own, even if its client is gone meanwhile.
async fn answer(
    request: hyper::Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    state.active.fetch_add(1, Ordering::SeqCst);
    let request = Arc::new(Request::new(parts, body));
    state.judge(&request);
    let carried = tokio::spawn(async move {
        let answer = handle(&request, &state).await;
        state.active.fetch_sub(1, Ordering::SeqCst);
        answer
    });
    let answer = carried.await.ok().flatten().ok_or(Cut)?;
    Ok(Response::from_parts(answer.parts, Full::new(answer.body)))
}

async fn handle(request: &Request, state: &State) -> Option<Answer> {
    let start = state.started.elapsed();
    let data_plane = request.about.data_plane;
    let (number, faults) = match data_plane {
        true => (state.recorded(true).len(), vec![]),
        false => state.plan.lock().unwrap().next(&request.about),
    };
    let (answer, touched) = match data_plane {
        true => {
            let mut touched = None;
            (pass(request, state, &mut touched).await, touched)
        }
        false => control(request, &faults, state).await,
    };
    let about = &request.about;
    let call = Call {
        number,
        service: about.service.clone(),
        operation: about.operation.clone(),
        resource: about.resource.clone(),
        write: about.is_write(),
        status: answer
            .as_ref()
            .map_or(0, |answer| answer.parts.status.as_u16()),
        sent: request.body.len(),
        start,
        end: state.started.elapsed(),
        touched,
    };
    state.keep(call, data_plane);
    answer
}

/// A control-plane call: the faults that come before, the emulator behind the rules, the faults that come after.
async fn control(
    request: &Request,
    faults: &[Fault],
    state: &State,
) -> (Option<Answer>, Option<String>) {
    let latency = *state.latency.lock().unwrap();
    tokio::time::sleep(latency).await;
    let mut touched = faults.first().map(|fault| format!("{fault:?}"));
    for fault in faults {
        if let Some(early) = effect::before(fault, request, state).await {
            return (early.answer, touched);
        }
    }
    let mut answer = pass(request, state, &mut touched).await;
    for fault in faults {
        answer = effect::after(fault, request, answer, state).await;
    }
    (answer, touched)
}

/// The emulator's answer, as the rules let it be. `touched` becomes the rule that refused.
async fn pass(request: &Request, state: &State, touched: &mut Option<String>) -> Option<Answer> {
    let rules = state.rules.lock().unwrap().clone();
    for rule in &rules {
        let refusal = match request.about.data_plane {
            true => rule.before_data(request, state),
            false => rule.before(request, state).await,
        };
        if refusal.is_some() {
            *touched = Some(format!("{rule:?}"));
            return refusal;
        }
    }
    let forwarded = forward(state.upstream.port, &request.parts, request.body.clone()).await;
    let mut answer = forwarded.ok()?;
    state.world.learn(request, &answer);
    state.fresh.learn(request, &answer);
    for rule in &rules {
        rule.after(request, &mut answer, state);
    }
    Some(answer)
}
