//! What people read: HTML, PDF, a register for spreadsheets and text for the terminal.
//!
//! Every word and number comes from [`model::report::AuditReport`] and [`model::program::Program`]:
//! the same input gives the same bytes. Names and subjects were typed by others, so whatever could
//! spoof a page or a terminal is shown as `U+XXXX`.
//!
//! Not here: deciding (`gates`), writing files (`cli`), `audit.json` itself (`model::report`).

pub mod csv;
pub mod html;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod text;
pub mod visible;

mod words;
