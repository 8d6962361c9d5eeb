//! What the compiler may read: three templates, the content and the embedded fonts. No clock, no disk.

use super::PdfError;
use super::legible::legible;
use jiff::civil::DateTime;
use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_kit::files::{FileLoader, FileStore};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const TEMPLATES: [(&str, &str); 4] = [
    ("/house.typ", include_str!("../typst/house.typ")),
    ("/policy.typ", include_str!("../typst/policy.typ")),
    (
        "/policy_alone.typ",
        include_str!("../typst/policy_alone.typ"),
    ),
    ("/report.typ", include_str!("../typst/report.typ")),
];

/// What the file says about itself: fixed by its content, so that equal input gives equal bytes.
pub(super) struct Stamp {
    pub(super) moment: DateTime,
    pub(super) ident: String,
    pub(super) creator: String,
}

/// One template with its content.
pub(super) struct World {
    library: LazyHash<Library>,
    fonts: FontStore,
    files: FileStore<Files>,
    main: FileId,
}

/// The files by name; `data.json` is the content.
struct Files {
    content: Bytes,
}

impl World {
    /// Returns the world in which `template` reads `content`.
    pub(super) fn new(template: &str, content: Value) -> Result<World, PdfError> {
        let mut fonts = FontStore::new();
        fonts.extend(typst_kit::fonts::embedded());
        let content = serde_json::to_vec(&legible(content, fonts.book()))?;
        let path = VirtualPath::new(template).map_err(|_| PdfError::Layout(template.to_owned()))?;
        Ok(World {
            library: LazyHash::new(Library::default()),
            fonts,
            files: FileStore::new(Files {
                content: Bytes::new(content),
            }),
            main: RootedPath::new(VirtualRoot::Project, path).intern(),
        })
    }

    /// Returns the pages as PDF/A-2a and PDF/UA-1.
    pub(super) fn pdf(&self, stamp: &Stamp) -> Result<Vec<u8>, PdfError> {
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|error| PdfError::Export(error.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(stamp.ident.clone()),
            creator: Smart::Custom(Some(stamp.creator.clone())),
            timestamp: Some(Timestamp::new_utc(datetime(stamp.moment)?)),
            standards,
            ..PdfOptions::default()
        };
        let document = typst::compile::<PagedDocument>(self)
            .output
            .map_err(|faults| PdfError::Layout(messages(&faults)))?;
        typst_pdf::pdf(&document, &options).map_err(|faults| PdfError::Export(messages(&faults)))
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.files.source(id)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.file(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    /// The templates read dates from their content.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

impl FileLoader for Files {
    fn load(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_with_slash();
        if name == "/data.json" {
            return Ok(self.content.clone());
        }
        TEMPLATES
            .iter()
            .find(|(template, _)| *template == name)
            .map(|(_, text)| Bytes::from_string(*text))
            .ok_or_else(|| FileError::NotFound(name.into()))
    }
}

fn datetime(moment: DateTime) -> Result<Datetime, PdfError> {
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    Datetime::from_ymd_hms(
        i32::from(moment.year()),
        part(moment.month()),
        part(moment.day()),
        part(moment.hour()),
        part(moment.minute()),
        part(moment.second()),
    )
    .ok_or(PdfError::Date(moment.date()))
}

fn messages(faults: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    messages.join("; ")
}
