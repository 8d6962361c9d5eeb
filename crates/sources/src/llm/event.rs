//! Server-sent events: the WHATWG's HTML, section 9.2.6, "Interpreting an event stream".

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its name; empty where it has none.
    pub(super) name: String,
    /// Its lines of data, joined.
    pub(super) data: String,
    /// The byte at which it begins.
    pub(super) at: usize,
}

/// Returns the events of a stream that has come. One that no blank line ends is none: the rest of it may be missing.
pub(super) fn events(text: &str) -> Vec<Event> {
    let mut found = Vec::new();
    let mut event = Open::default();
    let mut lines = Lines::of(text);
    while let Some((at, line)) = lines.next() {
        match line {
            "" => found.extend(std::mem::take(&mut event).dispatch()),
            line => event.take(at, line),
        }
    }
    found
}

/// Returns whether a text begins as a stream does: with a field, or a comment.
pub(super) fn is_stream(text: &str) -> bool {
    let fields = ["data:", "event:", "id:", "retry:", ":"];
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.trim_start_matches(['\r', '\n']);
    // It may be cut in its first word.
    let is_one = |field: &&str| text.starts_with(*field) || field.starts_with(text);
    !text.is_empty() && fields.iter().any(is_one)
}

/// The lines that end with CR LF, LF or CR; what no line end follows is not one yet.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        // One byte order mark is passed over.
        let at = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
        Lines { text, at }
    }

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let (at, rest) = (self.at, self.text.get(self.at..)?);
        let length = rest.find(['\r', '\n'])?;
        let end = match rest[length..].starts_with("\r\n") {
            true => 2,
            false => 1,
        };
        self.at = at + length + end;
        Some((at, &rest[..length]))
    }
}

/// An event whose blank line has not come.
#[derive(Default)]
struct Open {
    name: String,
    data: Option<String>,
    at: Option<usize>,
}

impl Open {
    fn take(&mut self, at: usize, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            // A comment, `id`, `retry`, or what a later standard may bring.
            _ => return,
        }
        self.at.get_or_insert(at);
    }

    /// An event without data is none.
    fn dispatch(self) -> Option<Event> {
        let data = self.data.filter(|data| !data.is_empty())?;
        Some(Event {
            name: self.name,
            data,
            at: self.at.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{events, is_stream};

    fn check(text: &str, expected: &[(&str, &str, usize)]) {
        let found = events(text);
        let found: Vec<(&str, &str, usize)> = found
            .iter()
            .map(|it| (it.name.as_str(), it.data.as_str(), it.at))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_end_in_each_of_three_ways() {
        for end in ["\n", "\r\n", "\r"] {
            let second = "event: a".len() + "data: b".len() + 3 * end.len();
            let text = [
                "event: a", "data: b", "", "data:c", "data", "data:  d", "", "",
            ]
            .join(end);
            check(&text, &[("a", "b", 0), ("", "c\n\n d", second)]);
        }
    }

    #[test]
    fn what_is_no_event_is_passed_over() {
        check("\u{feff}data: a\n\n", &[("", "a", 3)]);
        check(": keep-alive\n\nid: 7\nretry: 5\nother\n\n", &[]);
        check("event: a\n\ndata:\n\ndata: b\n\n", &[("", "b", 17)]);
        check("data: a\n\ndata: b\n", &[("", "a", 0)]);
        check("data: a\n\ndata: b", &[("", "a", 0)]);
        check("", &[]);
    }

    #[test]
    fn a_stream_begins_with_a_field() {
        for text in ["data: a\n", "\n\nevent: a\r\n", ": waiting\n", "dat"] {
            assert!(is_stream(text), "{text:?}");
        }
        for text in ["", "\n", "Sorry.\ndata: a\n", "{\n", "<html>\n", "database"] {
            assert!(!is_stream(text), "{text:?}");
        }
    }
}
