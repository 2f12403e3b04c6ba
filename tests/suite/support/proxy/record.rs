//! The calls that were seen, and what can be read from their order.
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One call. Times count from the proxy's start.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// 0 for the first; data-plane requests are counted apart.
    pub number: usize,
    pub service: String,
    /// AWS's name; method and path where the proxy has none.
    pub operation: String,
    pub resource: String,
    pub write: bool,
    /// The status that the client saw; 0 when it got no answer.
    pub status: u16,
    /// The length of the request's body in bytes.
    pub sent: usize,
    pub start: Duration,
    pub end: Duration,
    /// The fault or rule that had a part in the answer.
    pub touched: Option<String>,
}

impl Call {
    /// `service:Operation`, as in an IAM action.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start.as_millis(), self.end.as_millis());
        write!(out, "{:>3} {start:>6}..{end:<6} ", self.number)?;
        write!(out, "{} {} {}", self.action(), self.resource, self.status)?;
        let touched = self.touched.as_deref().unwrap_or_default();
        write!(out, " {touched}")
    }
}

/// Calls in the order of their arrival. Its display is a table, a line a call, times in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub calls: Vec<Call>,
}

impl Record {
    pub(crate) fn len(&self) -> usize {
        self.calls.len()
    }

    /// The calls that change something.
    pub(crate) fn writes(&self) -> Vec<&Call> {
        self.calls.iter().filter(|call| call.write).collect()
    }

    /// The looks at a function: there are as many as it takes time to get ready.
    pub(crate) fn looks(&self) -> Vec<&Call> {
        self.of("GetFunctionConfiguration")
    }

    /// How many calls there are but the looks at the function: the same on any machine.
    pub(crate) fn but_looks(&self) -> usize {
        self.len() - self.looks().len()
    }

    /// The calls of one operation.
    pub(crate) fn of(&self, operation: &str) -> Vec<&Call> {
        let same = |call: &&Call| call.operation == operation;
        self.calls.iter().filter(same).collect()
    }

    /// How often each `service:Operation` was called.
    pub(crate) fn by_operation(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for call in &self.calls {
            *counts.entry(call.action()).or_default() += 1;
        }
        counts
    }

    /// How many round trips deep it is: the length of [`Record::longest_chain`].
    pub(crate) fn depth(&self) -> usize {
        self.longest_chain().len()
    }

    /// The longest sequence of calls in which each began after the one before had ended. Of overlapping calls only
    /// one can be part of it, so taking always the call that ends first finds it. Use with a latency well above the
    /// emulator's own time: what was merely late by a millisecond must not count as having waited.
    pub(crate) fn longest_chain(&self) -> Vec<&Call> {
        let mut by_end: Vec<_> = self.calls.iter().collect();
        by_end.sort_by_key(|call| call.end);
        let mut chain: Vec<&Call> = Vec::new();
        for call in by_end {
            if chain.last().is_none_or(|last| call.start >= last.end) {
                chain.push(call);
            }
        }
        chain
    }

    /// The time that the calls of the longest chain took together.
    pub(crate) fn chain_time(&self) -> Duration {
        let took = |call: &&Call| call.end.saturating_sub(call.start);
        self.longest_chain().iter().map(took).sum()
    }

    /// From the first call's start to the last one's end.
    pub(crate) fn wall(&self) -> Duration {
        let start = self.calls.iter().map(|call| call.start).min();
        let end = self.calls.iter().map(|call| call.end).max();
        end.unwrap_or_default()
            .saturating_sub(start.unwrap_or_default())
    }
}

impl fmt::Display for Record {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.calls
            .iter()
            .try_for_each(|call| writeln!(out, "{call}"))
    }
}
