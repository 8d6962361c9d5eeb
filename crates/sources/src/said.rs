//! What people write of a change: what a reader sees of it, how much it says, and which class it declares.

mod class;
pub mod markdown;
mod ticket;
mod words;

pub use self::class::{declared, of_line};
pub use self::ticket::ticket;
pub use self::words::{says_something, words};
