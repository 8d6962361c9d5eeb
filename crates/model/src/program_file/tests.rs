//! Programs in and out.

mod examples;
mod faults;
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
        Err(faults) => faults.render(Colour::Plain),
    }
}

const HEAD: &str = "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals:\n- id: ada\n";
