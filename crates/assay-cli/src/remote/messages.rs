//! An event stream (`text/event-stream`) cut into its messages.

use std::io::{self, BufRead, Read as _};

/// Largest line, bytes: a report is one, and its largest parts are bounded to far less.
const MOST_BYTES: u64 = 64 << 20;

/// Reads messages off a stream.
#[derive(Debug)]
pub(crate) struct Messages<R> {
    lines: R,
}

impl<R: BufRead> Messages<R> {
    /// Of these bytes.
    pub(crate) fn of(lines: R) -> Messages<R> {
        Messages { lines }
    }

    /// The data of the next message; nothing at the end. Comments, which keep a connection alive, and fields that nobody
    /// here needs are passed over; half a message at the end is none.
    pub(crate) fn next(&mut self) -> io::Result<Option<String>> {
        let mut data: Option<String> = None;
        while let Some(line) = self.line()? {
            if line.is_empty() {
                if data.is_some() {
                    return Ok(data);
                }
            } else if let Some(text) = line.strip_prefix("data:") {
                let text = text.strip_prefix(' ').unwrap_or(text);
                match &mut data {
                    None => data = Some(text.to_owned()),
                    Some(before) if (before.len() + text.len()) as u64 <= MOST_BYTES => {
                        before.push('\n');
                        before.push_str(text);
                    }
                    Some(_) => return Err(too_long()),
                }
            }
        }
        Ok(None)
    }

    /// One line without its end; nothing when the stream ends before the line does.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.lines.by_ref().take(MOST_BYTES + 1).read_until(b'\n', &mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            return if bytes.len() as u64 >= MOST_BYTES { Err(too_long()) } else { Ok(None) };
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        String::from_utf8(bytes).map(Some).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a message is over {MOST_BYTES} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut messages = Messages::of(text.as_bytes());
        let mut found = Vec::new();
        while let Some(data) = messages.next().unwrap() {
            found.push(data);
        }
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn messages_end_with_an_empty_line() {
        check("id: 1\nevent: step\ndata: {\"seq\":1}\n\nid: 2\ndata:x\n\n", &["{\"seq\":1}", "x"]);
        check(": a comment\n\n\n:\n\ndata: a\r\n\r\n", &["a"]);
        check("data: a\ndata: b\n\nevent: none\n\n", &["a\nb"]);
        check("data:  two spaces\n\n", &[" two spaces"]);
    }

    #[test]
    fn half_a_message_is_none() {
        check("data: a\n\ndata: b\n", &["a"]);
        check("data: a\n\ndata: half of it", &["a"]);
        check("", &[]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut messages = Messages::of(io::BufReader::new(io::repeat(b'a')));
        assert_eq!(messages.next().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
