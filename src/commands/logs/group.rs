//! One log group, read page by page, again and again, without losing or repeating an event.

use super::line::Line;
use crate::engine::{Error, Runtime, retry};
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsOutput;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

const BETWEEN_PAGES: Duration = Duration::from_millis(200);

/// CloudWatch shows an event some time after its own time, and not in the order of the times: a
/// later look goes back this far behind the newest event of the look before.
const LATENESS_MS: i64 = 120_000;

pub(super) struct Group {
    source: &'static str,
    name: String,
    /// Where a look begins, in milliseconds since 1970.
    from: i64,
    /// The newest event of this look and the looks before.
    newest: Option<i64>,
    /// What was shown, by event id, with its time. Nothing older than `from` is kept.
    seen: HashMap<String, i64>,
    page: VecDeque<Line>,
    next: Next,
}

enum Next {
    First,
    Page(String),
    End,
}

impl Group {
    pub(crate) fn new(source: &'static str, name: String, from: i64) -> Self {
        Self {
            source,
            name,
            from,
            newest: None,
            seen: HashMap::new(),
            page: VecDeque::new(),
            next: Next::First,
        }
    }

    /// Begins another look, `now` being the time at which the one before began. While nothing
    /// comes, looks begin at the same place, however long they or their reader take.
    pub(crate) fn again(&mut self, now: i64) {
        if let Some(newest) = self.newest {
            self.from = self.from.max(newest.min(now) - LATENESS_MS);
        }
        self.seen.retain(|_, time| *time >= self.from);
        self.next = Next::First;
    }

    /// The time of the event that is next, after fetching it if need be; `None` at the end.
    ///
    /// # Errors
    /// The group cannot be read, or Ctrl-C.
    pub(crate) async fn peek(&mut self, runtime: &Runtime) -> Result<Option<i64>, Error> {
        while self.page.is_empty() {
            let token = match std::mem::replace(&mut self.next, Next::End) {
                Next::End => return Ok(None),
                Next::First => None,
                Next::Page(token) => {
                    // Empty pages come with tokens too: asked back to back they run into the
                    // rate limit.
                    super::pause(runtime, BETWEEN_PAGES).await?;
                    Some(token)
                }
            };
            if let Some(page) = page(runtime, &self.name, self.from, token).await? {
                self.take(page);
            }
        }
        Ok(self.page.front().map(|line| line.time))
    }

    pub(crate) fn pop(&mut self) -> Option<Line> {
        self.page.pop_front()
    }

    fn take(&mut self, page: FilterLogEventsOutput) {
        for event in page.events.unwrap_or_default() {
            let line = Line::new(self.source, event);
            self.newest = self.newest.max(Some(line.time));
            if self.seen.insert(line.id.clone(), line.time).is_none() {
                self.page.push_back(line);
            }
        }
        if let Some(token) = page.next_token {
            self.next = Next::Page(token);
        }
    }
}

/// One page of a log group's events; `None` where there is no such group.
async fn page(
    runtime: &Runtime,
    group: &str,
    since: i64,
    token: Option<String>,
) -> Result<Option<FilterLogEventsOutput>, Error> {
    // Each page has a budget of its own: --follow has no end.
    let cx = runtime.cx("log");
    let request = cx
        .logs
        .filter_log_events()
        .log_group_name(group)
        .start_time(since)
        .set_next_token(token);
    let ask = async || match cx.call("FilterLogEvents", request.clone().send()).await {
        Ok(page) => Ok(Some(page)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    };
    retry(&cx, ask).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;

    fn page(events: &[(&str, i64)]) -> FilterLogEventsOutput {
        let event = |(id, time): &(&str, i64)| {
            FilteredLogEvent::builder()
                .event_id(*id)
                .timestamp(*time)
                .build()
        };
        FilterLogEventsOutput::builder()
            .set_events(Some(events.iter().map(event).collect()))
            .build()
    }

    fn shown(group: &mut Group) -> Vec<String> {
        std::iter::from_fn(|| group.pop())
            .map(|line| line.id)
            .collect()
    }

    /// Before, a look went back 30 s from the time at which the last was printed.
    #[test]
    fn a_look_goes_on_from_the_newest_event_however_late_it_is() {
        let start = 1_000_000;
        let mut group = Group::new("function", "g".to_owned(), start);
        group.again(start + 600_000);
        assert_eq!(group.from, start, "nothing came yet");

        group.take(page(&[("a", start + 300_000)]));
        assert_eq!(shown(&mut group), ["a"]);
        group.again(start + 900_000);
        assert_eq!(group.from, start + 300_000 - LATENESS_MS);

        group.take(page(&[("late", start + 200_000), ("a", start + 300_000)]));
        assert_eq!(shown(&mut group), ["late"]);
    }

    #[test]
    fn a_clock_ahead_of_ours_hides_nothing() {
        let now = 1_000_000;
        let mut group = Group::new("function", "g".to_owned(), 0);
        group.take(page(&[("ahead", now + 3_600_000)]));
        group.again(now);
        assert_eq!(group.from, now - LATENESS_MS);
    }

    #[test]
    fn memory_holds_no_more_than_one_look_shows() {
        let mut group = Group::new("function", "g".to_owned(), 0);
        for second in 0..10_000 {
            group.take(page(&[(&second.to_string(), second * 1000)]));
            shown(&mut group);
            group.again(second * 1000);
        }
        assert!(group.seen.len() <= 122, "{}", group.seen.len());
    }
}
