//! Tasks looked at and left where they are.

use super::{StageQueue, counted, what};
use crate::commands::Failure;
use crate::output::{elapsed, table};
use crate::queue::{Look, Received, Task, look, states};
use serde::Serialize;

/// The most characters of arguments or of a foreign body in a document.
const LONGEST: usize = 1000;

/// The same in a row for people.
const SHORT: usize = 40;

/// What `queue peek --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The queue that was looked at.
    queue: &'a str,
    /// Receives of a task before it is a dead letter; null where it never is.
    max_receives: Option<u32>,
    /// The look ended before all that was asked for was seen: another receive could be a task's last.
    stopped: bool,
    /// Why the tasks' states are not known; null where they are, and where no results are kept.
    states_unknown: Option<String>,
    messages: Vec<Seen>,
}

/// One message.
#[derive(Serialize)]
struct Seen {
    /// SQS's id of the message.
    message_id: String,
    /// The task's name; null for a message that is not Celery's.
    task: Option<String>,
    /// The task's id; null for a message that is not Celery's.
    id: Option<String>,
    /// Celery's word for what is stored of the task, `PENDING` where nothing is; null where that is not known.
    state: Option<String>,
    /// The text of a JSON array, cut after 1,000 characters.
    args: Option<String>,
    /// The text of a JSON object, cut after 1,000 characters.
    kwargs: Option<String>,
    /// The beginning of a message that is not Celery's; null for a task.
    body: Option<String>,
    group: String,
    /// Whole seconds since SQS took it.
    age_seconds: u64,
    /// How often it was received, this look included.
    receives: u32,
    /// Receives that are left until it is a dead letter; null where it never is.
    receives_left: Option<u32>,
}

impl StageQueue {
    pub(super) async fn peek(&self, dead: bool, count: usize, anyway: bool) -> Result<(), Failure> {
        let end = self.end(dead);
        let most = end.state.max_receives();
        if let Some(1) = most.filter(|_| !anyway) {
            return Err(Failure::failed(format!(
                "queue {}: with max_receives 1 every look takes a task's only receive: the next worker that asks would \
                 not get it, and it would be a dead letter without having run\n  help: --anyway looks all the same; \
                 `[queue] max_receives` of 3 or more leaves room for looks",
                end.name
            )));
        }
        let limit = most.filter(|_| !anyway);
        let seen = look(
            &self.cx,
            &end.state.url,
            count,
            limit,
            &self.session.runtime.cancel,
        )
        .await;
        let seen =
            seen.map_err(|error| self.failed(end, "its messages could not be looked at", &error))?;
        let mut messages: Vec<Seen> = seen
            .messages
            .iter()
            .map(|one| Seen::of(one, most))
            .collect();
        let states_unknown = match self.session.settings.results {
            Some(_) => self.add_states(&mut messages).await,
            None => None,
        };
        let report = Report {
            queue: &end.name,
            max_receives: most,
            stopped: seen.stopped,
            states_unknown,
            messages,
        };
        let text = self.seen_text(&report, &seen, dead);
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// Asks the table of results what became of the tasks so far; why that cannot be said.
    async fn add_states(&self, messages: &mut [Seen]) -> Option<String> {
        let table = self.session.names().results_table();
        let ids = messages.iter().filter_map(|one| one.id.as_deref());
        match states(&self.cx, &table, ids).await {
            Ok(states) => {
                for one in messages {
                    let id = one.id.as_ref();
                    one.state = id.and_then(|id| states.get(id)).cloned();
                }
                None
            }
            Err(error) if error.is_denied() => Some(format!(
                "the credentials lack dynamodb:BatchGetItem; `gatewayq policy operator{}` prints a policy that has it",
                self.session.flags
            )),
            Err(error) if error.is_not_found() => Some(format!(
                "there is no table {table} yet; gatewayq deploy{} makes it",
                self.session.flags
            )),
            Err(error) => Some(format!("DynamoDB does not say: {error}")),
        }
    }

    fn seen_text(&self, report: &Report, seen: &Look, dead: bool) -> String {
        let what = what(dead);
        if report.messages.is_empty() {
            let end = self.end(dead);
            return match end.all() {
                0 => format!("{} has no {what}s", end.name),
                _ => format!(
                    "no {what} can be seen now: {} in flight, {} delayed",
                    end.in_flight(),
                    end.delayed()
                ),
            };
        }
        let title = ["TASK", "ID", "ARGUMENTS", "GROUP", "AGE", "RECEIVES"].map(str::to_owned);
        let rows = report
            .messages
            .iter()
            .map(|one| one.row(report.max_receives));
        let mut rows: Vec<_> = std::iter::once(title.to_vec()).chain(rows).collect();
        if self.session.settings.results.is_some() && report.states_unknown.is_none() {
            let states = report.messages.iter().map(Seen::state_text);
            let states = std::iter::once("STATE".to_owned()).chain(states);
            for (row, state) in rows.iter_mut().zip(states) {
                row.push(state);
            }
        }
        let mut text = table(&rows);
        let shown = counted(report.messages.len() as u64, what);
        text += &format!(
            "\n{shown} of about {}",
            self.end(dead).all().max(report.messages.len() as u64)
        );
        if let Some(most) = report.max_receives {
            text += &format!(
                ". This look counted as a receive of each; after {most} a task is a dead letter"
            );
        }
        if report.stopped {
            text += "\nThe look ended here: one more could be the last receive of a task (--anyway goes on)";
        }
        if let Some(why) = &report.states_unknown {
            text += &format!("\nThe tasks' states are unknown: {why}");
        }
        if seen.held > 0 {
            text += &format!(
                "\n{} could not be given back, and come back by themselves within 10 s",
                seen.held
            );
        }
        text
    }
}

impl Seen {
    fn of(message: &Received, most: Option<u32>) -> Self {
        let task = message.task();
        let body = task.is_none().then(|| cut(&message.body, LONGEST));
        let part = |of: fn(&Task) -> &str| task.as_ref().map(|task| cut(of(task), LONGEST));
        Self {
            message_id: message.id.clone(),
            task: part(|task| &task.name),
            id: part(|task| &task.id),
            state: None,
            args: part(|task| &task.args),
            kwargs: part(|task| &task.kwargs),
            body,
            group: message.group.clone(),
            age_seconds: message.age().as_secs(),
            receives: message.receives,
            receives_left: most.map(|most| most.saturating_sub(message.receives)),
        }
    }

    fn state_text(&self) -> String {
        let state = self.state.as_deref();
        state.map_or_else(|| "-".to_owned(), |state| cut(&one_line(state), 40))
    }

    /// A row of the table, all of it on one line and harmless: what is in a message others wrote.
    fn row(&self, most: Option<u32>) -> Vec<String> {
        let plain = |text: &str, length| cut(&one_line(text), length);
        let receives = match (most, self.receives_left) {
            (Some(most), Some(left)) => format!("{} of {most}, {left} left", self.receives),
            _ => self.receives.to_string(),
        };
        let arguments = match (&self.args, &self.kwargs, &self.body) {
            (Some(args), Some(kwargs), _) if kwargs == "{}" => plain(args, SHORT),
            (Some(args), Some(kwargs), _) => {
                format!("{} {}", plain(args, SHORT), plain(kwargs, SHORT))
            }
            (_, _, body) => plain(body.as_deref().unwrap_or_default(), SHORT),
        };
        vec![
            self.task
                .as_deref()
                .map_or_else(|| "(not Celery's)".to_owned(), |task| plain(task, 60)),
            plain(self.id.as_ref().unwrap_or(&self.message_id), 128),
            arguments,
            plain(&self.group, 128),
            elapsed(std::time::Duration::from_secs(self.age_seconds)),
            receives,
        ]
    }
}

/// The first `length` characters.
fn cut(text: &str, length: usize) -> String {
    let mut short: String = text.chars().take(length).collect();
    if text.chars().nth(length).is_some() {
        short.push('…');
    }
    short
}

/// Without line ends and tabs, which would tear the table; other controls are made harmless, terminal or not.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    crate::output::harmless(&spaced).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_on_its_line_and_is_obeyed_by_no_terminal() {
        assert_eq!(one_line("a\nb\t\u{1b}[2J\u{202e}"), "a b ␛[2J\u{fffd}");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("täglich", 2), "tä…");
        assert_eq!(cut("täglich", 7), "täglich");
    }
}
