//! Takes DER apart, one element at a time and without copying.

use der::asn1::AnyRef;
use der::{Decode, Header, Reader, SliceReader, Tag, TagNumber, Tagged};

/// One element: a tag and what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// The tag.
    pub(super) tag: Tag,
    /// What the element holds.
    pub(super) value: &'a [u8],
    /// The element with its tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Returns the element that these bytes are, where nothing follows it.
    pub(super) fn only(bytes: &'a [u8], tag: Tag) -> Option<Element<'a>> {
        let mut fields = Fields::of(bytes)?;
        let element = fields.expect(tag)?;
        fields.end()?;
        Some(element)
    }

    /// Returns the elements within.
    pub(super) fn fields(self) -> Option<Fields<'a>> {
        Fields::of(self.value)
    }

    /// Returns all elements within, where there are no more than `limit`.
    pub(super) fn list(self, limit: usize) -> Option<Vec<Element<'a>>> {
        let mut fields = self.fields()?;
        let mut list = Vec::new();
        while !fields.0.is_finished() {
            if list.len() == limit {
                return None;
            }
            list.push(fields.next()?);
        }
        Some(list)
    }

    /// Returns the element as what `T` reads.
    pub(super) fn read<T: Decode<'a>>(self) -> Option<T> {
        T::from_der(self.whole).ok()
    }
}

/// The elements not yet read.
pub(super) struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8]) -> Option<Fields<'a>> {
        SliceReader::new(bytes).ok().map(Fields)
    }

    /// Returns the next element.
    pub(super) fn next(&mut self) -> Option<Element<'a>> {
        let whole = self.0.tlv_bytes().ok()?;
        let any = AnyRef::from_der(whole).ok()?;
        Some(Element {
            tag: any.tag(),
            value: any.value(),
            whole,
        })
    }

    /// Returns the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: Tag) -> Option<Element<'a>> {
        self.optional(tag)
    }

    /// Returns the next element where it has this tag, and otherwise leaves it unread.
    pub(super) fn optional(&mut self, tag: Tag) -> Option<Element<'a>> {
        match self.0.peek_header() {
            Ok(Header { tag: found, .. }) if found == tag => self.next(),
            _ => None,
        }
    }

    /// Returns the next element as what `T` reads.
    pub(super) fn read<T: Decode<'a>>(&mut self) -> Option<T> {
        self.next()?.read()
    }

    /// Returns nothing where nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_finished().then_some(())
    }
}

/// Returns the tag `[number]` of a constructed element.
pub(super) fn constructed(number: TagNumber) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number,
    }
}

/// Returns the tag `[number]` of a primitive element.
pub(super) fn primitive(number: TagNumber) -> Tag {
    Tag::ContextSpecific {
        constructed: false,
        number,
    }
}
