//! Audits that are killed at any moment, and audits beside each other, leave a whole report and a whole log.

mod company;
mod killed;
mod together;
