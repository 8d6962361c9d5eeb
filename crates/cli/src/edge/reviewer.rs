//! The key for the server of a model, out of the environment, and to which address it may go.

use super::forge::is_here;
use super::{printed, variable};
use model::reviewer::{Reviewer, Wire};

/// The key.
pub(super) const KEY: &str = "COUNTERSIGN_MODEL_KEY";
/// A command that prints it.
pub(super) const COMMAND: &str = "COUNTERSIGN_MODEL_KEY_COMMAND";
/// The address to which it may go, where that is not the vendor's own.
const API: &str = "COUNTERSIGN_MODEL_API";

/// The variables of vendors, which go to their own address alone.
pub(super) const OF_VENDORS: [&str; 2] = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"];

/// Returns what tells the key for each server, where several are asked: `COUNTERSIGN_MODEL_KEY` goes to that of the first
/// alone, and another vendor is told the key that is meant for it.
pub(crate) fn credentials() -> impl Fn(&Reviewer) -> Result<Option<String>, String> {
    let first = std::cell::OnceCell::new();
    move |reviewer| match first.get_or_init(|| reviewer.api.clone()) == &reviewer.api {
        true => credential(reviewer),
        false => Ok(of_vendor(reviewer)),
    }
}

/// Returns the key for a reviewer's server; none where the environment has none, for a server of one's own may want none.
///
/// The address stands in the program, which others may have written: a key goes to the vendor's own API, to the one that the
/// environment names, and to this machine.
fn credential(reviewer: &Reviewer) -> Result<Option<String>, String> {
    let is_own = reviewer.api == reviewer.wire.api();
    let is_named = variable(API).is_some_and(|api| api == reviewer.api);
    let may_go = is_own || is_named || is_here(&reviewer.api);
    let refused = || {
        format!(
            "the program names the API {}, and the key is not for it: set {API} to that address if it is",
            reviewer.api
        )
    };
    match (variable(KEY), variable(COMMAND)) {
        (Some(_), Some(_)) => Err(format!(
            "{KEY} and {COMMAND} are both set: unset one of them"
        )),
        (Some(_), None) | (None, Some(_)) if !may_go => Err(refused()),
        (Some(key), None) => Ok(Some(key.trim().to_owned())),
        (None, Some(command)) => {
            let text = printed(&command);
            let text =
                text.map_err(|why| format!("the command in {COMMAND} gives no key: {why}"))?;
            Ok(Some(text.trim().to_owned()))
        }
        (None, None) => Ok(of_vendor(reviewer)),
    }
}

/// Returns the key in a vendor's variable, for the vendor's own address.
fn of_vendor(reviewer: &Reviewer) -> Option<String> {
    let name = match reviewer.wire {
        Wire::Anthropic => OF_VENDORS[0],
        Wire::OpenAi => OF_VENDORS[1],
    };
    let is_own = reviewer.api == reviewer.wire.api();
    is_own.then(|| variable(name)).flatten()
}
