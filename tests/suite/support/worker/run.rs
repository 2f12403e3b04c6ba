//! What a worker's record says.
use serde_json::Value;

/// One task that has ended. Times are seconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct TaskRun {
    pub id: String,
    pub name: String,
    pub args: Value,
    pub kwargs: Value,
    pub result: Value,
    pub start: f64,
    pub end: f64,
}

impl TaskRun {
    /// Reads a line of the record.
    pub(super) fn parse(line: &Value) -> Self {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            name: text("name"),
            args: line["args"].clone(),
            kwargs: line["kwargs"].clone(),
            result: line["result"].clone(),
            start: line["start"].as_f64().unwrap_or_default(),
            end: line["end"].as_f64().unwrap_or_default(),
        }
    }
}

/// The largest number of tasks that ran at one moment.
pub(crate) fn most_at_once(runs: &[TaskRun]) -> usize {
    let running = |moment: f64| {
        runs.iter()
            .filter(|run| run.start <= moment && moment < run.end)
            .count()
    };
    runs.iter()
        .map(|run| running(run.start))
        .max()
        .unwrap_or_default()
}
