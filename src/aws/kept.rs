//! Credentials, asked for once and kept: a program that a profile names may ask its user something, and a role be assumed
//! anew, each time.

use aws_credential_types::Credentials;
use aws_credential_types::provider::future;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// So long before they expire others are asked for.
const EARLY: Duration = Duration::from_secs(300);

/// So long those are kept that do not say when they expire.
const UNSAID: Duration = Duration::from_secs(900);

/// What the SDK's clients and those who sign beside them share.
#[derive(Debug)]
pub(super) struct Kept {
    source: SharedCredentialsProvider,
    /// With the time until which they are good.
    last: Mutex<Option<(Credentials, SystemTime)>>,
}

impl Kept {
    pub(super) fn of(source: SharedCredentialsProvider) -> Self {
        let last = Mutex::new(None);
        Self { source, last }
    }

    /// Who comes while others are asked for waits for the same.
    async fn provide(&self) -> Result {
        let mut last = self.last.lock().await;
        let now = SystemTime::now();
        if let Some((found, _)) = last.as_ref().filter(|(_, until)| now < *until) {
            return Ok(found.clone());
        }
        let found = self.source.provide_credentials().await?;
        let until = match found.expiry() {
            Some(end) => end.checked_sub(EARLY).unwrap_or(now),
            None => now + UNSAID,
        };
        *last = Some((found.clone(), until));
        Ok(found)
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.source.fallback_on_interrupt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// A source that counts how often it was asked.
    #[derive(Debug)]
    struct Source {
        asked: Arc<AtomicU32>,
        expiry: Option<SystemTime>,
    }

    impl ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(async {
                let number = self.asked.fetch_add(1, Relaxed);
                tokio::task::yield_now().await;
                let (key, secret) = (format!("AKIA{number}"), "secret");
                Ok(Credentials::new(key, secret, None, self.expiry, "test"))
            })
        }
    }

    async fn asked(expiry: Option<SystemTime>) -> u32 {
        let asked = Arc::new(AtomicU32::new(0));
        let source = Source {
            asked: Arc::clone(&asked),
            expiry,
        };
        let kept = Kept::of(SharedCredentialsProvider::new(source));
        let three = || kept.provide_credentials();
        let (one, two, last) = futures::join!(three(), three(), three());
        for found in [one, two, last] {
            found.unwrap();
        }
        asked.load(Relaxed)
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_until_they_are_about_to_expire() {
        let after = |seconds| Some(SystemTime::now() + Duration::from_secs(seconds));
        assert_eq!(asked(None).await, 1);
        assert_eq!(asked(after(3600)).await, 1);
        assert_eq!(asked(after(200)).await, 3);
    }
}
