//! Closed vocabularies in `countersign.yaml`, spelled as the JSON Schema spells them.

use super::leaf::Leaf;
use super::tree::Value;
use crate::outcome::Risk;
use crate::outsiders::Relation;
use crate::program::{Cadence, MergeMethod, PrincipalKind};
use crate::reviewer::Wire;

/// Whether a control of the catalogue is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InUse {
    Yes,
    No,
}

/// One word of each value; `_`, `-` and space are the same.
fn pick<T: Copy>(value: &Value, words: &[(&'static str, T)]) -> Option<T> {
    let text = String::leaf(value)?.trim().replace([' ', '-'], "_");
    let found = words
        .iter()
        .find(|(word, _)| word.replace(' ', "_") == text)?;
    Some(found.1)
}

macro_rules! vocabulary {
    ($type:ty { $($word:literal => $value:expr,)* }) => {
        impl Leaf for $type {
            const EXPECTED: &'static str = "a word";
            fn words() -> Vec<&'static str> {
                vec![$($word),*]
            }
            fn leaf(value: &Value) -> Option<$type> {
                pick(value, &[$(($word, $value)),*])
            }
        }
    };
}

vocabulary!(Risk {
    "low" => Risk::Low,
    "medium" => Risk::Medium,
    "high" => Risk::High,
});

vocabulary!(PrincipalKind {
    "human" => PrincipalKind::Human,
    "agent" => PrincipalKind::Agent,
    "automation" => PrincipalKind::Automation,
    "outsider" => PrincipalKind::Outsider,
});

vocabulary!(MergeMethod {
    "merge" => MergeMethod::Merge,
    "squash" => MergeMethod::Squash,
    "rebase" => MergeMethod::Rebase,
});

vocabulary!(Cadence {
    "continuous" => Cadence::Continuous,
    "per_change" => Cadence::PerChange,
    "per_deployment" => Cadence::PerDeployment,
    "on_occurrence" => Cadence::OnOccurrence,
    "daily" => Cadence::Daily,
    "weekly" => Cadence::Weekly,
    "monthly" => Cadence::Monthly,
    "quarterly" => Cadence::Quarterly,
    "annual" => Cadence::Annual,
});

vocabulary!(Relation {
    "outside" => Relation::Outside,
    "reciprocal" => Relation::Reciprocal,
    "own" => Relation::Own,
});

vocabulary!(Wire {
    "openai" => Wire::OpenAi,
    "anthropic" => Wire::Anthropic,
});

vocabulary!(InUse {
    "in use" => InUse::Yes,
    "not in use" => InUse::No,
});

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::DeserializeOwned;

    fn check<T: Leaf + DeserializeOwned + PartialEq + std::fmt::Debug>() {
        for word in T::words() {
            let known: T = serde_json::from_value(word.into()).unwrap();
            assert_eq!(T::leaf(&Value::Text(word.into())), Some(known));
        }
    }

    #[test]
    fn words_are_those_of_the_json_schema() {
        check::<Risk>();
        check::<PrincipalKind>();
        check::<MergeMethod>();
        check::<Cadence>();
        check::<Relation>();
    }

    #[test]
    fn a_space_may_stand_for_the_underscore() {
        let spoken = Value::Text("per change".into());
        assert_eq!(Cadence::leaf(&spoken), Some(Cadence::PerChange));
        assert_eq!(Cadence::leaf(&Value::Text("sometimes".into())), None);
    }
}
