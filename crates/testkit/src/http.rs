//! A server of HTTP/1.1 on loopback that answers by a function: static files, or git's own `http-backend`.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What somebody asks.
#[derive(Debug)]
pub struct Asked {
    /// `GET`, `POST` and others.
    pub method: String,
    /// The path, from its first slash on.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Headers beside the length.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it ends.
    pub ending: Ending,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With its last byte.
    Whole,
    /// After so many bytes of the body, as where a connection is cut; its length was announced before.
    CutAfter(usize),
    /// Not before the other side goes away: the body is sent again and again, and no length is announced.
    Endless,
    /// As `Endless`, but byte for byte, with this pause before each.
    Trickling(Duration),
    /// Not before the other side goes away: nothing comes behind the body.
    Silent,
    /// With its last byte, in chunks of so many bytes.
    Chunks(usize),
    /// As `Chunks`, without the chunk that ends it.
    CutChunks(usize),
}

/// A server that listens until it is dropped.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl Asked {
    /// Returns the value of a header, whose name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }
}

impl Answered {
    /// Returns an answer without a body.
    #[must_use]
    pub fn status(status: u16) -> Answered {
        Answered {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            ending: Ending::Whole,
        }
    }
}

impl HttpServer {
    /// Returns a server that answers by a function, on as many threads as there are who ask.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn start(answer: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> HttpServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (is_over, answer) = (Arc::new(AtomicBool::new(false)), Arc::new(answer));
        let over = is_over.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let answer = answer.clone();
                // Who asks and goes away is not answered.
                thread::spawn(move || drop(exchange(&stream, &*answer)));
            }
        });
        HttpServer { address, is_over }
    }

    /// Returns a server of the files in a folder.
    #[must_use]
    pub fn of_files(folder: PathBuf) -> HttpServer {
        HttpServer::start(move |asked| {
            let file = folder.join(asked.path.trim_start_matches('/'));
            match fs::read(file) {
                Ok(body) => Answered {
                    body,
                    ..Answered::status(200)
                },
                Err(_) => Answered::status(404),
            }
        })
    }

    /// Returns a server of the bare repositories in a folder, to whoever sends this authorization.
    #[must_use]
    pub fn of_git(folder: PathBuf, authorization: &'static str) -> HttpServer {
        HttpServer::start(move |asked| match asked.header("authorization") {
            Some(sent) if sent == authorization => git_backend(&folder, asked),
            Some(_) | None => Answered {
                headers: vec![("WWW-Authenticate".into(), "Basic realm=\"git\"".into())],
                ..Answered::status(401)
            },
        })
    }

    /// Returns host and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // It waits for somebody to ask.
        let _ = TcpStream::connect(self.address);
    }
}

fn exchange(stream: &TcpStream, answer: &dyn Fn(&Asked) -> Answered) -> io::Result<()> {
    let asked = read(&mut BufReader::new(stream))?;
    let Answered {
        status,
        headers,
        body,
        ending,
    } = answer(&asked);
    let mut head = format!("HTTP/1.1 {status} x\r\nConnection: close\r\n");
    match ending {
        Ending::Whole | Ending::CutAfter(_) => {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        Ending::Chunks(_) | Ending::CutChunks(_) => head += "Transfer-Encoding: chunked\r\n",
        Ending::Endless | Ending::Trickling(_) | Ending::Silent => {}
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = stream;
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match ending {
        Ending::Whole => stream.write_all(&body),
        Ending::CutAfter(bytes) => stream.write_all(&body[..bytes]),
        Ending::Endless => loop {
            stream.write_all(&body)?;
        },
        Ending::Trickling(pause) => loop {
            for byte in &body {
                thread::sleep(pause);
                stream.write_all(&[*byte])?;
            }
        },
        Ending::Silent => {
            stream.write_all(&body)?;
            // It returns once the other side is gone.
            stream.read(&mut [0]).map(drop)
        }
        Ending::Chunks(bytes) => {
            in_chunks(stream, &body, bytes)?;
            stream.write_all(b"0\r\n\r\n")
        }
        Ending::CutChunks(bytes) => in_chunks(stream, &body, bytes),
    }
}

fn in_chunks(mut stream: impl Write, body: &[u8], bytes: usize) -> io::Result<()> {
    for chunk in body.chunks(bytes) {
        let length = format!("{:x}\r\n", chunk.len());
        stream.write_all(&[length.as_bytes(), chunk, b"\r\n"].concat())?;
    }
    Ok(())
}

fn read(stream: &mut impl BufRead) -> io::Result<Asked> {
    let first = line(stream)?;
    let mut words = first.split(' ').map(str::to_owned);
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = Vec::new();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
    };
    asked.body = match (
        asked.header("transfer-encoding"),
        asked.header("content-length"),
    ) {
        (Some(_), _) => chunks(stream)?,
        (None, Some(length)) => exactly(stream, length.parse().unwrap_or(0))?,
        (None, None) => Vec::new(),
    };
    Ok(asked)
}

/// RFC 9112 section 7.1: a length in hexadecimal before each chunk, and 0 behind the last.
fn chunks(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(line(stream)?.trim(), 16).unwrap_or(0);
        body.extend(exactly(stream, length)?);
        line(stream)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn exactly(stream: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

/// Returns what `git http-backend` answers for the bare repositories in a folder, asked as RFC 3875 says.
///
/// # Panics
/// If git cannot be started.
#[must_use]
pub fn git_backend(folder: &Path, asked: &Asked) -> Answered {
    let mut git = Command::new("git");
    git.arg("http-backend")
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "somebody")
        .env("REQUEST_METHOD", &asked.method)
        .env("PATH_INFO", &asked.path)
        .env("QUERY_STRING", &asked.query)
        .env("CONTENT_LENGTH", asked.body.len().to_string());
    for (header, variable) in [
        ("content-type", "CONTENT_TYPE"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        if let Some(value) = asked.header(header) {
            git.env(variable, value);
        }
    }
    let child = git.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("git can be started");
    let mut stdin = child.stdin.take().expect("it is a pipe");
    let output = thread::scope(|scope| {
        // It may end before it has read all.
        scope.spawn(move || drop(stdin.write_all(&asked.body)));
        child.wait_with_output().expect("it ends").stdout
    });
    answered(&mut output.as_slice())
}

fn answered(output: &mut &[u8]) -> Answered {
    let mut answer = Answered::status(200);
    while let Ok(line) = line(output)
        && let Some((name, value)) = line.split_once(": ")
    {
        match name {
            "Status" => answer.status = value.get(..3).map_or(500, |it| it.parse().unwrap_or(500)),
            name => answer.headers.push((name.to_owned(), value.to_owned())),
        }
    }
    answer.body = output.to_vec();
    answer
}

#[cfg(test)]
mod tests {
    use super::HttpServer;
    use crate::server::get;

    #[test]
    fn files_are_served_until_the_server_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "text").unwrap();
        let server = HttpServer::of_files(folder.path().to_owned());
        let port = server.address().port();
        assert_eq!((get(port, "/a"), get(port, "/b")), (Some(200), Some(404)));
        drop(server);
    }

    #[test]
    fn repositories_are_served_to_who_is_let_in() {
        let folder = tempfile::tempdir().unwrap();
        let server = HttpServer::of_git(folder.path().to_owned(), "Basic YTpi");
        assert_eq!(get(server.address().port(), "/x/info/refs"), Some(401));
    }
}
