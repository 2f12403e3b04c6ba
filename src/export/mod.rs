//! The stack in other formats, for those who leave or audit. All of it is drawn from the fields that a deploy
//! compares, so that what a format has no place for is found by the program and not by its reader.

mod alarms;
mod cloudformation;
mod folder;
mod left;
mod methods;
mod openapi;
mod piece;
mod terraform;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use folder::Folder;
pub(crate) use left::Left;
pub(crate) use piece::Place;

use crate::build::Upload;
use crate::config::Settings;
use crate::engine::NodeId;
use crate::policies::RenderError;
use serde_json::Value;
use std::collections::BTreeMap;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The API alone: OpenAPI 3.1 for callers, and 3.0 as API Gateway's import takes it
    Openapi,
    /// A template of AWS CloudFormation, and the function's code
    Cloudformation,
    /// A module of Terraform, in its JSON syntax, and the function's code
    Terraform,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Openapi => "openapi",
            Self::Cloudformation => "cloudformation",
            Self::Terraform => "terraform",
        }
    }

    /// Whether the function's code goes with it.
    pub(crate) fn has_code(self) -> bool {
        self != Self::Openapi
    }
}

/// The identifiers of what is deployed, by resource and by gatewayq's own name for each.
pub(crate) type Identifiers = BTreeMap<NodeId, BTreeMap<String, String>>;

/// The files of an export.
#[derive(Debug)]
pub(crate) struct Export {
    /// By name.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// What they do not hold.
    pub left: Vec<Left>,
}

/// Where the function's code is, beside the description.
const CODE: &str = "function.zip";

/// The stack in a format. With the identifiers of what is deployed, what the other tool needs to take it over is part of it.
///
/// # Errors
/// A policy template that cannot be filled in, or code that is not built.
pub(crate) fn export(
    format: Format,
    settings: &Settings,
    place: &Place,
    upload: &Upload,
    deployed: Option<&Identifiers>,
) -> Result<Export, RenderError> {
    let pieces = piece::pieces(settings, place, upload)?;
    let mut export = match format {
        Format::Openapi => openapi::export(settings, place, pieces),
        Format::Cloudformation => cloudformation::export(settings, pieces, upload, deployed),
        Format::Terraform => terraform::export(settings, pieces, upload, deployed),
    };
    if let Some(artifact) = upload.artifact().filter(|_| format.has_code()) {
        export.files.push((CODE, artifact.zip.clone()));
    }
    Ok(export)
}

/// A document as a file.
fn file(document: &Value) -> Vec<u8> {
    format!("{document:#}\n").into_bytes()
}
