//! Free ports for servers that cannot be told to choose one themselves.
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below 32768, where Linux begins to choose client ports: above it a client of ours could hold the very port.
const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;
/// Far apart for processes with neighbouring ids, so that two test runs seldom try the same port.
const STRIDE: u32 = 61;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A port of the loopback interface that was free just now. Another process may still be faster: whoever starts a
/// server on it has to make sure that it is its own server that answers, or else try the next port.
pub(crate) fn free() -> u16 {
    let start = std::process::id().wrapping_mul(STRIDE);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(FIRST + start.wrapping_add(step) % COUNT).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free between {FIRST} and {}", FIRST + COUNT);
}
