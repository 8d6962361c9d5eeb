//! Whatever an operator changes in a report, `verify` finds it and says where; what it cannot find is asserted too.

mod company;
mod files;
mod flips;
mod forgeries;
#[cfg(feature = "pdf")]
mod pdf;
