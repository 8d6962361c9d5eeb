//! Transparency logs as C2SP specifies them.
