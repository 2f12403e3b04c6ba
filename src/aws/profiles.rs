//! The AWS CLI's profile files, read to say what is wrong with a profile. The SDK passes over a
//! profile that it cannot find, and over a name that it cannot read, in silence.

use anyhow::{Context, Result, bail};
use aws_config::profile::ProfileSet;
use aws_types::os_shim_internal::{Env, Fs};
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub(super) struct Profiles {
    set: ProfileSet,
}

impl Profiles {
    /// Reads `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and
    /// `AWS_SHARED_CREDENTIALS_FILE` name. `named` counts more than `AWS_PROFILE`.
    ///
    /// # Errors
    /// A file that cannot be understood; a profile that is named and does not exist.
    pub(crate) async fn load(named: Option<&str>) -> Result<Self> {
        let choice = named.map(|name| name.to_owned().into());
        let (files, environment) = (Fs::real(), Env::real());
        let set = aws_config::profile::load(&files, &environment, &Default::default(), choice)
            .await
            .map_err(|error| anyhow::anyhow!(super::causes(&error)))
            .context("the AWS profiles cannot be read")?;
        let profiles = Self { set };
        // Without a name, an absent `default` is no error: there are other credentials.
        let name = profiles.selected();
        if profiles.set.get_profile(name).is_none() && (named.is_some() || name != "default") {
            bail!("{}", profiles.missing(name, &sections()));
        }
        Ok(profiles)
    }

    pub(crate) fn selected(&self) -> &str {
        self.set.selected_profile()
    }

    /// A setting of the selected profile.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        self.set.get(key).map(str::to_owned)
    }

    fn missing(&self, name: &str, sections: &[String]) -> String {
        if sections.iter().any(|section| section == name) {
            return format!(
                "the AWS profile {name:?} cannot be read: the AWS SDK takes names of the letters a to z, digits and \
                 _ - / . % @ : + alone. Give it another name in ~/.aws"
            );
        }
        format!("there is no AWS profile {name:?}: {}", self.there_are())
    }

    fn there_are(&self) -> String {
        let mut names: Vec<&str> = self.set.profiles().collect();
        names.sort_unstable();
        match names.as_slice() {
            [] => "~/.aws/config and ~/.aws/credentials have none".to_owned(),
            names => format!("those in ~/.aws are {}", names.join(", ")),
        }
    }

    /// Why the selected profile gives no credentials, with what to do about it; `None` where its
    /// settings do not tell.
    pub(crate) fn why_none(&self) -> Option<String> {
        let (mut name, mut visited) = (self.selected(), Vec::new());
        loop {
            let Some(profile) = self.set.get_profile(name) else {
                let by = visited.last()?;
                return Some(format!(
                    "the AWS profile {by:?} names the source_profile {name:?}, which does not exist: {}",
                    self.there_are()
                ));
            };
            if profile.get("mfa_serial").is_some() && profile.get("role_arn").is_some() {
                return Some(self.one_time_password(name));
            }
            visited.push(name);
            match profile.get("source_profile") {
                Some(source) if visited.contains(&source) => break,
                Some(source) => name = source,
                None => break,
            }
        }
        let last = self.set.get_profile(name)?;
        let flag = match name {
            "default" => String::new(),
            name => format!(" --profile {name}"),
        };
        let has = |key| last.get(key).is_some();
        if has("sso_session") || has("sso_start_url") {
            return Some(format!(
                "the sign-in of the AWS profile {name:?} ran out, or was not made yet: aws sso login{flag}"
            ));
        }
        has("login_session")
            .then(|| format!("the sign-in of the AWS profile {name:?} ran out: aws login{flag}"))
    }

    /// The SDK does not ask for one; the AWS CLI does, and hands on what it got.
    fn one_time_password(&self, name: &str) -> String {
        let selected = self.selected();
        format!(
            "the AWS profile {name:?} asks for a one-time password (mfa_serial), which gatewayq cannot ask for. Let \
             the AWS CLI ask, and run gatewayq without --profile after it:\n  \
             eval \"$(aws configure export-credentials --profile {selected} --format env)\"; unset AWS_PROFILE"
        )
    }
}

/// The names of the files' sections as they are written, those that the SDK does not read too.
fn sections() -> Vec<String> {
    let file = |variable: &str, default: &str| -> Option<PathBuf> {
        match std::env::var_os(variable).filter(|file| !file.is_empty()) {
            Some(file) => Some(file.into()),
            None => Some(etcetera::home_dir().ok()?.join(".aws").join(default)),
        }
    };
    let files = [
        file("AWS_CONFIG_FILE", "config"),
        file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];
    let texts = files
        .into_iter()
        .flatten()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    texts.flat_map(|text| named(&text)).collect()
}

fn named(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('['));
    let inner = lines
        .filter_map(|line| line.split_once(']'))
        .map(|(name, _)| {
            let name = name.trim();
            let name = name.strip_prefix("profile ").unwrap_or(name).trim();
            name.trim_matches(['"', '\'']).to_owned()
        });
    inner.collect()
}
