//! Decisions: pure functions over facts.
