//! What the documents say of an invented company, in one binary so that it links once.

mod csv;
#[cfg(feature = "pdf")]
mod examples;
mod html;
mod larkspur;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
mod poppler;
mod text;
