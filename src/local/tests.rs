//! A real server in a temporary project. The first test to run installs it into the user's cache.
#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use super::*;
use camino::{Utf8Path, Utf8PathBuf};

/// A temporary project. Its server is ended with it, also after a failed assertion.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        Self(
            tempfile::Builder::new()
                .prefix("a project ")
                .tempdir()
                .unwrap(),
        )
    }

    fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.0.path()).unwrap()
    }

    async fn start(&self, port: Option<u16>) -> Result<LocalAws, Error> {
        start_on(self.path(), &install::cache().unwrap(), port, &|_| {}).await
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let Ok(Some(record)) = Record::load(&Folder::of(self.path())) else {
            return;
        };
        let pid = record
            .process
            .and_then(|one| rustix::process::Pid::from_raw(one.pid.cast_signed()));
        // The process itself as a "server" is a test's trick.
        if let Some(pid) = pid.filter(|pid| *pid != rustix::process::getpid()) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
            let _ = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
        }
    }
}

/// SQS as root.
async fn sqs(aws: &LocalAws) -> aws_sdk_sqs::Client {
    let access = crate::aws::Access {
        region: Some(REGION.to_owned()),
        local: Some(crate::aws::LocalAccess {
            endpoint: aws.server.endpoint.clone(),
            access_key_id: aws.access_key_id.clone(),
            secret_access_key: aws.secret_access_key.clone(),
        }),
        ..Default::default()
    };
    crate::aws::Aws::connect(&access).await.unwrap().sqs.clone()
}

async fn queues(aws: &LocalAws) -> Vec<String> {
    let listed = sqs(aws).await.list_queues().send().await.unwrap();
    listed.queue_urls.unwrap_or_default()
}

#[tokio::test]
async fn what_was_made_survives_a_stop_and_not_a_reset() {
    let project = Project::new();
    assert_eq!(status(project.path()).await.unwrap(), None);
    assert!(!stop(project.path()).await.unwrap());
    reset(project.path()).await.unwrap();
    assert!(!project.path().join(".gatewayq").exists());

    let first = project.start(None).await.unwrap();
    let running = status(project.path()).await.unwrap();
    assert_eq!(running, Some(first.server.clone()));
    let fifo = aws_sdk_sqs::types::QueueAttributeName::FifoQueue;
    let create = sqs(&first).await.create_queue().queue_name("kept.fifo");
    let made = create.attributes(fifo, "true").send().await.unwrap();
    let url = format!("{}/{ACCOUNT}/kept.fifo", first.server.endpoint);
    assert_eq!(made.queue_url.as_ref(), Some(&url));

    assert!(stop(project.path()).await.unwrap());
    assert_eq!(status(project.path()).await.unwrap(), None);
    assert!(!stop(project.path()).await.unwrap());

    let second = project.start(None).await.unwrap();
    assert_eq!(second.server.endpoint, first.server.endpoint);
    assert_ne!(second.server.pid, first.server.pid);
    assert_eq!(queues(&second).await, [url]);

    reset(project.path()).await.unwrap();
    let third = project.start(None).await.unwrap();
    assert!(queues(&third).await.is_empty());
}

#[tokio::test]
async fn it_keeps_its_files_to_itself() {
    let project = Project::new();
    let aws = project.start(None).await.unwrap().server;
    assert!(aws.port < 32768);
    let folder = project.path().join(".gatewayq/local");
    assert_eq!(
        folder.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    let ignored = std::fs::read_to_string(project.path().join(".gatewayq/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
    for temporary in std::env::temp_dir().read_dir().unwrap().flatten() {
        let name = temporary.file_name().into_string().unwrap_or_default();
        assert!(!name.contains(&aws.port.to_string()), "{name}");
    }
    assert!(
        folder
            .join(format!("tmp/ministack-{}.pid", aws.port))
            .is_file()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_at_once_give_one_server() {
    let project = std::sync::Arc::new(Project::new());
    let starts = (0..4).map(|_| {
        let project = project.clone();
        tokio::spawn(async move { project.start(None).await.unwrap().server })
    });
    let mut servers = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        servers.push(start.await.unwrap());
    }
    assert!(
        servers.iter().all(|server| *server == servers[0]),
        "{servers:?}"
    );
}

/// A server of somebody else on a port that could have been ours.
fn somebody_else() -> (TcpListener, u16) {
    let mut ports = port::candidates("/somebody/else".into(), None);
    let bound = ports.find_map(|port| Some((TcpListener::bind(("127.0.0.1", port)).ok()?, port)));
    bound.unwrap()
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let project = Project::new();
    let (_listener, port) = somebody_else();
    let told = project.start(Some(port)).await.unwrap_err().to_string();
    assert!(
        told.contains(&format!("port {port} on 127.0.0.1 is taken")),
        "{told}"
    );
    assert!(told.contains("GATEWAYQ_LOCAL_PORT"), "{told}");
    assert_eq!(status(project.path()).await.unwrap(), None);
}

#[tokio::test]
async fn a_port_lost_to_somebody_else_is_replaced_and_said() {
    let project = Project::new();
    let (_listener, port) = somebody_else();
    let folder = Folder::of(project.path());
    folder.create().unwrap();
    Record {
        port,
        process: None,
    }
    .save(&folder)
    .unwrap();
    let said = std::sync::Mutex::new(Vec::new());
    let say = |line: &str| said.lock().unwrap().push(line.to_owned());
    let aws = start_on(project.path(), &install::cache().unwrap(), None, &say)
        .await
        .unwrap()
        .server;
    assert_ne!(aws.port, port);
    let said = said.into_inner().unwrap().join("\n");
    assert!(
        said.contains(&format!("moves to port {}", aws.port)),
        "{said}"
    );

    let told = project.start(Some(port)).await.unwrap_err().to_string();
    assert!(
        told.contains(&format!("already runs on port {}", aws.port)),
        "{told}"
    );
    let again = project.start(Some(aws.port)).await.unwrap();
    assert_eq!(again.server, aws);
}

#[tokio::test]
async fn a_stale_record_neither_fools_nor_kills_anybody() {
    let project = Project::new();
    let folder = Folder::of(project.path());
    folder.create().unwrap();
    let own = std::process::id();
    let started = record::Started {
        pid: own,
        started_at: "another time".into(),
        instance: "x".into(),
        fingerprint: String::new(),
    };
    Record {
        port: 20_001,
        process: Some(started),
    }
    .save(&folder)
    .unwrap();
    assert_eq!(status(project.path()).await.unwrap(), None);
    assert!(!stop(project.path()).await.unwrap());

    std::fs::write(folder.record(), "{\"port\": \"garbage").unwrap();
    let aws = project.start(None).await.unwrap().server;
    assert_ne!(aws.pid, own);

    let pid = rustix::process::Pid::from_raw(aws.pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while process::started_at(aws.pid).await.is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(status(project.path()).await.unwrap(), None);
    let again = project.start(None).await.unwrap().server;
    assert_eq!(again.port, aws.port);
    assert_ne!(again.pid, aws.pid);
}

#[tokio::test]
async fn a_server_that_does_not_come_up_shows_its_log() {
    let project = Project::new();
    let folder = Folder::of(project.path());
    folder.create().unwrap();
    let python: Utf8PathBuf = project.path().join("python");
    std::fs::write(
        &python,
        "#!/bin/sh\nread word\necho \"no module, got ${#word} characters\"\nexit 4\n",
    )
    .unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let secret = secret::ensure(&folder).unwrap();
    let told = server::start(&folder, None, &python, &secret, None, &|_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("it ended (exit status: 4)"), "{told}");
    assert!(told.contains("no module, got 40 characters"), "{told}");
    assert!(told.contains("server.log"), "{told}");
}

#[tokio::test]
async fn a_server_whose_starter_died_before_noting_it_down_does_not_run() {
    let project = Project::new();
    let folder = Folder::of(project.path());
    folder.create().unwrap();
    let python = install::python(&install::cache().unwrap(), &|_| {})
        .await
        .unwrap();
    let record = Record {
        port: 20_002,
        process: None,
    };
    emulator::write(&folder).unwrap();
    let mut child = launch::spawn(&folder, &record, "nobody", &python).unwrap();
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

/// As older versions left it: a server with the word `test` for a secret, and its state.
#[tokio::test]
async fn the_state_of_an_older_gatewayq_moves_over() {
    let project = Project::new();
    let first = project.start(None).await.unwrap();
    let create = sqs(&first).await.create_queue().queue_name("kept");
    create.send().await.unwrap();
    let folder = Folder::of(project.path());
    std::fs::remove_file(folder.secret()).unwrap();
    let record = std::fs::read_to_string(folder.record()).unwrap();
    let mut record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let process = record["process"].as_object_mut().unwrap();
    process.remove("fingerprint").unwrap();
    let started_at = process.remove("started_at").unwrap();
    process.insert("born".to_owned(), started_at);
    std::fs::write(folder.record(), record.to_string()).unwrap();

    let found = status(project.path()).await.unwrap();
    assert_eq!(found, Some(first.server.clone()));
    let second = project.start(None).await.unwrap();
    assert_ne!(second.server.pid, first.server.pid);
    assert_eq!(second.server.endpoint, first.server.endpoint);
    assert_eq!(queues(&second).await.len(), 1);
    assert!(process::started_at(first.server.pid).await.is_none());
}
