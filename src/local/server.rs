//! The server process: start it, find it, stop it.

use std::fs;
use std::io::Write;
use std::process::Child;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::sleep;

use super::error::Error;
use super::folder::Folder;
use super::launch::spawn;
use super::record::{Record, Started};
use super::{emulator, health, port, process, secret};

/// It takes 0.5 s; a busy machine with a cold disk needs more.
const START: Duration = Duration::from_secs(30);
/// For an answer from a server that is up.
const ANSWER: Duration = Duration::from_secs(5);
/// For saving its state and ending.
const STOP: Duration = Duration::from_secs(20);
/// Lines of the log that an error shows.
const SHOWN: usize = 20;

/// The process of the recorded server, if that is still it and answers.
///
/// # Errors
/// [`Error::Silent`], and [`Error::OtherPort`] where another one is `wanted`.
pub(super) async fn running(
    record: &Record,
    folder: &Folder,
    wanted: Option<u16>,
) -> Result<Option<u32>, Error> {
    let Some(started) = &record.process else {
        return Ok(None);
    };
    let (pid, port) = (started.pid, record.port);
    if process::started_at(pid).await.as_ref() != Some(&started.started_at) {
        return Ok(None);
    }
    let until = Instant::now() + ANSWER;
    while !health::is(port, &started.instance, ANSWER).await {
        if Instant::now() >= until {
            return Err(Error::Silent {
                pid,
                port,
                log: folder.log(),
            });
        }
        sleep(Duration::from_millis(50)).await;
    }
    match wanted {
        Some(wanted) if wanted != port => Err(Error::OtherPort { port, wanted }),
        _ => Ok(Some(pid)),
    }
}

/// Starts a server on the wanted port, or on the first that is free.
///
/// # Errors
/// [`Error::PortTaken`], [`Error::NoPort`], [`Error::NotStarted`].
pub(super) async fn start(
    folder: &Folder,
    last: Option<Record>,
    python: &Utf8Path,
    secret: &SecretString,
    wanted: Option<u16>,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<super::Server, Error> {
    emulator::write(folder)?;
    let last_port = last.map(|record| record.port);
    let ports: Vec<u16> = match wanted {
        Some(port) => vec![port],
        None => port::candidates(folder.root(), last_port).collect(),
    };
    for port in ports.into_iter().filter(|port| port::is_free(*port)) {
        if wanted.is_none() && last_port.is_some_and(|last| last != port) {
            say(&format!(
                "the local AWS moves to port {port}: its last one is taken"
            ));
        }
        let record = Record {
            port,
            process: None,
        };
        if let Some((record, pid)) = start_on(folder, record, python, secret).await? {
            return Ok(super::Server::of(&record, pid));
        }
    }
    Err(wanted.map_or(Error::NoPort, |port| Error::PortTaken { port }))
}

/// `None` where somebody else was quicker to take the port.
async fn start_on(
    folder: &Folder,
    mut record: Record,
    python: &Utf8Path,
    secret: &SecretString,
) -> Result<Option<(Record, u32)>, Error> {
    let instance = format!("gatewayq-{}", secret::random::<16>()?);
    let mut child = spawn(folder, &record, &instance, python)?;
    let pid = child.id();
    // One that has died already has none: the wait below tells.
    let started_at = process::started_at(pid).await.unwrap_or_default();
    record.process = Some(Started {
        pid,
        started_at: started_at.clone(),
        instance: instance.clone(),
        fingerprint: emulator::fingerprint(secret),
    });
    record.save(folder)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Fails where it has died, which the wait tells too.
        let _ = writeln!(stdin, "{}", secret.expose_secret());
    }
    if let Err(why) = wait(&mut child, record.port, &instance).await {
        process::end(pid, &started_at, Duration::ZERO).await?;
        record.process = None;
        record.save(folder)?;
        let tail = tail(&folder.log());
        let taken = tail.contains("already in use");
        let error = Error::NotStarted {
            why,
            log: folder.log(),
            tail,
        };
        return if taken { Ok(None) } else { Err(error) };
    }
    Ok(Some((record, pid)))
}

async fn wait(child: &mut Child, port: u16, instance: &str) -> Result<(), String> {
    let until = Instant::now() + START;
    while Instant::now() < until {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("it ended ({status})"));
        }
        if health::is(port, instance, Duration::from_secs(1)).await {
            return Ok(());
        }
        sleep(Duration::from_millis(30)).await;
    }
    Err(format!("no answer within {} s", START.as_secs()))
}

/// Ends the recorded server and says whether there was one.
///
/// # Errors
/// [`Error::NotStopped`].
pub(super) async fn stop(folder: &Folder) -> Result<bool, Error> {
    let Some(mut record) = Record::load(folder)? else {
        return Ok(false);
    };
    let Some(started) = record.process.take() else {
        return Ok(false);
    };
    let ran = process::started_at(started.pid).await.as_ref() == Some(&started.started_at);
    process::end(started.pid, &started.started_at, STOP).await?;
    record.save(folder)?;
    // Unpacked functions; the next start unpacks what it needs.
    let _ = fs::remove_dir_all(folder.temporary());
    Ok(ran)
}

fn tail(log: &Utf8PathBuf) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN)..]
        .iter()
        .map(|line| format!("  {line}\n"))
        .collect()
}
