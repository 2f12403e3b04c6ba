//! The stack as a template of CloudFormation, and what its import of existing resources needs.

mod api;
mod backend;
mod callers;
mod import;
mod reference;
mod template;

use super::left::{self, Left};
use super::piece::{Piece, Untaken};
use super::{Export, Identifiers, file};
use crate::build::Upload;
use crate::config::Settings;
use template::Template;

/// Resources of one template (CloudFormation user guide, "Quotas").
const MOST: usize = 500;

pub(super) fn export(
    settings: &Settings,
    pieces: Vec<Piece>,
    upload: &Upload,
    deployed: Option<&Identifiers>,
) -> Export {
    let mut template = Template::new(settings, upload, deployed.is_some());
    let mut left = left::of_every_stack();
    for mut piece in pieces {
        template.begin(&piece);
        let unknown = put(&mut template, &mut piece);
        left.extend(left::of(piece, unknown));
    }
    if template.count() > MOST {
        left.push(Left::new(
            "the template as one",
            "CloudFormation takes 500 resources in a template, and each path and each method is one: divide it, or use the \
             Terraform export",
        ));
    }
    left.extend(template.left());
    let mut files = vec![("template.json", file(&template.document()))];
    if let Some(deployed) = deployed {
        let import = import::of(&template, deployed);
        files.push(("import-template.json", file(&import.template)));
        files.push(("resources-to-import.json", file(&import.resources)));
        left.extend(import.left);
    }
    Export { files, left }
}

/// Puts a piece into the template; what of its parts this does not know is given back.
fn put(template: &mut Template, piece: &mut Piece) -> Vec<Untaken> {
    match piece.kind {
        "role" => backend::role(template, piece),
        "queue" | "dead-letter queue" => backend::queue(template, piece),
        "log group" | "execution log group" | "access log group" => {
            backend::log_group(template, piece);
        }
        "function" => backend::function(template, piece),
        "reserved concurrency" => backend::reserved_concurrency(template, piece),
        "results table" => backend::results_table(template, piece),
        "version" => backend::version(template, piece),
        "alias" => backend::alias(template, piece),
        "permission" => backend::permission(template, piece),
        "account logging" => backend::account_logging(template, piece),
        "REST API" => api::rest_api(template, piece),
        "resource policy" => api::policy(template, piece),
        "default endpoint" => api::default_endpoint(template, piece),
        "routes" => return api::routes(template, piece),
        "gateway responses" => api::gateway_responses(template, piece),
        "deployment" => api::deployment(template, piece),
        "stage" => api::stage(template, piece),
        "served deployment" => api::served_deployment(template, piece),
        "domain name" => api::domain_name(template, piece),
        "base path mapping" => api::base_path_mapping(template, piece),
        "authorizer" => callers::authorizer(template, piece),
        "authorizer permission" => callers::authorizer_permission(template, piece),
        "API key" => callers::api_key(template, piece),
        "usage plan" => callers::usage_plan(template, piece),
        "usage plan key" => callers::usage_plan_key(template, piece),
        "alarms" => backend::alarms(template, piece),
        // What it is shows in what is left of it.
        _ => return piece.unknown(),
    }
    Vec::new()
}
