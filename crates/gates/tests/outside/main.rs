//! Signatures of outsiders: the grade of a log, and the time between two records.

#[cfg(test)]
mod company;
#[cfg(test)]
mod interval;
#[cfg(test)]
mod log_grade;
