//! Chalice: its API in Python, its function with Celery on board. It has no queue, plan or key.
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use super::{Tool, at, kept, path, pinned};
use crate::support::boto::Place;
use crate::support::python::Python;

const REQUIREMENTS: &str = include_str!("requirements-chalice.txt");
/// What is needed to send a task; Chalice itself is packed by itself.
const CELERY: &str = "celery[sqs]==5.7.0\n";

pub(in super::super) struct Chalice {
    python: Python,
    folder: PathBuf,
    requirements: &'static str,
    /// Held for its drop.
    _temporary: Option<TempDir>,
}

impl Chalice {
    /// The folder is kept, and in it the package: half a minute's work.
    pub(in super::super) fn with_celery() -> Self {
        Self {
            python: Python::ready(REQUIREMENTS),
            folder: kept("chalice"),
            requirements: CELERY,
            _temporary: None,
        }
    }

    /// Nothing is installed into the package.
    pub(in super::super) fn without_celery() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            python: Python::ready(REQUIREMENTS),
            folder: folder.path().to_owned(),
            requirements: "",
            _temporary: Some(folder),
        }
    }

    fn command(&self, place: &Place, verb: &str, stage: &str) -> Command {
        let mut command = Command::new(self.python.interpreter());
        command
            .arg(self.python.bin().join("chalice"))
            .args([verb, "--stage", stage])
            .current_dir(&self.folder);
        at(&mut command, place, &self.folder);
        command
    }

    fn app(&self, routes: usize, nth: usize) {
        let mut app = format!(
            "# {nth}\nfrom chalice import Chalice, IAMAuthorizer\n\n\
             app = Chalice(app_name=\"shop\")\niam = IAMAuthorizer()\n"
        );
        for route in 0..routes {
            let path = path(route);
            write!(
                app,
                "\n\n@app.route(\"{path}\", authorizer=iam, api_key_required=True)\n\
                 def route{route}():\n    return {{}}\n"
            )
            .unwrap();
        }
        fs::write(self.folder.join("app.py"), app).unwrap();
    }
}

impl Tool for Chalice {
    fn name(&self) -> &'static str {
        "Chalice"
    }

    fn version(&self) -> String {
        format!("Chalice {}", pinned(REQUIREMENTS, "chalice"))
    }

    fn prepare(&self, routes: usize) {
        let settings = self.folder.join(".chalice");
        fs::create_dir_all(&settings).unwrap();
        let _ = fs::remove_dir_all(settings.join("deployed"));
        let stage =
            |name: &str| json!({"api_gateway_stage": name, "iam_policy_file": "policy.json"});
        let config = json!({
            "version": "2.0", "app_name": "shop", "autogen_policy": false,
            "api_gateway_endpoint_type": "REGIONAL",
            "stages": {"dev": stage("dev"), "prod": stage("prod")},
        });
        fs::write(settings.join("config.json"), config.to_string()).unwrap();
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["logs:*", "sqs:SendMessage"], "Resource": "*",
        }]});
        fs::write(settings.join("policy.json"), policy.to_string()).unwrap();
        fs::write(self.folder.join("requirements.txt"), self.requirements).unwrap();
        self.app(routes, 0);
    }

    fn change(&self, nth: usize) {
        let file = self.folder.join("app.py");
        let app = fs::read_to_string(&file).unwrap();
        let (_, rest) = app.split_once('\n').unwrap();
        fs::write(file, format!("# {nth}\n{rest}")).unwrap();
    }

    fn deploy(&self, place: &Place, stage: &str) -> Command {
        self.command(place, "deploy", stage)
    }

    fn delete(&self, place: &Place, stage: &str) -> Command {
        self.command(place, "delete", stage)
    }
}
