//! What people read: HTML, PDF, tables.
