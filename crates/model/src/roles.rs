//! The hires that a plan is asked for: by role, or with duties named beside it.

use crate::catalogue;
use crate::program::{FunctionName, Hire, Program};
use std::collections::BTreeSet;

/// A hire that cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Neither the program nor the catalogue knows the role.
    #[error("unknown role `{role}`; there are: {}", known.join(", "))]
    Role {
        /// What was asked for.
        role: String,
        /// The roles that there are.
        known: Vec<String>,
    },
    /// The program has no such duty.
    #[error("unknown function `{function}`{}", .near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Function {
        /// What was named.
        function: String,
        /// The nearest duty that there is.
        near: Option<String>,
    },
    /// Duties were named for more than one role.
    #[error("duties can be named for one role at a time, and {count} were asked for")]
    Ambiguous {
        /// Roles asked for.
        count: usize,
    },
}

/// Returns the hires of these roles; without any, those of the hiring plan.
/// With duties named, one role, which need not be known, has those and no others.
pub fn hires(
    program: &Program,
    roles: &[String],
    takes: &[String],
    shares: &[String],
) -> Result<Vec<Hire>, RoleError> {
    if takes.is_empty() && shares.is_empty() {
        let named = roles.iter().map(|role| known(program, role));
        return if roles.is_empty() {
            Ok(program.hiring_plan.clone())
        } else {
            named.collect()
        };
    }
    let [role] = roles else {
        return Err(RoleError::Ambiguous { count: roles.len() });
    };
    Ok(vec![Hire {
        role: role.clone(),
        takes: functions(program, takes)?,
        shares: functions(program, shares)?,
        planned: None,
    }])
}

fn known(program: &Program, role: &str) -> Result<Hire, RoleError> {
    let planned = program
        .hiring_plan
        .iter()
        .find(|hire| hire.role.eq_ignore_ascii_case(role));
    let catalogue = catalogue::shipped();
    planned
        .or_else(|| catalogue.role(role))
        .cloned()
        .ok_or_else(|| {
            let planned = program.hiring_plan.iter().map(|hire| hire.role.clone());
            let shipped = catalogue.roles.iter().map(|hire| hire.role.clone());
            let known: BTreeSet<String> = planned.chain(shipped).collect();
            RoleError::Role {
                role: role.into(),
                known: known.into_iter().collect(),
            }
        })
}

fn functions(program: &Program, names: &[String]) -> Result<BTreeSet<FunctionName>, RoleError> {
    names.iter().map(|name| function(program, name)).collect()
}

fn function(program: &Program, name: &str) -> Result<FunctionName, RoleError> {
    let wanted = FunctionName(name.to_lowercase());
    if program.functions.contains_key(&wanted) {
        return Ok(wanted);
    }
    let closeness =
        |known: &&FunctionName| (strsim::jaro_winkler(&known.0, &wanted.0) * 1000.0) as u64;
    let near = program
        .functions
        .keys()
        .max_by_key(closeness)
        .filter(|known| closeness(known) > 700);
    Err(RoleError::Function {
        function: name.into(),
        near: near.map(|known| known.0.clone()),
    })
}
