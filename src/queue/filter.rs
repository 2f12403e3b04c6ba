//! Which dead letters are meant.

use super::Received;
use std::time::Duration;

/// Which dead letters are meant: those that fit everything that is set.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// The task's name.
    pub task: Option<String>,
    /// The task's id, or SQS's id of the message.
    pub id: Option<String>,
    /// By the time at which SQS took the message.
    pub older_than: Option<Duration>,
}

impl Filter {
    /// True where every message is meant.
    pub(crate) fn is_all(&self) -> bool {
        self.task.is_none() && self.id.is_none() && self.older_than.is_none()
    }

    pub(super) fn fits(&self, message: &Received) -> bool {
        let task = message.task();
        let (name, id) = match &task {
            Some(task) => (Some(task.name.as_str()), Some(task.id.as_str())),
            None => (None, None),
        };
        let is_named = |wanted: &String| name == Some(wanted.as_str());
        let is_it = |wanted: &String| id == Some(wanted.as_str()) || message.id == *wanted;
        self.task.as_ref().is_none_or(is_named)
            && self.id.as_ref().is_none_or(is_it)
            && self.older_than.is_none_or(|age| message.age() >= age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_set_has_to_fit() {
        let body = r#"{"body": "", "headers": {"task": "tasks.add", "id": "1"}}"#;
        let message = Received::of_tests("m", body, 1);
        let filter = |task: Option<&str>, id: Option<&str>, older_than| Filter {
            task: task.map(str::to_owned),
            id: id.map(str::to_owned),
            older_than,
        };
        let day = Some(Duration::from_secs(86_400));
        assert!(Filter::default().is_all() && Filter::default().fits(&message));
        assert!(filter(Some("tasks.add"), Some("1"), day).fits(&message));
        assert!(filter(None, Some("m"), None).fits(&message));
        assert!(!filter(Some("tasks.sub"), Some("1"), None).fits(&message));
        assert!(!filter(Some("tasks.add"), Some("2"), None).fits(&message));
        let ages = Some(Duration::from_secs(u64::from(u32::MAX)));
        assert!(!filter(None, None, ages).fits(&message));
        let foreign = Received::of_tests("m", "hello", 1);
        assert!(!filter(Some("tasks.add"), None, None).fits(&foreign));
    }
}
