//! The folder that an export is written into. What is there and is not an export's own, as it was written, stays.

use super::{Export, Format, Left};
use crate::hex::sha256;
use crate::whole_file;
use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

/// The file that tells which of the others are an export's, and what they do not hold.
const MANIFEST: &str = "gatewayq-export.json";

#[derive(Serialize)]
struct Manifest<'a> {
    gatewayq: &'static str,
    format: &'static str,
    app: &'a str,
    stage: &'a str,
    /// SHA-256 in hexadecimal, by name.
    files: BTreeMap<String, String>,
    /// Those that these replace: only while they are being written, so that what a kill leaves can be told.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    replacing: BTreeMap<String, String>,
    not_held: &'a [Left],
}

/// As much of a manifest as tells what may be replaced.
#[derive(Default, Deserialize)]
struct Earlier {
    files: BTreeMap<String, String>,
    #[serde(default)]
    replacing: BTreeMap<String, String>,
}

impl Earlier {
    fn wrote(&self, name: &str, content: &[u8]) -> bool {
        let hash = sha256(content);
        let known = [self.files.get(name), self.replacing.get(name)];
        known.contains(&Some(&hash))
    }
}

/// A folder that may be written into.
pub(crate) struct Folder {
    path: Utf8PathBuf,
}

impl Folder {
    /// The folder, which is made when something is written into it.
    ///
    /// # Errors
    /// Something is there: with `force`, something else than the files of an earlier export as they were written.
    pub(crate) fn new(path: &Utf8Path, force: bool) -> Result<Self> {
        let folder = Self {
            path: path.to_owned(),
        };
        let there = folder.there()?;
        match (there.as_slice(), force) {
            ([], _) => Ok(folder),
            (_, false) => bail!(
                "{path} is not empty: give another folder, or --force to replace an earlier export in it"
            ),
            (names, true) => folder.check(names).map(|()| folder),
        }
    }

    fn there(&self) -> Result<Vec<String>> {
        let entries = match self.path.read_dir_utf8() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("{} cannot be read", self.path))?,
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_owned()));
        names.collect()
    }

    /// Whether each file that an export may write is one that an export wrote, and nobody has touched since.
    fn check(&self, names: &[String]) -> Result<()> {
        let earlier = self.earlier()?;
        for name in names.iter().filter(|name| ALL.contains(&name.as_str())) {
            let path = self.path.join(name);
            let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
            let content = is_file.then(|| fs::read(&path)).transpose();
            let content = content.with_context(|| format!("{path} cannot be read"))?;
            if !content.is_some_and(|content| earlier.wrote(name, &content)) {
                bail!(
                    "{path} is not as an export wrote it, and is not replaced: move it away, or give another folder"
                );
            }
        }
        Ok(())
    }

    fn earlier(&self) -> Result<Earlier> {
        let path = self.path.join(MANIFEST);
        match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Earlier::default()),
            read => {
                let bytes = read.with_context(|| format!("{path} cannot be read"))?;
                serde_json::from_slice(&bytes).with_context(|| {
                    format!("{path} is not gatewayq's: move it away, or give another folder")
                })
            }
        }
    }

    /// Writes the files, each whole or not at all, and last what tells of them. The names of those that are there then.
    ///
    /// # Errors
    /// A folder or file that cannot be written; what was written before stays.
    pub(crate) fn write(
        &self,
        export: &Export,
        format: Format,
        (app, stage): (&str, &str),
    ) -> Result<Vec<String>> {
        let Self { path } = self;
        fs::create_dir_all(path).with_context(|| format!("{path} cannot be made"))?;
        let earlier = self.earlier()?;
        let hashes = export.files.iter();
        let hashes = hashes.map(|(name, content)| ((*name).to_owned(), sha256(content)));
        let mut manifest = Manifest {
            gatewayq: env!("CARGO_PKG_VERSION"),
            format: format.name(),
            app,
            stage,
            files: hashes.collect(),
            replacing: earlier.files,
            not_held: &export.left,
        };
        self.put(MANIFEST, &super::file(&serde_json::to_value(&manifest)?))?;
        for (name, content) in &export.files {
            self.put(name, content)?;
        }
        for name in std::mem::take(&mut manifest.replacing).into_keys() {
            // What another format had.
            if ALL.contains(&name.as_str()) && !manifest.files.contains_key(&name) {
                let _ = fs::remove_file(path.join(name));
            }
        }
        self.put(MANIFEST, &super::file(&serde_json::to_value(&manifest)?))?;
        let names = export.files.iter().map(|(name, _)| (*name).to_owned());
        Ok(names.chain([MANIFEST.to_owned()]).collect())
    }

    fn put(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        whole_file::replace(&path, content).with_context(|| format!("{path} cannot be written"))
    }
}

/// Every file but the manifest that an export of any format may have.
const ALL: [&str; 8] = [
    super::CODE,
    "openapi.json",
    "api-gateway.json",
    "template.json",
    "import-template.json",
    "resources-to-import.json",
    "main.tf.json",
    "imports.tf.json",
];
