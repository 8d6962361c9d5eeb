//! How the reviewer of a change stands to whoever wrote it, as far as facts show: an automated control that shares the
//! model of the author shares its blind spots.

use model::program::Principal;
use model::reviewer::AgentModel;
use std::fmt;

/// How a reviewer stands to the authors of a change, from the nearest to the farthest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Independence {
    /// The model of an author, or its family, reviewed.
    SameModel,
    /// A model of the same vendor did.
    SameVendor,
    /// Nobody can tell.
    Unknown,
    /// No model of the reviewer's vendor is known to have written any of it.
    Independent,
}

impl fmt::Display for Independence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Independence::SameModel => "same model",
            Independence::SameVendor => "same vendor",
            Independence::Unknown => "unknown",
            Independence::Independent => "independent",
        })
    }
}

/// A model that wrote some of a change, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What shows it, for a reason.
    pub by: String,
    /// The model; none where nobody can tell.
    pub model: Option<AgentModel>,
}

/// AI assistants whose products run models of one vendor alone, each with that vendor and the family.
const OF_ONE_VENDOR: [(&str, &str, &str); 9] = [
    ("ChatGPT", "openai", "gpt"),
    ("Claude", "anthropic", "claude"),
    ("Codex", "openai", "gpt"),
    ("DeepSeek", "deepseek", "deepseek"),
    ("Gemini", "google", "gemini"),
    ("Grok", "xai", "grok"),
    ("Jules", "google", "gemini"),
    ("Kimi", "moonshot", "kimi"),
    ("Qwen", "alibaba", "qwen"),
];

/// Returns the model behind an assistant that a commit names; most products offer models of several vendors.
pub fn of_assistant(name: &str) -> Option<AgentModel> {
    let found = OF_ONE_VENDOR
        .iter()
        .find(|(assistant, _, _)| *assistant == name);
    found.map(|(_, vendor, family)| AgentModel {
        vendor: (*vendor).to_owned(),
        family: Some((*family).to_owned()),
        name: None,
    })
}

/// Returns how a reviewer stands to what wrote a change, and the nearest of that where it is not independent.
///
/// What nothing tells is not known: a person may have had a model write, and said nothing of it.
pub fn independence<'w>(
    reviewer: &Principal,
    written: &'w [Written],
) -> (Independence, Option<&'w Written>) {
    let Some(model) = &reviewer.model else {
        return (Independence::Unknown, None);
    };
    let asked = reviewer.reviewer.as_ref().map(|it| it.model.as_str());
    let stands = written.iter().map(|it| match &it.model {
        Some(author) => (beside((model, asked), author), it),
        None => (Independence::Unknown, it),
    });
    let nearest = stands.min_by_key(|(stands, _)| *stands);
    match nearest {
        None | Some((Independence::Independent, _)) => (Independence::Independent, None),
        Some((stands, by)) => (stands, Some(by)),
    }
}

fn beside((one, asked): (&AgentModel, Option<&str>), other: &AgentModel) -> Independence {
    if !one.vendor.eq_ignore_ascii_case(&other.vendor) {
        return Independence::Independent;
    }
    let names = [one.name.as_deref(), asked];
    let are_same_name = names
        .into_iter()
        .flatten()
        .any(|name| Some(name) == other.name.as_deref());
    let families = [(one, other), (other, one)];
    let are_same_family = families
        .into_iter()
        .any(|(one, other)| is_of_family(one, other));
    // What names no model may be this one.
    let may_be_any = other.name.is_none() && other.family.is_none();
    match are_same_name || are_same_family || may_be_any {
        true => Independence::SameModel,
        false => Independence::SameVendor,
    }
}

/// Returns whether a model belongs to the family of another: it says so, or its name begins with it.
fn is_of_family(model: &AgentModel, other: &AgentModel) -> bool {
    let Some(family) = other.family.as_deref() else {
        return false;
    };
    let begins = |name: &str| {
        let rest = name.strip_prefix(family);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    model.family.as_deref() == Some(family) || model.name.as_deref().is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::program::{PrincipalId, PrincipalKind};

    fn agent(id: &str, model: Option<(&str, Option<&str>, Option<&str>)>) -> Principal {
        Principal {
            id: PrincipalId::new(id).unwrap(),
            name: id.to_owned(),
            kind: PrincipalKind::Agent,
            title: None,
            emails: vec![],
            accounts: vec![],
            ssh_keys: vec![],
            openpgp_keys: vec![],
            model: model.map(|(vendor, family, name)| AgentModel {
                vendor: vendor.to_owned(),
                family: family.map(str::to_owned),
                name: name.map(str::to_owned),
            }),
            reviewer: None,
        }
    }

    fn written(model: Option<(&str, Option<&str>, Option<&str>)>) -> Written {
        let principal = agent("quill", model);
        Written {
            by: "quill".to_owned(),
            model: principal.model,
        }
    }

    #[test]
    fn the_nearest_author_decides() {
        let scout = agent("scout", Some(("acme", Some("owl"), Some("owl-4"))));
        let same = written(Some(("acme", Some("owl"), Some("owl-3"))));
        let vendor = written(Some(("acme", Some("wren"), None)));
        let other = written(Some(("birch", Some("owl"), None)));
        let silent = written(None);
        let of = |writers: &[&Written]| {
            let writers: Vec<Written> = writers.iter().copied().cloned().collect();
            independence(&scout, &writers).0
        };
        assert_eq!(of(&[]), Independence::Independent);
        assert_eq!(of(&[&other]), Independence::Independent);
        assert_eq!(of(&[&other, &vendor]), Independence::SameVendor);
        assert_eq!(of(&[&vendor, &same]), Independence::SameModel);
        assert_eq!(of(&[&silent, &other]), Independence::Unknown);
        assert_eq!(of(&[&silent, &same]), Independence::SameModel);
        let unsaid = agent("scout", None);
        assert_eq!(independence(&unsaid, &[]).0, Independence::Unknown);
    }

    #[test]
    fn a_name_belongs_to_its_family() {
        let scout = agent("scout", Some(("anthropic", Some("claude"), None)));
        let of = |vendor, family, name| {
            let writers = [written(Some((vendor, family, name)))];
            independence(&scout, &writers).0
        };
        use Independence::{Independent, SameModel, SameVendor};
        assert_eq!(of("Anthropic", None, Some("claude-opus-4-6")), SameModel);
        assert_eq!(of("anthropic", None, Some("claudette")), SameVendor);
        assert_eq!(of("anthropic", None, None), SameModel);
        assert_eq!(of("openai", None, Some("claude-opus-4-6")), Independent);
        let named = [Written {
            by: "Claude".to_owned(),
            model: of_assistant("Claude"),
        }];
        let (stands, by) = independence(&scout, &named);
        assert_eq!((stands, by), (SameModel, Some(&named[0])));
        assert_eq!(of_assistant("Cursor"), None);
    }
}
