//! Which rule a result is of (SARIF 2.1.0, sections 3.27.5 to 3.27.7 and 3.52).

use super::wire::{Outcome, Rule, Tool};
use std::collections::BTreeMap;

/// The rules of a tool and of its extensions.
pub(super) struct Rules<'a> {
    driver: &'a [Rule],
    extensions: Vec<&'a [Rule]>,
    by_id: BTreeMap<&'a str, &'a Rule>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(tool: &'a Tool) -> Rules<'a> {
        let driver = tool.driver.rules.as_deref().unwrap_or_default();
        let extensions = tool.extensions.iter().flatten();
        let extensions: Vec<&[Rule]> = extensions
            .map(|extension| extension.rules.as_deref().unwrap_or_default())
            .collect();
        // Of rules with one id the first counts, and the tool's own stand first.
        let all = extensions.iter().rev().copied().flatten().rev();
        let all = all.chain(driver.iter().rev());
        let by_id = all.map(|rule| (rule.id.as_str(), rule)).collect();
        Rules {
            driver,
            extensions,
            by_id,
        }
    }

    /// Returns the rules that a result names: by its place and by its id, which may be two.
    pub(super) fn of_result(
        &self,
        result: &Outcome,
    ) -> impl Iterator<Item = &'a Rule> + Clone + use<'a> {
        let named = [self.by_index(result), self.by_id(result)];
        named.into_iter().flatten()
    }

    fn by_index(&self, result: &Outcome) -> Option<&'a Rule> {
        let reference = result.rule.as_ref();
        let index = reference
            .and_then(|rule| rule.index)
            .or(result.rule_index)?;
        let component = reference.and_then(|rule| rule.tool_component.as_ref());
        let rules = match component.and_then(|component| component.index) {
            None => self.driver,
            Some(extension) => self.extensions.get(usize::try_from(extension).ok()?)?,
        };
        rules.get(usize::try_from(index).ok()?)
    }

    fn by_id(&self, result: &Outcome) -> Option<&'a Rule> {
        let reference = result.rule.as_ref();
        let id = result.rule_id.as_deref();
        let mut id = id.or_else(|| reference.and_then(|rule| rule.id.as_deref()))?;
        loop {
            if let Some(rule) = self.by_id.get(id) {
                return Some(rule);
            }
            // Section 3.27.5: `CA1000/1` may be a special case of the rule `CA1000`.
            id = id.rsplit_once('/')?.0;
        }
    }
}
