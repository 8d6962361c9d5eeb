//! The order of steps, and nothing else.
