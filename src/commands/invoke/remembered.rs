//! The ids that the last invoke of a stage found by its lists: the next one need not list again.
//!
//! A hint and no state. Whoever uses it asks AWS whether it still holds; a file that is lost, old or
//! broken costs the lists. Ids only, no values.

use crate::hidden_folder;
use crate::names::Names;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;

const FILE: &str = "invoked.json";

/// What an invoke found of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ids {
    pub rest_api: String,
    /// The stage's own API key; none where no invoke needed it.
    pub key: Option<String>,
}

/// The place of one stage's ids.
pub(super) struct Remembered<'a> {
    project: &'a Utf8Path,
    entry: String,
}

impl<'a> Remembered<'a> {
    /// The ids of the stage with these names, at AWS or at a custom endpoint.
    pub(super) fn of(project: &'a Utf8Path, names: &Names, endpoint: Option<&str>) -> Self {
        let (account, region) = (&names.identity.account, &names.region);
        let place = endpoint.unwrap_or("AWS");
        Self {
            project,
            entry: format!("{} {account} {region} {place}", names.base()),
        }
    }

    fn path(&self) -> Utf8PathBuf {
        self.project.join(hidden_folder::NAME).join(FILE)
    }

    fn all(&self) -> BTreeMap<String, Ids> {
        let text = fs::read(self.path()).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(super) fn load(&self) -> Option<Ids> {
        self.all().remove(&self.entry)
    }

    /// Keeps `ids`. A key that is known stays where this invoke needed none of the same API.
    pub(super) fn keep(&self, mut ids: Ids) {
        let mut all = self.all();
        let before = all.get(&self.entry);
        if let Some(before) = before.filter(|before| before.rest_api == ids.rest_api) {
            ids.key = ids.key.or_else(|| before.key.clone());
        }
        if before == Some(&ids) {
            return;
        }
        all.insert(self.entry.clone(), ids);
        let written = hidden_folder::make(self.project, "").and_then(|folder| {
            let text = serde_json::to_vec_pretty(&all)?;
            fs::write(folder.join(FILE), text)
        });
        // A folder that cannot be written to costs the next invoke its lists, and nothing else.
        drop(written);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::aws::Identity;

    fn names(stage: &str) -> Names {
        let caller = "arn:aws:iam::123456789012:user/a".to_owned();
        Names {
            app: "orders".to_owned(),
            stage: stage.to_owned(),
            region: "eu-west-1".to_owned(),
            identity: Identity::new("123456789012".to_owned(), caller),
        }
    }

    fn ids(rest_api: &str, key: Option<&str>) -> Ids {
        Ids {
            rest_api: rest_api.to_owned(),
            key: key.map(str::to_owned),
        }
    }

    #[test]
    fn each_stage_and_each_place_has_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let (dev, prod) = (names("dev"), names("prod"));
        let aws = Remembered::of(project, &dev, None);
        aws.keep(ids("a", Some("k")));
        assert_eq!(aws.load(), Some(ids("a", Some("k"))));
        assert_eq!(Remembered::of(project, &prod, None).load(), None);
        let local = Remembered::of(project, &dev, Some("http://127.0.0.1:1"));
        assert_eq!(local.load(), None);
    }

    #[test]
    fn a_key_is_forgotten_with_its_api_alone() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let names = names("dev");
        let aws = Remembered::of(project, &names, None);
        aws.keep(ids("a", Some("k")));
        aws.keep(ids("a", None));
        assert_eq!(aws.load(), Some(ids("a", Some("k"))));
        aws.keep(ids("b", None));
        assert_eq!(aws.load(), Some(ids("b", None)));
    }

    #[test]
    fn a_file_that_is_broken_or_in_the_way_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let names = names("dev");
        let aws = Remembered::of(project, &names, None);
        let folder = hidden_folder::make(project, "").unwrap();
        fs::write(folder.join(FILE), "half a fi").unwrap();
        assert_eq!(aws.load(), None);
        aws.keep(ids("a", None));
        assert_eq!(aws.load(), Some(ids("a", None)));
        fs::remove_file(folder.join(FILE)).unwrap();
        fs::create_dir(folder.join(FILE)).unwrap();
        aws.keep(ids("a", None));
        assert_eq!(aws.load(), None);
    }
}
