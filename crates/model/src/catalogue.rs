//! The shipped catalogue: functions, conflicts and controls.
