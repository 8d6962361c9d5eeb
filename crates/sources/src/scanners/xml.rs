//! Reads XML as a row of elements: whole, well-formed, and with nothing that expands.

use super::MAX_DEPTH;
use super::error::ReportError;
use super::found::shown;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// An element that opens, or one that closes.
pub(super) enum Element {
    Open(Open),
    Close(String),
}

/// The start of an element.
pub(super) struct Open {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    offset: u64,
}

/// The elements of a document, in their order.
pub(super) struct Elements<'a> {
    reader: Reader<&'a [u8]>,
    format: &'static str,
    depth: usize,
    ended: bool,
}

impl<'a> Elements<'a> {
    pub(super) fn new(format: &'static str, text: &'a str) -> Elements<'a> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Elements {
            reader,
            format,
            depth: 0,
            ended: false,
        }
    }

    /// Returns the next element, `None` after the end of the outermost.
    pub(super) fn next(&mut self) -> Result<Option<Element>, ReportError> {
        loop {
            let offset = self.reader.buffer_position();
            let event = self.reader.read_event();
            let event = event.map_err(|error| self.broken(self.reader.error_position(), error))?;
            match event {
                Event::Start(start) => return self.open(&start, offset).map(Some),
                Event::End(end) => {
                    self.depth -= 1;
                    self.ended = self.depth == 0;
                    let name = String::from_utf8_lossy(end.name().0).into_owned();
                    return Ok(Some(Element::Close(name)));
                }
                Event::DocType(doctype) if doctype.contains(&b'[') => {
                    return Err(ReportError::Doctype { offset });
                }
                Event::Text(text) if self.depth == 0 => self.only_white_space(&text, offset)?,
                Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => {
                    return Err(ReportError::Trailing { place: at(offset) });
                }
                Event::Eof if self.ended => return Ok(None),
                Event::Eof => {
                    return Err(ReportError::Truncated {
                        place: format!("{} elements deep, {}", self.depth, at(offset)),
                    });
                }
                // `expand_empty_elements` leaves no `Empty`. A reference in a text is never looked up.
                Event::Empty(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, offset: u64) -> Result<Element, ReportError> {
        if self.ended {
            return Err(ReportError::Trailing { place: at(offset) });
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ReportError::TooDeep { offset });
        }
        let mut attributes = BTreeMap::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.broken(offset, error))?;
            let name = String::from_utf8_lossy(attribute.key.0).into_owned();
            // Only the five entities of XML itself and characters by number are known.
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.broken(offset, error))?;
            attributes.insert(name, value.into_owned());
        }
        Ok(Element::Open(Open {
            name: String::from_utf8_lossy(start.name().0).into_owned(),
            attributes,
            offset,
        }))
    }

    fn only_white_space(&self, text: &[u8], offset: u64) -> Result<(), ReportError> {
        match (text.trim_ascii().is_empty(), self.ended) {
            (true, _) => Ok(()),
            (false, true) => Err(ReportError::Trailing { place: at(offset) }),
            (false, false) => Err(self.broken(offset, "text before the first element")),
        }
    }

    fn broken(&self, offset: u64, why: impl ToString) -> ReportError {
        let why = shown(&why.to_string());
        ReportError::Xml { offset, why }
    }

    /// Returns a whole number that an attribute holds, `None` where it is absent or empty.
    pub(super) fn number(&self, open: &Open, name: &str) -> Result<Option<u64>, ReportError> {
        match open.attributes.get(name).map(|value| value.trim()) {
            None | Some("") => Ok(None),
            Some(value) => match value.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.unexpected(open, name, value)),
            },
        }
    }

    /// Returns a whole number that an attribute must hold.
    pub(super) fn needed(&self, open: &Open, name: &str) -> Result<u64, ReportError> {
        let number = self.number(open, name)?;
        number.ok_or_else(|| self.unexpected(open, name, ""))
    }

    fn unexpected(&self, open: &Open, name: &str, found: &str) -> ReportError {
        ReportError::Value {
            format: self.format,
            place: format!(
                "`{name}` of the element `{}` {}",
                open.name,
                at(open.offset)
            ),
            found: shown(found),
            expected: "a whole number",
        }
    }
}

fn at(offset: u64) -> String {
    format!("at offset {offset}")
}
