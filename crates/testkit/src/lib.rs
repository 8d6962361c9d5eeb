//! A hermetic runner and repositories made for tests.
