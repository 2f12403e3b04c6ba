//! Planned faults.
use std::time::Duration;

use super::classify::About;

/// When a fault comes to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// At the control-plane call with this number (0 is the first), once.
    Call(usize),
    /// At the call with this number among those that change something, once.
    Write(usize),
    /// At the call with this number among those of an operation, once: `Operation("CreateRole", 0)`.
    Operation(&'static str, usize),
    /// At each control-plane call.
    Always,
}

/// What happens then. "Before" means that the emulator never sees the call, "After" that it did what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call takes this much longer.
    Delay(Duration),
    /// Throttled, in the service's own form.
    Throttle,
    /// This status from 500 to 599, the call not forwarded.
    Fails(u16),
    /// The same after the call was forwarded: it worked, and says that it did not.
    FailsAfter(u16),
    /// The connection ends before the call is forwarded.
    CutBefore,
    /// The connection ends after the call was forwarded: a lost answer.
    CutAfter,
    /// The process of [`super::Proxy::aim`] gets SIGKILL before the call is forwarded.
    KillBefore,
    /// The process of [`super::Proxy::aim`] gets SIGKILL after the call was forwarded, and no answer.
    KillAfter,
}

/// Faults all over a run, of one kind after another. What is tried again after one has had its own: a run that gets over
/// each of them ends.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// The number of the first control-plane call that has one.
    pub first: usize,
    /// Calls from one fault to the next.
    pub apart: usize,
    pub kinds: Vec<Fault>,
}

/// The faults that are planned, with the counts that tell when their time has come.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    planned: Vec<(When, Fault)>,
    spread: Option<Spread>,
    /// Operation and resource of each call that had one of the spread.
    met: Vec<(String, String)>,
    calls: usize,
    writes: usize,
    /// The operation of each call so far.
    seen: Vec<String>,
}

impl Plan {
    pub(crate) fn add(&mut self, when: When, fault: Fault) {
        self.planned.push((when, fault));
    }

    pub(crate) fn spread(&mut self, spread: Spread) {
        self.spread = Some(spread);
    }

    /// The faults that have not come to pass; those for each call count as long as they stand.
    pub(crate) fn left(&self) -> usize {
        self.planned.len()
    }

    /// Counts a control-plane call; gives its number and its faults, in the order in which they were planned.
    pub(crate) fn next(&mut self, about: &About) -> (usize, Vec<Fault>) {
        let number = self.calls;
        let earlier = self
            .seen
            .iter()
            .filter(|name| **name == about.operation)
            .count();
        self.calls += 1;
        self.seen.push(about.operation.clone());
        let write = about.is_write().then_some(self.writes);
        self.writes += usize::from(about.is_write());
        let due = |when: &When| match when {
            When::Call(at) => *at == number,
            When::Write(at) => Some(*at) == write,
            When::Operation(name, at) => *name == about.operation && *at == earlier,
            When::Always => true,
        };
        let faults = self.planned.iter().filter(|(when, _)| due(when));
        let mut faults: Vec<_> = faults.map(|(_, fault)| fault.clone()).collect();
        faults.extend(self.of_spread(number, about));
        let lasting = |when: &When| matches!(when, When::Always);
        self.planned.retain(|(when, _)| lasting(when) || !due(when));
        (number, faults)
    }

    fn of_spread(&mut self, number: usize, about: &About) -> Option<Fault> {
        let spread = self.spread.as_ref()?;
        let place = number.checked_sub(spread.first)?;
        let call = (about.operation.clone(), about.resource.clone());
        if !place.is_multiple_of(spread.apart) || self.met.contains(&call) {
            return None;
        }
        let kind = &spread.kinds[self.met.len() % spread.kinds.len()];
        self.met.push(call);
        Some(kind.clone())
    }
}
