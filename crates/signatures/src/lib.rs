//! Verification of signatures that others made.
