//! The code blocks of a Markdown document.

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    /// `sh`, `console`, `toml`; empty where the fence says nothing.
    pub language: String,
    /// What the fence says behind the language.
    pub file: String,
    pub text: String,
}

impl Block {
    /// All blocks of `markdown`, in order.
    pub(super) fn all(markdown: &str) -> Vec<Self> {
        let mut blocks = Vec::new();
        let mut open: Option<Self> = None;
        for line in markdown.lines() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(fence), None) => {
                    let (language, file) =
                        fence.trim().split_once(' ').unwrap_or((fence.trim(), ""));
                    open = Some(Self {
                        language: language.to_owned(),
                        file: file.to_owned(),
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "a block has no end");
        blocks
    }

    /// The command lines of it, one for each line and each part between `&&`: all of a `sh` block, and what follows a
    /// prompt in a `console` block.
    pub(super) fn commands(&self) -> Vec<String> {
        let joined = self.text.replace("\\\n", " ");
        let lines = joined
            .lines()
            .filter_map(|line| match self.language.as_str() {
                "sh" => Some(line),
                "console" => line.strip_prefix("$ "),
                _ => None,
            });
        let bare = lines.map(|line| line.split(" # ").next().unwrap().trim());
        let parts = bare.filter(|line| !line.is_empty() && !line.starts_with('#'));
        parts
            .flat_map(|line| line.split(" && "))
            .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }
}
