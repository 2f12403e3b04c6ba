//! The stack as a configuration of Terraform, in its JSON syntax, for the provider `hashicorp/aws`.

mod api;
mod backend;
mod callers;
mod module;

use super::left::{self, Left};
use super::piece::{Piece, Untaken};
use super::{Export, Identifiers, file};
use crate::build::Upload;
use crate::config::Settings;
use module::Module;

pub(super) fn export(
    settings: &Settings,
    pieces: Vec<Piece>,
    upload: &Upload,
    deployed: Option<&Identifiers>,
) -> Export {
    let mut module = Module::new(settings, upload, deployed.is_some());
    let mut left = left::of_every_stack();
    for mut piece in pieces {
        module.begin(&piece);
        let unknown = put(&mut module, &mut piece);
        left.extend(left::of(piece, unknown));
    }
    left.extend(module.left());
    left.push(Left::new(
        "secrets in the state",
        "Terraform writes the value of the API key and the function's environment into its state: keep that where nobody reads it",
    ));
    let mut files = vec![("main.tf.json", file(&module.document()))];
    if let Some(deployed) = deployed {
        let (imports, more) = module.imports(deployed);
        files.push(("imports.tf.json", file(&imports)));
        left.extend(more);
    }
    Export { files, left }
}

/// Puts a piece into the module; what of its parts this does not know is given back.
fn put(module: &mut Module, piece: &mut Piece) -> Vec<Untaken> {
    match piece.kind {
        "role" => backend::role(module, piece),
        "queue" | "dead-letter queue" => backend::queue(module, piece),
        "log group" | "execution log group" | "access log group" => {
            backend::log_group(module, piece);
        }
        "function" => backend::function(module, piece),
        "reserved concurrency" => backend::reserved_concurrency(module, piece),
        "results table" => backend::results_table(module, piece),
        "version" => backend::version(module, piece),
        "alias" => backend::alias(module, piece),
        "permission" => backend::permission(module, piece),
        "account logging" => backend::account_logging(module, piece),
        "alarms" => backend::alarms(module, piece),
        "REST API" => api::rest_api(module, piece),
        "resource policy" => api::policy(module, piece),
        "default endpoint" => api::default_endpoint(module, piece),
        "routes" => return api::routes(module, piece),
        "gateway responses" => api::gateway_responses(module, piece),
        "deployment" => api::deployment(module, piece),
        "stage" => api::stage(module, piece),
        "served deployment" => api::served_deployment(module, piece),
        "domain name" => api::domain_name(module, piece),
        "base path mapping" => api::base_path_mapping(module, piece),
        "authorizer" => callers::authorizer(module, piece),
        "authorizer permission" => callers::authorizer_permission(module, piece),
        "API key" => callers::api_key(module, piece),
        "usage plan" => callers::usage_plan(module, piece),
        "usage plan key" => callers::usage_plan_key(module, piece),
        _ => return piece.unknown(),
    }
    Vec::new()
}
