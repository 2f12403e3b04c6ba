//! Who the caller is, remembered for an hour: STS need not be asked by every command. Whose an access
//! key is never changes (IAM user guide, "Managing access keys"); whether AWS still accepts it shows at the
//! first call that uses it.

use super::Identity;
use crate::hex::sha256_of;
use aws_credential_types::Credentials;
use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

/// The age from which STS is asked again.
const GOOD_FOR: Duration = Duration::from_secs(3600);

/// The file that a caller is remembered in, readable by its owner alone. What cannot be read or written
/// costs a call and nothing else.
pub(super) struct Remembered {
    folder: Utf8PathBuf,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Caller {
    account: String,
    arn: String,
}

impl Remembered {
    /// The one of these credentials, in the user's cache (`XDG_CACHE_HOME`, else `~/.cache`); `None`
    /// for a user without a home.
    pub(super) fn of(credentials: &Credentials) -> Option<Self> {
        let cache = etcetera::choose_base_strategy().ok()?.cache_dir();
        let cache = Utf8PathBuf::try_from(cache).ok()?;
        Some(Self::inside(&cache.join("gatewayq/callers"), credentials))
    }

    /// The name is a hash over the secrets, too: a mistyped one is another caller, whom STS is asked for.
    fn inside(folder: &Utf8Path, credentials: &Credentials) -> Self {
        let token = credentials.session_token().unwrap_or_default();
        let name = sha256_of(&[
            credentials.access_key_id().as_bytes(),
            credentials.secret_access_key().as_bytes(),
            token.as_bytes(),
        ]);
        Self {
            folder: folder.to_owned(),
            name,
        }
    }

    fn path(&self) -> Utf8PathBuf {
        self.folder.join(&self.name)
    }

    pub(super) fn load(&self) -> Option<Identity> {
        let age = fs::metadata(self.path()).ok()?.modified().ok()?.elapsed();
        // A time in the future is no age.
        age.ok().filter(|age| *age < GOOD_FOR)?;
        let caller: Caller = serde_json::from_slice(&fs::read(self.path()).ok()?).ok()?;
        let digits = |byte: &u8| byte.is_ascii_digit();
        let whole = caller.account.len() == 12 && caller.account.as_bytes().iter().all(digits);
        whole.then(|| Identity::new(caller.account, caller.arn))
    }

    pub(super) fn keep(&self, identity: &Identity) {
        let _ = self.write(&Caller {
            account: identity.account.clone(),
            arn: identity.caller_arn.clone(),
        });
    }

    /// Written beside its place and moved there whole; callers of the past go.
    fn write(&self, caller: &Caller) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        for entry in self.folder.read_dir_utf8()? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed();
            if age.is_ok_and(|age| age > GOOD_FOR) {
                fs::remove_file(entry.path())?;
            }
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&serde_json::to_vec(caller)?)?;
        file.persist(self.path())?;
        Ok(())
    }

    /// AWS refuses these credentials now: the next command asks STS, which says why.
    pub(super) fn forget(&self) {
        let _ = fs::remove_file(self.path());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::SystemTime;

    fn credentials(secret: &str) -> Credentials {
        Credentials::from_keys("AKIAIOSFODNN7EXAMPLE", secret, None)
    }

    fn me() -> Identity {
        Identity::new(
            "123456789012".into(),
            "arn:aws-cn:iam::123456789012:user/me".into(),
        )
    }

    #[test]
    fn a_caller_is_remembered_for_an_hour_by_all_of_its_credentials() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap().join("callers");
        let remembered = Remembered::inside(&folder, &credentials("secret"));
        assert!(remembered.load().is_none());
        remembered.keep(&me());
        let found = remembered.load().unwrap();
        assert_eq!(found.account, "123456789012");
        assert_eq!(found.partition, "aws-cn");
        assert!(
            Remembered::inside(&folder, &credentials("secreT"))
                .load()
                .is_none()
        );

        let mode = |path: &Utf8Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder) & 0o077, 0);
        assert_eq!(mode(&remembered.path()) & 0o077, 0);

        let file = fs::File::open(remembered.path()).unwrap();
        file.set_modified(SystemTime::now() - GOOD_FOR).unwrap();
        assert!(remembered.load().is_none(), "an hour ago");
        file.set_modified(SystemTime::now() + GOOD_FOR).unwrap();
        assert!(remembered.load().is_none(), "in an hour");
    }

    #[test]
    fn old_callers_go_and_a_refused_one_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        let old = Remembered::inside(folder, &credentials("old"));
        old.keep(&me());
        let file = fs::File::open(old.path()).unwrap();
        file.set_modified(SystemTime::now() - 2 * GOOD_FOR).unwrap();
        let new = Remembered::inside(folder, &credentials("new"));
        new.keep(&me());
        assert!(!old.path().exists());
        new.forget();
        assert!(new.load().is_none());
    }

    #[test]
    fn what_is_damaged_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        let remembered = Remembered::inside(folder, &credentials("secret"));
        for damaged in ["", "{}", "{\"account\":\"12\",\"arn\":\"\"}"] {
            fs::write(remembered.path(), damaged).unwrap();
            assert!(remembered.load().is_none(), "{damaged}");
        }
    }
}
