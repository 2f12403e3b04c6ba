//! A real server in a temporary project. The first test to run installs it into the user's cache.
#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

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

/// A call to SQS as root, whose signature is not looked at.
async fn sqs(aws: &LocalAws, action: &str, body: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", aws.port))
        .await
        .unwrap();
    let request = format!(
        "POST / HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: AmazonSQS.{action}\r\nContent-Length: {}\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={}/20260101/{}/sqs/aws4_request, \
         SignedHeaders=host, Signature=0\r\n\r\n{body}",
        aws.port,
        body.len(),
        aws.access_key_id,
        aws.region,
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

const QUEUE: &str = r#"{"QueueName":"kept.fifo","Attributes":{"FifoQueue":"true"}}"#;

#[tokio::test]
async fn what_was_made_survives_a_stop_and_not_a_reset() {
    let project = Project::new();
    assert_eq!(status(project.path()).await.unwrap(), None);
    assert!(!stop(project.path()).await.unwrap());
    reset(project.path()).await.unwrap();
    assert!(!project.path().join(".gatewayq").exists());

    let first = project.start(None).await.unwrap();
    assert_eq!(status(project.path()).await.unwrap(), Some(first.clone()));
    let made = sqs(&first, "CreateQueue", QUEUE).await;
    assert!(
        made.contains(&format!("{}/{ACCOUNT}/kept.fifo", first.endpoint)),
        "{made}"
    );

    assert!(stop(project.path()).await.unwrap());
    assert_eq!(status(project.path()).await.unwrap(), None);
    assert!(!stop(project.path()).await.unwrap());

    let second = project.start(None).await.unwrap();
    assert_eq!(
        (second.port, &second.endpoint),
        (first.port, &first.endpoint)
    );
    assert_ne!(second.pid, first.pid);
    assert!(sqs(&second, "ListQueues", "{}").await.contains("kept.fifo"));

    reset(project.path()).await.unwrap();
    let third = project.start(None).await.unwrap();
    assert!(!sqs(&third, "ListQueues", "{}").await.contains("kept.fifo"));
}

#[tokio::test]
async fn it_listens_on_loopback_alone_and_keeps_its_files_to_itself() {
    let project = Project::new();
    let aws = project.start(None).await.unwrap();
    assert!(aws.port < 32768);
    #[cfg(target_os = "linux")]
    {
        let expected: std::net::SocketAddr = ([127, 0, 0, 1], aws.port).into();
        assert_eq!(listening::addresses(aws.pid), [expected]);
    }
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
        tokio::spawn(async move { project.start(None).await.unwrap() })
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
        .unwrap();
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
    assert_eq!(project.start(Some(aws.port)).await.unwrap(), aws);
}

#[tokio::test]
async fn a_stale_record_neither_fools_nor_kills_anybody() {
    let project = Project::new();
    let folder = Folder::of(project.path());
    folder.create().unwrap();
    let own = std::process::id();
    let started = record::Started {
        pid: own,
        born: "another time".into(),
        instance: "x".into(),
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
    let aws = project.start(None).await.unwrap();
    assert_ne!(aws.pid, own);

    let pid = rustix::process::Pid::from_raw(aws.pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while process::born(aws.pid).await.is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(status(project.path()).await.unwrap(), None);
    let again = project.start(None).await.unwrap();
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
        "#!/bin/sh\nread word\necho \"no module, said $word\"\nexit 4\n",
    )
    .unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let told = server::start(&folder, None, &python, None, &|_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("it ended (exit status: 4)"), "{told}");
    assert!(told.contains("no module, said go"), "{told}");
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
    let mut child = launch::spawn(&folder, &record, "nobody", &python).unwrap();
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}
