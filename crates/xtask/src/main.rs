//! Tests, and checks about the repository.

fn main() {}
