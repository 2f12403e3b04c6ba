//! Messages into batches: SQS takes ten messages and 1 MiB in one `SendMessageBatch`
//! (SQS API reference).

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

#[cfg(test)]
mod tests {
    use super::{BATCH_LIMIT, batches};
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
