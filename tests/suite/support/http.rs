//! A small HTTP server that answers what a test says, and remembers what it was asked.
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::ports;

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /path HTTP/1.1`.
    pub line: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    /// Reads one request; `None` where the other side closed.
    pub(crate) fn read(from: &mut impl BufRead) -> Option<Self> {
        let line = line(from)?;
        let mut headers = Vec::new();
        while let Some(header) = line_of(from) {
            let (name, value) = header.split_once(':').unwrap();
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut asked = Self {
            line,
            headers,
            body: vec![],
        };
        let length = asked.header("content-length").unwrap_or("0").parse();
        asked.body = vec![0; length.unwrap()];
        from.read_exact(&mut asked.body).ok()?;
        Some(asked)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn line(from: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    (from.read_line(&mut text).ok()? > 0).then(|| text.trim_end().to_owned())
}

fn line_of(from: &mut impl BufRead) -> Option<String> {
    line(from).filter(|line| !line.is_empty())
}

/// An answer, ready to be sent. The connection is closed after it.
pub(crate) fn answer(status: u16, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A server on the loopback interface; it lives as long as the test's process.
pub(crate) struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers each request with what `answer` makes of it and of how many came before.
    pub(crate) fn start(answer: impl Fn(&Asked, usize) -> Vec<u8> + Send + 'static) -> Self {
        let port = ports::free();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let memory = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &memory, &answer);
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    stream: TcpStream,
    memory: &Mutex<Vec<Asked>>,
    answer: &impl Fn(&Asked, usize) -> Vec<u8>,
) {
    let mut reader = BufReader::new(stream);
    let Some(asked) = Asked::read(&mut reader) else {
        return;
    };
    let before = memory.lock().unwrap().len();
    let bytes = answer(&asked, before);
    memory.lock().unwrap().push(asked);
    let _ = reader.get_mut().write_all(&bytes);
}
