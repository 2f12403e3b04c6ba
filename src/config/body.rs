//! The JSON Schemas that routes name for the bodies of their requests.

use std::collections::BTreeMap;

use camino::Utf8Path;
use gatewayq_routes::schema::{BodySchema, SIZE_LIMIT};

use super::diagnostics::Problems;
use super::file;
use super::route::Placed;
use super::settings::Action;

/// Bytes of the schemas of all routes, each as often as it is named: the function reads them at each cold start.
const ALL_MAX: usize = 1 << 20;

/// The schemas by file, or what is wrong with one: base and stages name the same files, and each is read once.
pub(super) type Schemas = BTreeMap<String, Result<BodySchema, Vec<String>>>;

/// Gives the schemas to their routes, reading those that are not in `known`.
pub(super) fn read(routes: &mut [Placed], known: &mut Schemas, problems: &mut Problems) {
    let mut size = 0;
    for Placed { route, body, .. } in routes {
        let (Action::Task(task), Some(file)) = (&mut route.action, body) else {
            continue;
        };
        let schema = known
            .entry(file.get_ref().clone())
            .or_insert_with_key(|file| read_one(file, problems.folder()));
        match schema {
            Ok(schema) => {
                size += schema.text().len();
                task.body = Some(schema.clone());
            }
            Err(faults) => {
                for fault in faults {
                    problems.report(file.span(), format!("`body`: {fault}"));
                }
            }
        }
        if size > ALL_MAX {
            let message = format!(
                "the schemas of the routes up to this one have {size} bytes, each as often as it is named; allowed: \
                 {ALL_MAX}"
            );
            problems.report(file.span(), message);
            return;
        }
    }
}

/// The schema in one file, or what is wrong with it, each with the file's name and the line.
fn read_one(name: &str, folder: &Utf8Path) -> Result<BodySchema, Vec<String>> {
    let text = file::beside(folder, name, SIZE_LIMIT as u64).map_err(|fault| vec![fault])?;
    BodySchema::new(&text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| format!("{name}:{fault}"))
            .collect()
    })
}
