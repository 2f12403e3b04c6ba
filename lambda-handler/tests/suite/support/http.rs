//! An HTTP/1.1 server for tests, small enough to misbehave on purpose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub(crate) struct Request {
    pub method: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub(crate) enum Reaction {
    /// Status, headers, body.
    Reply(u16, Vec<(&'static str, String)>, String),
    /// No answer, for longer than any test waits.
    Hang,
    /// The connection is closed instead of an answer.
    Cut,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(key, _)| key == name)?;
        Some(value)
    }
}

/// Starts a server on loopback that lives as long as the test; answers with its `host:port`.
pub(crate) fn serve(react: impl Fn(&Request) -> Reaction + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let react = Arc::new(react);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let react = Arc::clone(&react);
            thread::spawn(move || connection(stream.unwrap(), &*react));
        }
    });
    address
}

/// Ends at the first fault of the connection, which is what the other side made of it.
fn connection(stream: TcpStream, react: &dyn Fn(&Request) -> Reaction) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let request = read(&mut reader)?;
        match react(&request) {
            Reaction::Reply(status, headers, body) => {
                let headers: String = headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}\r\n"))
                    .collect();
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}"
                );
                stream.write_all(text.as_bytes()).ok()?;
            }
            Reaction::Hang => thread::sleep(Duration::from_secs(600)),
            Reaction::Cut => return None,
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let first = line(reader)?;
    let (method, _) = first.split_once(' ')?;
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request {
        method: method.to_owned(),
        headers,
        body: String::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line).ok()? {
        0 => None,
        _ => Some(line.trim_end().to_owned()),
    }
}
