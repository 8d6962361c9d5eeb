//! JaCoCo's XML: lines of source files, and counters that sum them up.

use super::error::ReportError;
use super::found::Found;
use super::xml::{Element, Elements};
use model::check::{CheckKind, CheckReport, Coverage, Measured};

const FORMAT: &str = "JaCoCo XML";

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let mut found = Found::of_tool(FORMAT, "JaCoCo", &[CheckKind::Coverage]);
    let mut elements = Elements::new(FORMAT, text);
    let mut open_elements = 0;
    let mut declared = None;
    let mut coverage = Coverage::default();
    while let Some(element) = elements.next()? {
        let open = match element {
            Element::Open(open) => open,
            Element::Close(_) => {
                open_elements -= 1;
                continue;
            }
        };
        open_elements += 1;
        let is_of_lines = open.attributes.get("type").is_some_and(|it| it == "LINE");
        match (open.name.as_str(), open_elements) {
            ("line", _) => {
                let _number = elements.needed(&open, "nr")?;
                coverage.lines += 1;
                coverage.covered += u64::from(elements.needed(&open, "ci")? > 0);
            }
            // Directly in the report: the sum of everything.
            ("counter", 2) if is_of_lines => {
                let missed = elements.needed(&open, "missed")?;
                let covered = elements.needed(&open, "covered")?;
                declared = Some(Coverage {
                    covered,
                    lines: missed.saturating_add(covered),
                });
            }
            (_, _) => {}
        }
    }
    match declared {
        Some(declared) if declared != coverage => found.flaw(format!(
            "its counter says {} of {} lines, and {} of {} are there",
            declared.covered, declared.lines, coverage.covered, coverage.lines
        )),
        Some(_) => {}
        None => found.flaw("it has no counter of lines"),
    }
    Ok(found.into_report(Measured::Coverage(coverage)))
}
