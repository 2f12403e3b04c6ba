//! What a document says that a command answers, held to what it did answer.
use std::sync::LazyLock;

use regex::Regex;

use super::block::Block;

/// A command of a `console` block with the lines that follow it.
#[derive(Debug)]
pub(super) struct Transcript {
    pub command: String,
    lines: Vec<String>,
}

/// What differs from run to run, and what stands for it. The order counts: a UUID holds what looks like an id.
const VARYING: [(&str, &str); 9] = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", "TIME"),
    (r"127\.0\.0\.1:\d+", "LOCAL"),
    (r"\b[0-9a-f]{8}\b", "ID"),
    (r"\(\d+\.\d s\)", "(SECONDS)"),
    (r"succeeded in [0-9.e-]+s", "succeeded in SECONDS"),
    (r"ForkPoolWorker-\d+", "PROCESS"),
    (r"celery@\S+", "celery@HOST"),
    // The tests bring a handler of their own; way_in::carried sees the one on board told.
    (r"^handler  .*", "handler"),
];

impl Transcript {
    /// All of `block` that show an answer.
    pub(super) fn all(block: &Block) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        if block.language != "console" {
            return all;
        }
        for line in block.text.lines() {
            match (line.strip_prefix("$ "), all.last_mut()) {
                (Some(command), _) => all.push(Self {
                    command: command.to_owned(),
                    lines: Vec::new(),
                }),
                (None, Some(last)) if !line.is_empty() => last.lines.push(line.to_owned()),
                (None, _) => {}
            }
        }
        all.retain(|one| !one.lines.is_empty());
        all
    }

    /// The first line that `output` does not have, after those before it; documents may leave lines out.
    pub(super) fn missing(&self, output: &str) -> Option<&str> {
        let mut real = output.lines().map(plain);
        self.lines
            .iter()
            .find(|line| !real.any(|real| real == plain(line)))
            .map(String::as_str)
    }
}

/// A line without what varies.
fn plain(line: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let rules = VARYING.iter();
        rules
            .map(|(pattern, word)| (Regex::new(pattern).unwrap(), *word))
            .collect()
    });
    let begin = line.trim_end().to_owned();
    RULES.iter().fold(begin, |line, (pattern, word)| {
        pattern.replace_all(&line, *word).into_owned()
    })
}

#[test]
fn a_transcript_holds_as_long_as_only_ids_and_times_differ() {
    let text = "```console\n$ a\nGET  http://127.0.0.1:1/x\ndone (0.8 s): 15 created\n$ b\n```\n";
    let all: Vec<Transcript> = Block::all(text).iter().flat_map(Transcript::all).collect();
    let [one] = &all[..] else {
        panic!("{all:?}");
    };
    let said = |text: &str| one.missing(text);
    assert_eq!(
        said("GET  http://127.0.0.1:2/x\nmore\ndone (1.1 s): 15 created\n"),
        None
    );
    assert_eq!(
        said("GET  http://127.0.0.1:2/x\ndone (1.1 s): 16 created\n"),
        Some("done (0.8 s): 15 created")
    );
    // In its order.
    assert_eq!(
        said("done (1.1 s): 15 created\nGET  http://127.0.0.1:2/x\n"),
        Some("done (0.8 s): 15 created")
    );
}
