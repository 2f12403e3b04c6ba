//! A resource path as API Gateway's CreateResource accepts it, part by part.

use std::collections::BTreeSet;

/// A path that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As it is written.
    pub(super) text: String,
    /// The parts: `tasks`, `{task}`, `{rest+}`. The root has none.
    pub(super) parts: Vec<String>,
}

impl Path {
    /// Takes a path apart, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err("it has to begin with `/`".to_owned());
        };
        if text.len() > 1024 {
            return Err("allowed: at most 1024 characters".to_owned());
        }
        let parts = rest.split('/').map(str::to_owned);
        let path = Self {
            text: text.to_owned(),
            parts: parts.filter(|_| !rest.is_empty()).collect(),
        };
        for part in &path.parts {
            check_part(part)?;
        }
        path.check_greedy()?;
        path.check_names()?;
        Ok(path)
    }

    /// The names of the variables, without braces and plus.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| variable(part))
    }

    fn check_greedy(&self) -> Result<(), String> {
        let mut inner = self.parts.iter().rev().skip(1);
        match inner.find(|part| part.ends_with("+}")) {
            Some(part) => Err(format!(
                "`{part}` takes all that follows, so it has to be last"
            )),
            None => Ok(()),
        }
    }

    fn check_names(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        match self.variables().find(|name| !seen.insert(*name)) {
            Some(name) => Err(format!("the variable `{{{name}}}` is there twice")),
            None => Ok(()),
        }
    }
}

/// The name in `{name}` or `{name+}`.
pub(super) fn variable(part: &str) -> Option<&str> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').unwrap_or(name))
}

fn check_part(part: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let (good, allowed) = match variable(part) {
        Some(name) => (
            !name.is_empty() && name.chars().all(word),
            "letters, digits and `. _ -` in the braces, and perhaps a last `+`",
        ),
        None => (
            part.chars().all(|c| word(c) || c == ':'),
            "letters, digits and `. _ - :`, or a variable in braces",
        ),
    };
    match part {
        "" => Err("a part between two slashes, or behind the last, is empty".to_owned()),
        "." | ".." => Err(format!(
            "the part `{part}` is refused: clients resolve it before they send a request"
        )),
        _ if !good => Err(format!("the part `{part}` is refused; allowed: {allowed}")),
        _ => Ok(()),
    }
}
