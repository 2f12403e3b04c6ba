//! The Python files that correct the emulator and close it (`emulator/`), embedded.

use std::fs;

use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, file};
use super::folder::Folder;
use crate::hex::sha256_of;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("emulator/", $name)))),+]
    };
}

const FILES: [(&str, &str); 19] = files![
    "__init__.py",
    "actions.py",
    "api_gateway.py",
    "authorizers.py",
    "code_links.py",
    "credentials.py",
    "custom_domains.py",
    "deployments.py",
    "gate.py",
    "hosts.py",
    "long_polls.py",
    "nobody.py",
    "raw_paths.py",
    "requests.py",
    "run.py",
    "runtime_api.py",
    "signature.py",
    "usage_plans.py",
    "versions.py",
];

/// Runs them from the folder that is the first argument.
pub(super) const RUN: &str =
    "import sys; sys.path.insert(0, sys.argv[1]); from emulator.run import main; main()";

/// Writes the package `emulator` into the project's folder, in place of an older one.
pub(super) fn write(folder: &Folder) -> Result<(), Error> {
    let target = folder.root().join("emulator");
    fs::create_dir_all(&target).map_err(file("create", &target))?;
    for (name, content) in FILES {
        let path = target.join(name);
        fs::write(&path, content).map_err(file("write", &path))?;
    }
    Ok(())
}

/// What a running server was started with: another one has to be started again.
pub(super) fn fingerprint(secret: &SecretString) -> String {
    let files = FILES.iter().map(|(_, content)| content.as_bytes());
    let parts: Vec<&[u8]> = files.chain([secret.expose_secret().as_bytes()]).collect();
    let mut hash = sha256_of(&parts);
    hash.truncate(16);
    hash
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/local/emulator");
        let mut there: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".py"))
            .collect();
        there.sort();
        assert_eq!(there, FILES.map(|(name, _)| name));
    }
}
