//! Whose a task is, where a result is for its sender alone (`[results] result_owner`).
//!
//! A task's id is then `NAME.TOKEN`: a name that is random or the caller's own, and the HMAC-SHA256 of sender and name
//! under a key that only the function and its table have. Whoever asks for a result is the sender where the same
//! comes out for them. Nothing has to be stored for a task, and nothing is looked up for a stranger, who so
//! learns of no task whether there is one.
//!
//! A name that a caller chooses gets the caller's own token behind it, whatever it looks like: nobody can send a task
//! under an id of somebody else's, and write its result so.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatewayq_routes::options::TASK_ID_MAX;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::answer::Refusal;
use crate::request::{RequestContext, Sender};

/// Bytes of the HMAC that a token has: 128 bits, which nobody can guess.
const TOKEN: usize = 16;

/// Characters of a token: Base64 without padding, which a task's id can hold as it is.
const TOKEN_TEXT: usize = 22;

/// The longest name, with its token and the dot between them a whole id.
const NAME_MAX: usize = TASK_ID_MAX - TOKEN_TEXT - 1;

/// The stage's secret. Who has it can ask for anybody's result, so it is shown nowhere.
pub struct OwnerKey([u8; Self::LENGTH]);

impl OwnerKey {
    /// In bytes.
    pub const LENGTH: usize = 32;

    /// The key of these bytes, which have to be random.
    #[must_use]
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for OwnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerKey(..)")
    }
}

/// The caller of one request, as the owner of tasks.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    key: &'a OwnerKey,
    sender: Option<Sender<'a>>,
}

impl<'a> Owner<'a> {
    /// Of a request that is not known yet: nobody.
    #[must_use]
    pub fn nobody(key: &'a OwnerKey) -> Self {
        Self { key, sender: None }
    }

    pub(crate) fn of(self, request: &'a RequestContext) -> Self {
        Self {
            sender: request.sender(),
            ..self
        }
    }

    /// The whole id of the task that this caller names so.
    ///
    /// # Errors
    /// A [`Refusal`] (400) for a name that is too long.
    pub(crate) fn id(&self, name: &str) -> Result<String, Refusal> {
        if name.len() > NAME_MAX {
            return Err(Refusal::bad(format!(
                "`task_id` may have {NAME_MAX} characters here"
            )));
        }
        let token = self.mac(name).finalize().into_bytes();
        Ok(format!(
            "{name}.{}",
            URL_SAFE_NO_PAD.encode(&token[..TOKEN])
        ))
    }

    /// Whether this caller sent the task with this id, if there is one. Of callers that nobody knows each could be
    /// another.
    #[must_use]
    pub(crate) fn has_sent(&self, id: &str) -> bool {
        let parts = id.rsplit_once('.').filter(|_| self.sender.is_some());
        let token =
            parts.and_then(|(name, token)| Some((name, URL_SAFE_NO_PAD.decode(token).ok()?)));
        // In a time that says nothing of where they differ; a shorter token is not taken.
        token.is_some_and(|(name, token)| {
            token.len() == TOKEN && self.mac(name).verify_truncated_left(&token).is_ok()
        })
    }

    #[expect(
        clippy::expect_used,
        reason = "HMAC takes keys of any length, and texts always have a JSON form"
    )]
    fn mac(&self, name: &str) -> Hmac<Sha256> {
        // As JSON no two senders and names look alike.
        let text = serde_json::to_vec(&(self.sender, name)).expect("texts always have a JSON form");
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key.0).expect("any length will do");
        mac.update(&text);
        mac
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KEY: OwnerKey = OwnerKey([7; 32]);
    const ANNA: Option<Sender<'_>> = Some(("iam", "AIDAANNA"));

    fn owner(sender: Option<Sender<'static>>) -> Owner<'static> {
        Owner { key: &KEY, sender }
    }

    #[test]
    fn a_task_is_its_senders_and_nobody_elses() {
        let id = owner(ANNA).id("5e8d.8d3a").unwrap();
        assert!(owner(ANNA).has_sent(&id));
        for other in [
            Some(("iam", "AIDABERT")),
            Some(("key", "AIDAANNA")),
            Some(("iam", "")),
            None,
        ] {
            assert!(!owner(other).has_sent(&id), "{other:?}");
        }
        let another = OwnerKey([8; 32]);
        let elsewhere = Owner {
            key: &another,
            sender: ANNA,
        };
        assert!(!elsewhere.has_sent(&id));
    }

    #[test]
    fn an_id_that_is_made_up_or_cut_is_nobodys() {
        let id = owner(ANNA).id("n").unwrap();
        for wrong in [
            "n",
            "n.",
            ".",
            "n.AAAAAAAAAAAAAAAAAAAAAA",
            &id[..id.len() - 4],
            &id.replace("n.", "m."),
            &format!("{id}."),
            &format!("n.{id}"),
        ] {
            assert!(!owner(ANNA).has_sent(wrong), "{wrong}");
        }
    }

    #[test]
    fn who_names_a_task_like_anothers_gets_an_id_of_their_own() {
        let theirs = owner(ANNA).id("n").unwrap();
        let bert = owner(Some(("iam", "AIDABERT")));
        let mine = bert.id(&theirs).unwrap();
        assert_ne!(mine, theirs);
        assert!(bert.has_sent(&mine) && !owner(ANNA).has_sent(&mine));
    }

    #[test]
    fn what_nobody_sent_nobody_reads() {
        let id = owner(None).id("n").unwrap();
        assert!(!owner(None).has_sent(&id) && !owner(ANNA).has_sent(&id));
    }

    #[test]
    fn an_id_fits_into_a_message() {
        let longest = "n".repeat(NAME_MAX);
        let id = owner(ANNA).id(&longest).unwrap();
        assert_eq!(id.len(), TASK_ID_MAX);
        assert!(crate::options::is_task_id(&id));
        assert!(owner(ANNA).id(&format!("{longest}n")).is_err());
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", owner(ANNA).key), "OwnerKey(..)");
    }
}
