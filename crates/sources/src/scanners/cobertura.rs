//! Cobertura's XML: lines of classes, as coverage tools of most languages write it.

use super::error::ReportError;
use super::found::Found;
use super::xml::{Element, Elements};
use model::check::{CheckKind, CheckReport, Coverage, Measured};
use std::collections::BTreeMap;

const FORMAT: &str = "Cobertura XML";

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let mut found = Found::new(FORMAT);
    found.kinds(&[CheckKind::Coverage]);
    let mut elements = Elements::new(FORMAT, text);
    let mut declared = (None, None);
    let mut file = String::new();
    // The lines of a method stand in its class once more.
    let mut in_methods = false;
    let mut listed = Coverage::default();
    let mut files: BTreeMap<String, BTreeMap<u64, bool>> = BTreeMap::new();
    while let Some(element) = elements.next()? {
        match element {
            Element::Open(open) => match open.name.as_str() {
                "coverage" => {
                    let number = |name| elements.number(&open, name);
                    declared = (number("lines-covered")?, number("lines-valid")?);
                }
                "class" => file = open.attributes.get("filename").cloned().unwrap_or_default(),
                "methods" => in_methods = true,
                "line" if !in_methods => {
                    let number = elements.needed(&open, "number")?;
                    let ran = elements.needed(&open, "hits")? > 0;
                    listed.lines += 1;
                    listed.covered += u64::from(ran);
                    let lines = files.entry(file.clone()).or_default();
                    *lines.entry(number).or_default() |= ran;
                }
                _ => {}
            },
            Element::Close(name) => in_methods &= name != "methods",
        }
    }
    let coverage = of_files(&files);
    // A file with several classes has its lines counted once or once for each.
    for (what, declared, counts) in [
        ("covered", declared.0, [coverage.covered, listed.covered]),
        ("valid", declared.1, [coverage.lines, listed.lines]),
    ] {
        if let Some(declared) = declared.filter(|it| !counts.contains(it)) {
            let there = counts[0];
            found.flaw(format!(
                "it says lines-{what}: {declared}, and {there} are there"
            ));
        }
    }
    Ok(found.into_report(Measured::Coverage(coverage)))
}

/// Returns the lines of all files, and those of them that ran.
pub(super) fn of_files<F>(files: &BTreeMap<F, BTreeMap<u64, bool>>) -> Coverage {
    let lines = || files.values().flat_map(BTreeMap::values);
    Coverage {
        covered: lines().filter(|ran| **ran).count() as u64,
        lines: lines().count() as u64,
    }
}
