//! One command's figures, taken round by round.
use std::process::Command;
use std::time::Duration;

use super::usage;
use crate::support::proxy::{Proxy, Record};

/// From the emulator itself to as far as AWS is from a laptop.
pub(super) const DISTANCES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(50)];

/// What a command is made of, and what it took.
#[derive(Default)]
pub(super) struct Figures {
    /// The calls of the last round.
    pub record: Record,
    /// Seconds from start to end, by distance, a value a round.
    pub wall: [Vec<f64>; 2],
    /// Seconds of processor time.
    pub cpu: Vec<f64>,
    /// Peak memory in MB.
    pub memory: Vec<f64>,
}

impl Figures {
    /// Runs the command once, with the proxy as far away as that.
    #[track_caller]
    pub(super) fn take(&mut self, proxy: &Proxy, distance: usize, command: &Command) {
        proxy.reset();
        proxy.latency(DISTANCES[distance]);
        let used = usage::of(command);
        proxy.latency(Duration::ZERO);
        self.record = proxy.record();
        self.wall[distance].push(used.wall);
        self.cpu.push(used.cpu);
        self.memory.push(used.memory);
    }

    /// Bytes of all requests' bodies.
    pub(super) fn sent(&self) -> usize {
        self.record.calls.iter().map(|call| call.sent).sum()
    }

    /// `calls | writes | deep`, as cells of a table.
    pub(super) fn counts(&self) -> String {
        let record = &self.record;
        format!(
            "{} | {} | {}",
            record.len(),
            record.writes().len(),
            record.depth()
        )
    }
}

/// The middle one.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The middle one, with the least and the most.
pub(super) fn spread(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{:.2} ({least:.2}–{most:.2})", median(values))
}
