//! A plan in a file: `plan --out` writes what a deploy would do, `deploy --plan` does that and nothing else.
//!
//! The file is no order that is carried out: the deploy makes its own plan from what it finds, and changes something
//! only where the two are equal ([`differences`](SavedPlan::differences)). What has to be done again after a conflict
//! has to be part of it ([`unplanned`](SavedPlan::unplanned)). So a file that was tampered with can stop a deploy, and
//! never make it do something.

mod error;
mod later;
mod words;

pub(crate) use error::Error;

use crate::build::Artifact;
use crate::config::Settings;
use crate::engine::{Action, Plan, Step};
use crate::hex::sha256;
use crate::names::Names;
use crate::program::Program;
use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;

/// One more where the file means something else.
const FORMAT: u32 = 1;
/// Bytes of the largest file that is read. A stage of 300 routes has a plan of less than 1 MB.
const LIMIT: u64 = 16 * 1024 * 1024;

/// What `plan --out` writes. It has nothing that `plan` does not print.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedPlan {
    /// 1.
    format: u32,
    /// The gatewayq that planned: another one may want another stack of the same file.
    gatewayq: Program,
    place: Place,
    /// Of the settings of the stage, in hexadecimal.
    settings_sha256: String,
    /// Of the zip that is uploaded, as Lambda writes it in `CodeSha256`.
    code_sha256: String,
    steps: Vec<Planned>,
}

/// Where a plan is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    account: String,
    region: String,
    app: String,
    stage: String,
}

/// One resource's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Planned {
    kind: String,
    name: String,
    #[serde(flatten)]
    action: Action,
}

impl Planned {
    fn of(step: &Step) -> Self {
        Self {
            kind: step.kind.to_owned(),
            name: step.name.clone(),
            action: step.action.as_shown(),
        }
    }
}

impl SavedPlan {
    /// The plan that was made of these.
    pub(crate) fn of(names: &Names, settings: &Settings, code: &Artifact, plan: &Plan) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "settings are texts, numbers and lists of them, which always have a JSON form"
        )]
        let settings = serde_json::to_vec(settings).expect("settings have a JSON form");
        Self {
            format: FORMAT,
            gatewayq: Program::this(),
            place: Place {
                account: names.identity.account.clone(),
                region: names.region.clone(),
                app: names.app.clone(),
                stage: names.stage.clone(),
            },
            settings_sha256: sha256(&settings),
            code_sha256: code.code_sha256.clone(),
            steps: plan.steps.iter().map(Planned::of).collect(),
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// A text without a JSON form: a fault of gatewayq.
    pub(crate) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    /// # Errors
    /// A file that cannot be read, is no plan, or is one of another gatewayq.
    pub(crate) fn load(path: &Utf8Path) -> Result<Self, Error> {
        let mut text = Vec::new();
        File::open(path)?.take(LIMIT).read_to_end(&mut text)?;
        Self::read(&text)
    }

    fn read(text: &[u8]) -> Result<Self, Error> {
        /// What each format has.
        #[derive(Deserialize)]
        struct Head {
            format: u64,
            gatewayq: Version,
        }
        #[derive(Deserialize)]
        struct Version {
            version: String,
        }
        let head: Head = serde_json::from_slice(text)?;
        if head.format != u64::from(FORMAT) {
            return Err(Error::Format {
                format: head.format,
                by: head.gatewayq.version,
            });
        }
        let saved: Self = serde_json::from_slice(text)?;
        match saved.gatewayq == Program::this() {
            true => Ok(saved),
            false => Err(Error::Program {
                by: saved.gatewayq.to_string(),
            }),
        }
    }

    /// What is different `now`, a paragraph each; nothing where the plan is the same. Of another place nothing else is
    /// worth a word.
    pub(crate) fn differences(&self, now: &Self) -> Vec<String> {
        let places = self.place.fields().into_iter().zip(now.place.fields());
        let elsewhere: Vec<String> = places
            .filter(|(planned, found)| planned != found)
            .map(|((what, planned), (_, found))| {
                format!("the plan is for the {what} {planned}, and this is {found}")
            })
            .collect();
        if !elsewhere.is_empty() {
            return elsewhere;
        }
        let mut differences = Vec::new();
        if self.settings_sha256 != now.settings_sha256 {
            let text = "gatewayq.toml, or a file that it names, has changed for this stage";
            differences.push(text.to_owned());
        }
        if self.code_sha256 != now.code_sha256 {
            differences.push(format!(
                "the function's code is another: {} in place of {} (CodeSha256)",
                now.code_sha256, self.code_sha256
            ));
        }
        differences.extend(words::differences(&self.steps, &now.steps));
        differences
    }

    /// The steps of a later round, planned `now`, that are not part of this plan, a paragraph each.
    pub(crate) fn unplanned(&self, now: &Self) -> Vec<String> {
        later::unplanned(&self.steps, &now.steps)
    }
}

impl Place {
    fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("account", &self.account),
            ("Region", &self.region),
            ("app", &self.app),
            ("stage", &self.stage),
        ]
    }
}

#[cfg(test)]
mod tests;
