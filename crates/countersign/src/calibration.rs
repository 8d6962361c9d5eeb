//! What an AI reviewer finds of defects that are known: the corpus that ships, and how a reviewer is measured on it.

mod asking;
pub mod calibrate;
pub mod cases;
pub mod corpus;
#[cfg(test)]
mod detector;
pub mod recorded;
mod texts;
