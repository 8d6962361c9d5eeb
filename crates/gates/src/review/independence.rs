//! How the reviewer of a change stands to whoever wrote it, as far as facts show: an automated control that shares the
//! model of the author shares its blind spots.

use model::program::{Principal, PrincipalKind};
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

/// Returns how a reviewer stands to the authors of a change.
///
/// What commits do not tell is not known: a person may have had a model write, and said nothing of it. That is told beside
/// the verdict and is none of its own.
pub fn independence(reviewer: &Principal, authors: &[&Principal]) -> Independence {
    let Some(model) = &reviewer.model else {
        return Independence::Unknown;
    };
    let agents = authors.iter().filter(|it| it.kind == PrincipalKind::Agent);
    let of_agents = agents.map(|agent| match &agent.model {
        Some(of_author) => beside(model, of_author),
        None => Independence::Unknown,
    });
    of_agents.min().unwrap_or(Independence::Independent)
}

fn beside(one: &AgentModel, other: &AgentModel) -> Independence {
    if one.vendor != other.vendor {
        return Independence::Independent;
    }
    let are_same = |one: &Option<String>, other: &Option<String>| {
        one.as_ref()
            .zip(other.as_ref())
            .is_some_and(|(one, other)| one == other)
    };
    match are_same(&one.name, &other.name) || are_same(&one.family, &other.family) {
        true => Independence::SameModel,
        false => Independence::SameVendor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::program::PrincipalId;

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

    #[test]
    fn the_nearest_author_decides() {
        let scout = agent("scout", Some(("acme", Some("owl"), Some("owl-4"))));
        let human = Principal {
            kind: PrincipalKind::Human,
            ..agent("ada", None)
        };
        let same = agent("quill", Some(("acme", Some("owl"), Some("owl-3"))));
        let vendor = agent("quill", Some(("acme", Some("wren"), None)));
        let other = agent("quill", Some(("birch", Some("owl"), None)));
        let silent = agent("quill", None);
        let of = |authors: &[&Principal]| independence(&scout, authors);
        assert_eq!(of(&[&human]), Independence::Independent);
        assert_eq!(of(&[&human, &other]), Independence::Independent);
        assert_eq!(of(&[&other, &vendor]), Independence::SameVendor);
        assert_eq!(of(&[&vendor, &same]), Independence::SameModel);
        assert_eq!(of(&[&silent, &other]), Independence::Unknown);
        assert_eq!(of(&[&silent, &same]), Independence::SameModel);
        assert_eq!(independence(&silent, &[&human]), Independence::Unknown);
    }
}
