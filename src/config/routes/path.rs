//! A resource path as API Gateway's CreateResource accepts it, part by part.

/// A path that was taken apart. The root has no parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// The parts as they are written: `tasks`, `{task}`, `{rest+}`.
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
        if rest.is_empty() {
            return Ok(Self { parts: Vec::new() });
        }
        let parts: Vec<String> = rest.split('/').map(str::to_owned).collect();
        for part in &parts {
            check_part(part)?;
        }
        let path = Self { parts };
        path.check_greedy()?;
        path.check_names()?;
        Ok(path)
    }

    /// The names of the variables, without braces and plus.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| variable(part))
    }

    /// Whether a part is exactly this.
    pub(super) fn has_part(&self, part: &str) -> bool {
        self.parts.iter().any(|own| own == part)
    }

    fn check_greedy(&self) -> Result<(), String> {
        let inner = self.parts.iter().rev().skip(1);
        match inner.into_iter().find(|part| part.ends_with("+}")) {
            Some(part) => Err(format!(
                "`{part}` takes all that follows, so it has to be last"
            )),
            None => Ok(()),
        }
    }

    fn check_names(&self) -> Result<(), String> {
        let names: Vec<&str> = self.variables().collect();
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                return Err(format!("the variable `{{{name}}}` is there twice"));
            }
        }
        Ok(())
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
            !part.is_empty() && part.chars().all(|c| word(c) || c == ':'),
            "letters, digits and `. _ - :`, or a variable in braces",
        ),
    };
    if good {
        return Ok(());
    }
    if part.is_empty() {
        return Err("a part between two slashes, or behind the last, is empty".to_owned());
    }
    Err(format!("the part `{part}` is refused; allowed: {allowed}"))
}
