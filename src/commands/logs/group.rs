//! One log group, read page by page, again and again, without losing or repeating an event.

use super::line::Line;
use crate::engine::{Error, Runtime, retry};
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsOutput;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

const BETWEEN_PAGES: Duration = Duration::from_millis(200);

/// CloudWatch shows an event some time after its own time, and not in the order of the times: a
/// look goes back this far behind the newest event of the looks before.
const LATENESS_MS: i64 = 120_000;

/// Now and then one comes later still. To look for those each time would be to read much again and
/// again, so a look goes back this far only every [`FAR_LOOKS_MS`].
const FAR_LATENESS_MS: i64 = 900_000;

const FAR_LOOKS_MS: i64 = 60_000;

/// The most events that are remembered, some 10 MB: where more come within [`FAR_LATENESS_MS`],
/// looks go back no further than what is remembered, so that no event is shown twice.
const REMEMBERED: usize = 50_000;

pub(super) struct Group {
    source: &'static str,
    name: String,
    /// Before this no look begins, in milliseconds since 1970: what is older was not asked for, or
    /// is not remembered any more.
    floor: i64,
    /// Where this look begins.
    from: i64,
    /// When a look last went back far.
    far_look: i64,
    /// The newest event of this look and the looks before.
    newest: Option<i64>,
    /// What was shown, by time and event id.
    seen: BTreeSet<(i64, String)>,
    page: VecDeque<Line>,
    next: Next,
    /// A filter pattern of CloudWatch that every event has to fit.
    pattern: Option<String>,
    /// There is no log group of this name.
    missing: bool,
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
            floor: from,
            from,
            far_look: 0,
            newest: None,
            seen: BTreeSet::new(),
            page: VecDeque::new(),
            next: Next::First,
            pattern: None,
            missing: false,
        }
    }

    /// The same for the events that fit a filter pattern of CloudWatch.
    pub(crate) fn fitting(mut self, pattern: Option<&str>) -> Self {
        self.pattern = pattern.map(str::to_owned);
        self
    }

    pub(crate) fn source(&self) -> &'static str {
        self.source
    }

    /// True where the last look found no log group.
    pub(crate) fn is_missing(&self) -> bool {
        self.missing
    }

    /// Begins another look, `now` being the time at which the one before began. While nothing
    /// comes, looks begin at the same place, however long they or their reader take.
    pub(crate) fn again(&mut self, now: i64) {
        if let Some(newest) = self.newest {
            // An event with a time to come hides none.
            let newest = newest.min(now);
            let far = now - self.far_look >= FAR_LOOKS_MS;
            self.forget(newest - FAR_LATENESS_MS);
            let lateness = if far { FAR_LATENESS_MS } else { LATENESS_MS };
            self.from = self.floor.max(newest - lateness);
            if far {
                self.far_look = now;
            }
        }
        self.next = Next::First;
    }

    /// Forgets what is older, and no look goes there any more.
    fn forget(&mut self, older: i64) {
        self.floor = self.floor.max(older);
        self.seen = self.seen.split_off(&(self.floor, String::new()));
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
            let page = self.fetch(runtime, token).await?;
            self.missing = page.is_none();
            if let Some(page) = page {
                self.take(page);
            }
        }
        Ok(self.page.front().map(|line| line.time))
    }

    pub(crate) fn pop(&mut self) -> Option<Line> {
        self.page.pop_front()
    }

    /// One page of the group's events; `None` where there is no such group.
    async fn fetch(
        &self,
        runtime: &Runtime,
        token: Option<String>,
    ) -> Result<Option<FilterLogEventsOutput>, Error> {
        // Each page has a budget of its own: --follow has no end.
        let cx = runtime.cx("log");
        let request = cx
            .logs
            .filter_log_events()
            .log_group_name(&self.name)
            .start_time(self.from)
            .set_filter_pattern(self.pattern.clone())
            .set_next_token(token);
        let ask = async || match cx.call("FilterLogEvents", request.clone().send()).await {
            Ok(page) => Ok(Some(page)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        };
        retry(&cx, ask).await
    }

    fn take(&mut self, page: FilterLogEventsOutput) {
        for event in page.events.unwrap_or_default() {
            let line = Line::new(self.source, event);
            self.newest = self.newest.max(Some(line.time));
            if self.seen.insert((line.time, line.id.clone())) {
                self.page.push_back(line);
            }
        }
        while self.seen.len() > REMEMBERED
            && let Some((time, _)) = self.seen.pop_first()
        {
            self.floor = self.floor.max(time.saturating_add(1));
        }
        if let Some(token) = page.next_token {
            self.next = Next::Page(token);
        }
    }
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

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_look_goes_on_from_the_newest_event_however_late_it_is() {
        let start = 100 * HOUR;
        let mut group = Group::new("function", "g".to_owned(), start);
        group.again(start + 600_000);
        assert_eq!(group.from, start, "nothing came yet");

        group.take(page(&[("a", start + 300_000)]));
        assert_eq!(shown(&mut group), ["a"]);
        group.again(start + 900_000);
        assert_eq!(
            group.from, start,
            "far back, but not before what was asked for"
        );
        group.again(start + 902_000);
        assert_eq!(group.from, start + 300_000 - LATENESS_MS);

        group.take(page(&[("late", start + 200_000), ("a", start + 300_000)]));
        assert_eq!(shown(&mut group), ["late"]);
    }

    /// Within a minute of its coming an event is shown, once, that is 14 minutes late.
    #[test]
    fn an_event_that_comes_very_late_is_shown() {
        let start = 100 * HOUR;
        let mut group = Group::new("function", "g".to_owned(), start);
        let mut told = Vec::new();
        for second in (0..2 * HOUR / 1000).step_by(2) {
            let now = start + second * 1000;
            let mut events = vec![(format!("at {second}"), now)];
            if second >= 3000 {
                events.push(("late".to_owned(), start + 2_160_000));
            }
            let shown_by_aws = events.iter().filter(|(_, time)| *time >= group.from);
            let events: Vec<(&str, i64)> = shown_by_aws
                .map(|(id, time)| (id.as_str(), *time))
                .collect();
            group.take(page(&events));
            told.extend(shown(&mut group).into_iter().map(|id| (id, second)));
            group.again(now);
        }
        let late: Vec<i64> = told
            .iter()
            .filter(|(id, _)| id == "late")
            .map(|(_, second)| *second)
            .collect();
        assert!(matches!(late[..], [3000..=3062]), "{late:?}");
        assert_eq!(told.len(), 3601);
    }

    #[test]
    fn a_clock_ahead_of_ours_hides_nothing() {
        let now = 100 * HOUR;
        let mut group = Group::new("function", "g".to_owned(), 0);
        group.take(page(&[("ahead", now + HOUR)]));
        group.again(now);
        assert_eq!(group.from, now - FAR_LATENESS_MS);
        group.again(now + 2000);
        assert_eq!(group.from, now + 2000 - LATENESS_MS);
    }

    #[test]
    fn memory_holds_no_more_than_one_far_look_shows() {
        let mut group = Group::new("function", "g".to_owned(), 0);
        for second in 0..10_000 {
            group.take(page(&[(&second.to_string(), second * 1000)]));
            shown(&mut group);
            group.again(second * 1000);
        }
        assert!(group.seen.len() <= 902, "{}", group.seen.len());
    }

    /// More than can be remembered: then looks go back less far, and nothing is shown twice.
    #[test]
    fn memory_is_bounded_however_much_comes() {
        let mut group = Group::new("function", "g".to_owned(), 0);
        let ids: Vec<String> = (0..REMEMBERED + 5000).map(|id| id.to_string()).collect();
        for (chunk, ids) in ids.chunks(1000).enumerate() {
            let time = i64::try_from(chunk).unwrap();
            let events: Vec<(&str, i64)> = ids.iter().map(|id| (id.as_str(), time)).collect();
            group.take(page(&events));
            assert_eq!(shown(&mut group).len(), 1000);
        }
        assert_eq!(group.seen.len(), REMEMBERED);
        group.again(100_000_000);
        assert_eq!(group.from, 5);
    }
}
