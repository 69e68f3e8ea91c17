//! The few lines of HTTP for what ChromeDriver offers beyond the WebDriver standard, and for ending it on drop, where
//! nothing can be awaited.

use std::{
    io::{BufRead, BufReader, Error, Result, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// No answer takes longer, or ChromeDriver is stuck.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends a request to a port of this machine and reads the answer's `value`. Blocks.
pub fn request(port: u16, method: &str, path: &str, body: &Value) -> Result<Value> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let body = body.to_string();
    // In one piece: ChromeDriver does not wait for the rest of a request.
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let (status, body) = read(BufReader::new(stream))?;
    if status != "200" {
        return Err(Error::other(format!("{method} {path}: {status} {body}")));
    }
    let mut json: Value = serde_json::from_str(&body)?;
    Ok(json["value"].take())
}

/// Reads status and body. ChromeDriver keeps the connection open whatever it is asked, so the length counts.
fn read(mut stream: impl BufRead) -> Result<(String, String)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(Error::other("the answer breaks off"));
        }
    }
    let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse().ok())
        .ok_or_else(|| Error::other("the answer has no length"))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
