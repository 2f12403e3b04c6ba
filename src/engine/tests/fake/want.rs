//! What a test wants: the blueprint of a graph.

use super::resource::Left;

/// One thing of a blueprint.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub name: &'static str,
    pub size: u32,
    pub shape: u32,
    pub depends_on: Vec<usize>,
    pub inside: Option<usize>,
    pub duplicates: bool,
    pub is_wanted: bool,
    pub reads_back: bool,
    pub retained: Option<Left>,
}

pub(crate) fn want(name: &'static str) -> Want {
    Want {
        name,
        size: 1,
        shape: 1,
        depends_on: Vec::new(),
        inside: None,
        duplicates: false,
        is_wanted: true,
        reads_back: false,
        retained: None,
    }
}

impl Want {
    pub(crate) fn depends_on(mut self, depends_on: &[usize]) -> Self {
        self.depends_on = depends_on.to_vec();
        self
    }

    pub(crate) fn inside(mut self, parent: usize) -> Self {
        self.inside = Some(parent);
        self.depends_on.push(parent);
        self
    }

    pub(crate) fn with_duplicates(mut self) -> Self {
        self.duplicates = true;
        self
    }

    pub(crate) fn sized(mut self, size: u32) -> Self {
        self.size = size;
        self
    }
}
