//! What was measured already: a run that was cut off goes on where it was.
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::target_dir;

/// The measured parts, in a file, as long as it is the same program and as many rounds.
pub(super) struct Kept {
    file: PathBuf,
    key: String,
    parts: BTreeMap<String, Value>,
}

impl Kept {
    pub(super) fn of(program: &str, rounds: usize) -> Self {
        let bytes = fs::read(program).unwrap();
        let key = format!("{rounds} {:x?}", Sha256::digest(bytes));
        let file = target_dir().join("figures").join("measured.json");
        let found: Value = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let parts = match found["key"] == key {
            true => serde_json::from_value(found["parts"].clone()).unwrap(),
            false => BTreeMap::new(),
        };
        Self { file, key, parts }
    }

    /// Measures a part, unless it is there.
    pub(super) fn part(&mut self, name: &str, measure: impl FnOnce() -> Value) {
        if self.parts.contains_key(name) {
            return;
        }
        self.parts.insert(name.to_owned(), measure());
        fs::create_dir_all(self.file.parent().unwrap()).unwrap();
        let all = json!({"key": self.key, "parts": self.parts});
        fs::write(&self.file, all.to_string()).unwrap();
    }

    /// The words of all parts.
    pub(super) fn words(&self) -> BTreeMap<String, String> {
        let words = self
            .parts
            .values()
            .flat_map(|part| part.as_object().unwrap());
        words
            .map(|(word, value)| (word.clone(), value.as_str().unwrap().to_owned()))
            .collect()
    }

    /// The next run measures anew.
    pub(super) fn forget(&self) {
        fs::remove_file(&self.file).unwrap();
    }
}
