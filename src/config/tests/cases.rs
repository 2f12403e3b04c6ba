//! Reads `cases.txt`. Also a module of the suite, which holds the JSON Schema to the same files.

const CASES: &str = include_str!("cases.txt");

/// A file and what is reported about it.
pub(super) struct Case {
    pub text: String,
    /// Of one that is fine.
    pub name: String,
    /// One for each problem.
    pub messages: Vec<String>,
}

/// All of them, in their order.
pub(super) fn cases() -> Vec<Case> {
    let (mut cases, mut text) = (Vec::<Case>::new(), String::new());
    for line in CASES.lines().filter(|line| !line.starts_with("# ")) {
        let verdict = ["--- ", "+++ "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        let Some(verdict) = verdict else {
            text += &(expand(line) + "\n");
            continue;
        };
        if !text.trim().is_empty() {
            let case = Case {
                text: complete(&std::mem::take(&mut text)),
                name: String::new(),
                messages: Vec::new(),
            };
            cases.push(case);
        }
        let case = cases.last_mut().expect("a file before its verdict");
        match line.starts_with("+++") {
            true => case.name = verdict.to_owned(),
            false => case.messages.push(expand(verdict)),
        }
    }
    cases
}

/// `<<3 a#>>` is `a0a1a2`, and `\n` in it ends a line.
fn expand(line: &str) -> String {
    let Some((before, (repeated, after))) = line
        .split_once("<<")
        .and_then(|(before, rest)| Some((before, rest.split_once(">>")?)))
    else {
        return line.to_owned();
    };
    let (count, what) = repeated.split_once(' ').expect("a count");
    let what = what.replace("\\n", "\n");
    let times = 0..count.parse().expect("a count");
    let middle: String = times
        .map(|n: usize| what.replace('#', &n.to_string()))
        .collect();
    format!("{before}{middle}{after}")
}

fn complete(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let app = "[app]\nname = \"shop\"\n";
    let route = "[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n";
    match (text.contains("[app]"), text.contains("[[route]]")) {
        (true, _) => text.to_owned(),
        (false, true) => format!("{app}{text}"),
        (false, false) => format!("{app}{route}{text}"),
    }
}
