//! One exchange over HTTP/1.1, which fails where the other side dies.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use tlog::witness::answer::Answer;

/// Sends the body of `add-checkpoint` and returns what a client reads in the response.
pub(crate) fn add_checkpoint(address: SocketAddr, body: &[u8]) -> io::Result<Answer> {
    let (status, content_type, body) = exchange(address, "POST /add-checkpoint", body)?;
    Ok(Answer::read(status, &content_type, &body).unwrap())
}

/// Returns status, content type and body.
pub(crate) fn exchange(
    address: SocketAddr,
    call: &str,
    body: &[u8],
) -> io::Result<(u16, String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    let head = format!(
        "{call} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn parse(bytes: &[u8]) -> Option<(u16, String, Vec<u8>)> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let field = |name: &str| {
        let mut fields = head.lines().filter_map(|line| line.split_once(": "));
        fields.find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    };
    let body = &bytes[end + 4..];
    let length = field("content-length").and_then(|length| length.parse().ok());
    // A body that was cut off is none.
    if length.is_some_and(|length: usize| body.len() != length) {
        return None;
    }
    let content_type = field("content-type").unwrap_or_default();
    Some((status, content_type.to_owned(), body.to_vec()))
}
