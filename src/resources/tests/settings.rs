//! Write, read, compare: each resource made, and each setting changed to something else and back.

use super::bench::{Bench, FULL, work};
use std::collections::BTreeSet;

/// The full file with other words in it.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(FULL.to_owned(), |file, (is, becomes)| {
        assert!(file.contains(is), "{is}");
        file.replace(is, becomes)
    })
}

#[tokio::test(start_paused = true)]
async fn what_is_made_is_read_back_as_it_was_wanted() {
    for file in [FULL, &minimal()] {
        let bench = Bench::new();
        bench.deploy_and_agree(file, file).await;
        let writes = bench.account().writes.len();
        bench.deploy(file).await;
        assert_eq!(bench.account().writes.len(), writes, "the second deploy writes nothing");
    }
}

/// A file that says as little as a file can.
fn minimal() -> String {
    "[app]\nname = \"shop\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n".to_owned()
}
