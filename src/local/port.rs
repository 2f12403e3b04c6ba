//! The port that the local AWS listens on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use camino::Utf8Path;

use super::error::Error;

/// Above 32767 a client's own port could be the same one (`ip_local_port_range` on Linux).
const ALLOWED: std::ops::RangeInclusive<u16> = 1024..=32767;
const CHOSEN_FROM: u16 = 20_000;
const CHOICES: u16 = 12_000;
/// Ports tried before giving up.
const TRIES: u16 = 100;

/// The value of `GATEWAYQ_LOCAL_PORT`, if it is set.
///
/// # Errors
/// [`Error::BadPort`] outside 1024 to 32767.
pub(super) fn from_environment() -> Result<Option<u16>, Error> {
    let value = std::env::var_os("GATEWAYQ_LOCAL_PORT").unwrap_or_default();
    parse(&value.to_string_lossy())
}

fn parse(value: &str) -> Result<Option<u16>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    let port = value.parse().ok().filter(|port| ALLOWED.contains(port));
    port.map(Some).ok_or_else(|| Error::BadPort {
        value: value.to_owned(),
    })
}

/// Ports to try in turn: the last one, then some that the project's path leads to, so that two
/// projects seldom meet and one that was reset comes back to its own.
pub(super) fn candidates(project: &Utf8Path, last: Option<u16>) -> impl Iterator<Item = u16> {
    let mut hasher = DefaultHasher::new();
    project.hash(&mut hasher);
    let first = (hasher.finish() % u64::from(CHOICES)) as u16;
    let chosen = (0..TRIES).map(move |step| CHOSEN_FROM + (first + step * 7) % CHOICES);
    last.into_iter().chain(chosen)
}

/// Whether a server could listen there.
///
/// Binding tells it on Linux. On macOS one may bind loopback beside a server on all addresses,
/// which is why somebody answering counts as well.
pub(super) fn is_free(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() {
        return false;
    }
    TcpListener::bind(address).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_checked() {
        assert_eq!(parse("").unwrap(), None);
        assert_eq!(parse("4566").unwrap(), Some(4566));
        for wrong in ["80", "32768", "70000", "-1", "http"] {
            let told = parse(wrong).unwrap_err().to_string();
            assert!(
                told.contains(wrong) && told.contains("1024 to 32767"),
                "{told}"
            );
        }
    }

    #[test]
    fn the_last_port_comes_first_and_all_are_allowed() {
        let ports: Vec<u16> = candidates("/a/project".into(), Some(4567)).collect();
        assert_eq!(ports[0], 4567);
        assert!(ports.iter().all(|port| ALLOWED.contains(port)));
        let again: Vec<u16> = candidates("/a/project".into(), None).collect();
        assert_eq!(ports[1..], again);
        assert_ne!(
            again,
            candidates("/another".into(), None).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_port_with_a_server_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}
