//! Programs in and out.

mod examples;
mod faults;
mod ledger;
mod outsiders;
mod remarks;
mod values;

use super::*;
use crate::program::{FunctionName, Parameter, PrincipalId};

/// Returns the program, or panics with its faults.
fn good(text: &str) -> Program {
    parse("countersign.yaml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Returns the rendered faults.
fn bad(text: &str) -> String {
    match parse("countersign.yaml", text) {
        Ok(_) => panic!("no fault in {text}"),
        Err(faults) => {
            let shown = faults.render(Colour::Plain);
            // What is underlined is never cut, and a key is as wide as a terminal.
            let key = |line: &str| line.contains("AAAA") || line.contains("^^^^");
            let fits = |line: &str| line.chars().count() <= 80 || key(line);
            for line in shown.lines() {
                assert!(fits(line), "wider than a terminal: {line}");
            }
            shown
        }
    }
}

const HEAD: &str = "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals:\n- id: ada\n";
