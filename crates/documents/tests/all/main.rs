//! What the documents say of an invented company, in one binary so that it links once.

mod csv;
mod html;
mod larkspur;
#[cfg(feature = "pdf")]
mod pdf;
mod text;
