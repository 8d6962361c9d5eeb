//! Numbers and texts as bytes, written once and read without copies.

/// Values one behind the other: numbers and bytes in one place, texts in another.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    texts: String,
}

/// Values that are taken in the order in which they were written; `None` where they do not fit.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Checked at once, which is much faster than text by text.
    texts: &'a str,
}

impl Writer {
    /// Appends a number, seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Appends a number that may be negative.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    /// Appends bytes and how many there are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends a text.
    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.texts.push_str(text);
    }

    /// Appends what another writer has, so that a reader can pass it over.
    pub(super) fn append(&mut self, other: &Writer) {
        self.bytes(&other.bytes);
        self.text(&other.texts);
    }

    /// Returns everything as one file.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut file = Writer::default();
        file.bytes(&self.bytes);
        file.bytes.extend_from_slice(self.texts.as_bytes());
        file.bytes
    }

    /// Appends whether there is a value, and the value if there is one.
    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Appends how many values there are, and the values.
    pub(super) fn list<T>(&mut self, values: &[T], mut write: impl FnMut(&mut Writer, &T)) {
        self.number(values.len() as u64);
        for value in values {
            write(self, value);
        }
    }
}

impl<'a> Reader<'a> {
    /// Returns a reader of a file.
    pub(super) fn new(file: &'a [u8]) -> Option<Reader<'a>> {
        let mut reader = Reader {
            rest: file,
            texts: "",
        };
        let bytes = reader.bytes()?;
        Some(Reader {
            rest: bytes,
            texts: std::str::from_utf8(reader.rest).ok()?,
        })
    }

    /// Takes a number.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Takes a number of 32 bits.
    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// Takes a number that may be negative.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Takes a truth value.
    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// Takes bytes.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    /// Takes what another writer had.
    pub(super) fn part(&mut self) -> Option<Reader<'a>> {
        Some(Reader {
            rest: self.bytes()?,
            texts: self.text()?,
        })
    }

    /// Takes a text.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    /// Takes a value that may be absent.
    pub(super) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Reader<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.flag()? {
            true => read(self).map(Some),
            false => Some(None),
        }
    }

    /// Takes a list. No more room is made than the bytes that are left could fill.
    pub(super) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Reader<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let length = usize::try_from(self.number()?).ok()?;
        let mut values = Vec::with_capacity(length.min(self.rest.len()));
        for _ in 0..length {
            values.push(read(self)?);
        }
        Some(values)
    }

    /// Returns whether everything was taken.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.texts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read(number: u64, signed: i64, text: String, list: Vec<u64>, some: Option<u64>) {
            let mut writer = Writer::default();
            writer.number(number);
            writer.signed(signed);
            writer.bytes(text.as_bytes());
            writer.text(&text);
            writer.list(&list, |writer, number| writer.number(*number));
            writer.option(some, Writer::number);
            let file = writer.finish();
            let mut reader = Reader::new(&file).unwrap();
            assert_eq!(reader.number(), Some(number));
            assert_eq!(reader.signed(), Some(signed));
            assert_eq!(reader.bytes(), Some(text.as_bytes()));
            assert_eq!(reader.text(), Some(text.as_str()));
            assert_eq!(reader.list(Reader::number), Some(list));
            assert_eq!(reader.option(Reader::number), Some(some));
            assert!(reader.is_empty());
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let Some(mut reader) = Reader::new(&bytes) else {
                return Ok(());
            };
            let _ = reader.list(|reader| reader.option(Reader::text)).is_some();
            let _ = reader.signed().is_some();
        }
    }
}
