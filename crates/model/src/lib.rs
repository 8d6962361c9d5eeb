//! What Countersign knows about: principals, functions, conflicts, controls, changes, evidence, time.
