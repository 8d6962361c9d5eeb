//! `countersign.yaml`: its form, its faults, and the way to a [`crate::program::Program`].
