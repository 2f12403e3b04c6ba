//! Messages into batches: SQS takes ten messages and 1 MiB in one `SendMessageBatch`
//! (SQS API reference). And batches into waves, which may go side by side.

use std::collections::HashSet;

use crate::message::{Message, SIZE_LIMIT};

/// The most messages of one batch.
pub const BATCH_LIMIT: usize = 10;

/// Cuts messages into batches, in their order: within a group the order of sending is the order
/// of running, so nothing is moved to fill a gap.
#[must_use]
pub fn batches<'a>(messages: &[&'a Message]) -> Vec<Vec<&'a Message>> {
    let mut batches: Vec<Vec<&Message>> = Vec::new();
    let mut bytes = 0;
    for &message in messages {
        let size = message.body.len();
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_LIMIT && bytes + size <= SIZE_LIMIT => {
                batch.push(message);
                bytes += size;
            }
            _ => {
                batches.push(vec![message]);
                bytes = size;
            }
        }
    }
    batches
}

/// The most batches of one wave: each needs a connection of its own.
pub const WAVE_LIMIT: usize = 10;

/// Cuts batches into waves, in their order. Two batches of a wave have no group in common, so in whatever
/// order SQS takes them, nothing overtakes another message of its group.
#[must_use]
pub fn waves(batches: Vec<Vec<&Message>>) -> Vec<Vec<Vec<&Message>>> {
    let mut waves: Vec<Vec<Vec<&Message>>> = Vec::new();
    let mut groups: HashSet<&str> = HashSet::new();
    for batch in batches {
        let own: HashSet<&str> = batch
            .iter()
            .map(|message| message.group_id.as_str())
            .collect();
        match waves.last_mut() {
            Some(wave) if wave.len() < WAVE_LIMIT && groups.is_disjoint(&own) => {
                wave.push(batch);
                groups.extend(own);
            }
            _ => {
                waves.push(vec![batch]);
                groups = own;
            }
        }
    }
    waves
}

#[cfg(test)]
mod tests {
    use super::{BATCH_LIMIT, WAVE_LIMIT, batches, waves};
    use crate::message::{Message, SIZE_LIMIT};

    fn message(size: usize) -> Message {
        let id = String::from("id");
        let body = "x".repeat(size);
        Message {
            task_id: id.clone(),
            body,
            group_id: id.clone(),
            deduplication_id: id,
        }
    }

    fn waves_of(groups: &[&str]) -> Vec<usize> {
        let message = |group: &&str| Message {
            group_id: (*group).to_owned(),
            ..message(SIZE_LIMIT)
        };
        let messages: Vec<_> = groups.iter().map(message).collect();
        let messages: Vec<_> = messages.iter().collect();
        waves(batches(&messages)).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_group_is_in_one_batch_of_a_wave() {
        assert_eq!(waves_of(&[]), [0_usize; 0]);
        assert_eq!(waves_of(&["a", "b", "c"]), [3]);
        assert_eq!(waves_of(&["a", "b", "a", "c", "b"]), [2, 3]);
        assert_eq!(waves_of(&["a", "a", "a"]), [1, 1, 1]);
        let many: Vec<String> = (0..25).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(waves_of(&many), [WAVE_LIMIT, WAVE_LIMIT, 5]);
    }

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        let messages: Vec<_> = sizes.iter().map(|&size| message(size)).collect();
        let messages: Vec<_> = messages.iter().collect();
        batches(&messages).iter().map(Vec::len).collect()
    }

    #[test]
    fn in_tens_and_within_the_size() {
        assert_eq!(lengths(&[]), [0_usize; 0]);
        assert_eq!(lengths(&[1; 25]), [BATCH_LIMIT, BATCH_LIMIT, 5]);
        assert_eq!(lengths(&[SIZE_LIMIT, 1, SIZE_LIMIT - 1, 1]), [1, 2, 1]);
    }
}
