//! LCOV's trace files (`geninfo(1)`, FILES): records of one source file each.

use super::cobertura::of_files;
use super::error::ReportError;
use super::found::{Found, shown};
use model::check::{CheckKind, CheckReport, Measured};
use std::collections::BTreeMap;

const FORMAT: &str = "LCOV";

/// What a record may hold besides lines: names, functions, branches, conditions, versions and comments.
const OTHER: [&str; 17] = [
    "TN", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "BRDA", "BRF", "BRH", "BA", "MCDC",
    "MCF", "MCH", "MRF", "MRH",
];

/// A record that is open: its file, and what it says and shows of its lines.
struct Record<'a> {
    file: &'a str,
    declared: [Option<u64>; 2],
    lines: BTreeMap<u64, bool>,
}

pub(super) fn is_like(text: &str) -> bool {
    let starts = |prefix| text.trim_start().starts_with(prefix);
    starts("TN:") || starts("SF:")
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let mut found = Found::new(FORMAT);
    found.kinds(&[CheckKind::Coverage]);
    let mut files: BTreeMap<&str, BTreeMap<u64, bool>> = BTreeMap::new();
    let mut record: Option<Record<'_>> = None;
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let wrong = |expected| wrong(number, line, expected);
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        match (field, &mut record) {
            ("SF", None) => {
                record = Some(Record {
                    file: value,
                    declared: [None, None],
                    lines: BTreeMap::new(),
                });
            }
            ("SF", Some(_)) => return Err(wrong("`end_of_record` before the next file")),
            ("DA", Some(record)) => {
                let (at, ran) = data(value).ok_or_else(|| wrong("`DA:line,executions`"))?;
                *record.lines.entry(at).or_default() |= ran;
            }
            ("LF", Some(record)) => record.declared[0] = Some(whole(number, line, value)?),
            ("LH", Some(record)) => record.declared[1] = Some(whole(number, line, value)?),
            ("end_of_record", Some(_)) => {
                if let Some(record) = record.take() {
                    close(record, &mut files, &mut found);
                }
            }
            ("", _) => {}
            (field, _) if OTHER.contains(&field) || line.starts_with('#') => {}
            (_, _) => return Err(wrong("a line of a trace file")),
        }
    }
    if let Some(Record { file, .. }) = record {
        return Err(ReportError::Truncated {
            place: format!("in the record of `{}`", shown(file)),
        });
    }
    Ok(found.into_report(Measured::Coverage(of_files(&files))))
}

fn data(value: &str) -> Option<(u64, bool)> {
    let mut parts = value.split(',');
    let line = parts.next()?.parse().ok()?;
    // Compilers that lose count write a negative number.
    let executions: i64 = parts.next()?.parse().ok()?;
    Some((line, executions > 0))
}

fn close<'a>(
    record: Record<'a>,
    files: &mut BTreeMap<&'a str, BTreeMap<u64, bool>>,
    found: &mut Found,
) {
    let there = record.lines.len() as u64;
    let ran = record.lines.values().filter(|ran| **ran).count() as u64;
    for (name, declared, there) in [
        ("LF", record.declared[0], there),
        ("LH", record.declared[1], ran),
    ] {
        if let Some(declared) = declared.filter(|it| *it != there) {
            let file = shown(record.file);
            found.flaw(format!(
                "`{file}` says {name}:{declared}, and {there} are there"
            ));
        }
    }
    // Each test has a record of the same file.
    let lines = files.entry(record.file).or_default();
    for (line, ran) in record.lines {
        *lines.entry(line).or_default() |= ran;
    }
}

fn whole(number: usize, line: &str, value: &str) -> Result<u64, ReportError> {
    let parsed = value.parse();
    parsed.map_err(|_| wrong(number, line, "a whole number"))
}

fn wrong(number: usize, line: &str, expected: &'static str) -> ReportError {
    ReportError::Value {
        format: FORMAT,
        place: format!("line {}", number + 1),
        found: shown(line),
        expected,
    }
}
