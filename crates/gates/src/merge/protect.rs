//! The protection that a program asks for on its branch, and what differs from it at the forge: here the ruleset of GitHub.

use crate::rules::Rules;
use model::request::Readable;
use model::request::dossier::Guards;
use model::request::rules::{PullRequestRule, RequiredCheck, Rule, Ruleset};
use model::request::wanted::{Plan, Step, Wanted, WantedRuleset};
use model::request::words::{Enforcement, MergeMethod, RulesetTarget};

pub mod settings;

/// The name of the ruleset that Countersign sets. Those of other names are never changed.
pub const NAME: &str = "countersign";

/// Returns the ruleset that the rules ask for; nothing where none of them is about the branch.
///
/// The forge asks for no approval: the gate decides who approved what. A rebase of several commits gives each a new
/// difference, so that nothing shows that what was read is what landed: it is not offered.
pub fn wanted(rules: &Rules, branch: &str, check: &RequiredCheck) -> Option<WantedRuleset> {
    let mut wanted = Vec::new();
    if rules.asks_of_the_forge("CR-1") {
        wanted.push(Rule::PullRequest(PullRequestRule {
            approvals: 0,
            dismisses_stale: false,
            needs_code_owner: false,
            needs_other_than_last_pusher: false,
            merge_methods: Some([MergeMethod::Merge, MergeMethod::Squash].into()),
        }));
    }
    if rules.asks_of_the_forge("CR-2") {
        wanted.extend([Rule::NonFastForward, Rule::Deletion]);
    }
    if rules.asks_of_the_forge("CR-3") {
        wanted.push(Rule::RequiredStatusChecks {
            checks: vec![check.clone()],
            // What was decided of a merge with an older branch says nothing of this one.
            is_strict: true,
        });
    }
    (!wanted.is_empty()).then(|| WantedRuleset {
        name: NAME.to_owned(),
        branch: branch.to_owned(),
        rules: wanted,
    })
}

/// Returns what is to be done, by what protects the branch now and the ruleset of our name, if there is one.
pub fn plan(wanted: WantedRuleset, guards: &Guards, ours: &Readable<Option<Ruleset>>) -> Plan {
    let step = match ours {
        Readable::Known(None) => Step::Create,
        Readable::Known(Some(ruleset)) => step(&wanted, ruleset),
        Readable::NotOffered { said } => Step::NotOffered { said: said.clone() },
        Readable::Withheld { .. } | Readable::Unread { .. } => Step::Unknown {
            id: None,
            why: ours.known().err().unwrap_or_default(),
        },
    };
    let id = match &step {
        Step::Replace { id, .. } | Step::Nothing { id } => Some(*id),
        Step::Unknown { id, .. } => *id,
        Step::Create | Step::NotOffered { .. } | Step::Change { .. } | Step::Set => None,
    };
    Plan {
        obstacles: obstacles(guards, id),
        wanted: Wanted::Ruleset(wanted),
        step,
    }
}

fn step(wanted: &WantedRuleset, found: &Ruleset) -> Step {
    let differences = differences(wanted, found);
    match (differences.is_empty(), found.bypass_actors.known()) {
        (true, Ok(_)) => Step::Nothing { id: found.id },
        (false, _) => Step::Replace {
            id: found.id,
            differences,
        },
        (true, Err(why)) => Step::Unknown {
            id: Some(found.id),
            why: format!("who may go around ruleset {}: {why}", found.id),
        },
    }
}

fn differences(wanted: &WantedRuleset, found: &Ruleset) -> Vec<String> {
    let mut differences = Vec::new();
    if found.target != RulesetTarget::Branch {
        let target = String::from(found.target.clone());
        differences.push(format!(
            "it is of the kind {target}, and is to be of the kind branch"
        ));
    }
    if found.enforcement != Enforcement::Active {
        let state = String::from(found.enforcement.clone());
        differences.push(format!("it is {state}, and is to be active"));
    }
    let branch = format!("refs/heads/{}", wanted.branch);
    let covers = found.include.as_deref().unwrap_or_default();
    if covers != [branch.as_str()] {
        differences.push(format!(
            "it covers {}, and is to cover {branch}",
            listed(covers, "no ref")
        ));
    }
    if let Some(excluded) = found.exclude.as_deref().filter(|it| !it.is_empty()) {
        differences.push(format!("it leaves out {}", listed(excluded, "")));
    }
    if let Ok(actors) = found.bypass_actors.known()
        && !actors.is_empty()
    {
        differences.push(format!("{} may go around it", around(actors.len())));
    }
    for rule in &wanted.rules {
        if !found.rules.iter().any(|it| it == rule) {
            differences.push(match found.rules.iter().any(|it| is_alike(it, rule)) {
                true => format!("its rule {} asks for something else", rule.name()),
                false => format!("it lacks the rule {}", rule.name()),
            });
        }
    }
    for rule in &found.rules {
        if !wanted.rules.iter().any(|it| is_alike(it, rule)) {
            differences.push(format!(
                "its rule {} is dropped: keep it in a ruleset of another name",
                rule.name()
            ));
        }
    }
    differences
}

fn around(actors: usize) -> String {
    match actors {
        1 => "an actor".to_owned(),
        more => format!("{more} actors"),
    }
}

fn listed(refs: &[String], none: &str) -> String {
    match refs.is_empty() {
        true => none.to_owned(),
        false => refs.join(", "),
    }
}

fn is_alike(one: &Rule, other: &Rule) -> bool {
    one.name() == other.name()
}

/// Returns what would lock the team out, wherever it is asked for: an approval that the forge counts.
fn obstacles(guards: &Guards, ours: Option<u64>) -> Vec<String> {
    let mut obstacles = Vec::new();
    for rule in guards.rules.known().into_iter().flatten() {
        if let Rule::PullRequest(asked) = &rule.rule
            && Some(rule.ruleset) != ours
        {
            let whose = format!("ruleset {} of {}", rule.ruleset, rule.source.1);
            obstacles.extend(approvals(asked.approvals, &whose));
            if asked.needs_code_owner || asked.needs_other_than_last_pusher {
                obstacles.push(format!(
                    "{whose} asks for the review of somebody else: the gate decides who approved"
                ));
            }
        }
    }
    if let Ok(Some(classic)) = guards.classic.known()
        && let Some(reviews) = &classic.reviews
    {
        let asked = reviews.approvals.unwrap_or_default();
        obstacles.extend(approvals(asked, "classic protection"));
        if reviews.needs_code_owner || reviews.needs_other_than_last_pusher == Some(true) {
            obstacles.push(
                "classic protection asks for the review of somebody else: the gate decides who approved"
                    .to_owned(),
            );
        }
    }
    obstacles
}

fn approvals(asked: u64, whose: &str) -> Option<String> {
    let approvals = match asked {
        0 => return None,
        1 => "1 approval".to_owned(),
        more => format!("{more} approvals"),
    };
    Some(format!(
        "{whose} asks for {approvals}, which the gate decides: set it to 0"
    ))
}

#[cfg(test)]
mod tests {
    use super::{NAME, plan};
    use jiff::Timestamp;
    use model::request::Readable;
    use model::request::dossier::Guards;
    use model::request::rules::{
        BranchRule, BypassActor, PullRequestRule, RequiredCheck, Rule, Ruleset,
    };
    use model::request::wanted::{Step, WantedRuleset};
    use model::request::words::{
        BypassActorKind, BypassMode, Enforcement, MergeMethod, RulesetTarget,
    };
    use std::collections::BTreeMap;

    fn pull_request(approvals: u64) -> Rule {
        Rule::PullRequest(PullRequestRule {
            approvals,
            dismisses_stale: false,
            needs_code_owner: false,
            needs_other_than_last_pusher: false,
            merge_methods: Some([MergeMethod::Merge, MergeMethod::Squash].into()),
        })
    }

    fn wanted() -> WantedRuleset {
        let check = RequiredCheck {
            context: "countersign".to_owned(),
            app: Some(15368),
        };
        WantedRuleset {
            name: NAME.to_owned(),
            branch: "main".to_owned(),
            rules: vec![
                pull_request(0),
                Rule::NonFastForward,
                Rule::RequiredStatusChecks {
                    checks: vec![check],
                    is_strict: true,
                },
            ],
        }
    }

    fn set() -> Ruleset {
        Ruleset {
            id: 5,
            name: NAME.to_owned(),
            source: ("Repository".to_owned(), "larkspur/shop".to_owned()),
            target: RulesetTarget::Branch,
            enforcement: Enforcement::Active,
            bypass_actors: Readable::Known(Vec::new()),
            include: Some(vec!["refs/heads/main".to_owned()]),
            exclude: Some(Vec::new()),
            rules: wanted().rules,
            updated_at: None,
        }
    }

    fn guards(rules: Vec<BranchRule>) -> Guards {
        let unread = || Readable::Unread { why: String::new() };
        Guards {
            leaf: 1,
            at: Timestamp::UNIX_EPOCH,
            branch: "main".to_owned(),
            settings: Readable::Unread { why: String::new() },
            rules: Readable::Known(rules),
            rulesets: BTreeMap::new(),
            versions: BTreeMap::new(),
            classic: Readable::Known(None),
            suites: Readable::Unread { why: String::new() },
            deploy_keys: Readable::Unread { why: String::new() },
            collaborators: Readable::Unread { why: String::new() },
            audit_log: Readable::Known(None),
            environments: unread(),
            project: None,
        }
    }

    fn step(ours: Ruleset) -> Step {
        plan(wanted(), &guards(Vec::new()), &Readable::Known(Some(ours))).step
    }

    fn differences(ours: Ruleset) -> String {
        let Step::Replace { id: 5, differences } = step(ours) else {
            panic!("it is not to be replaced");
        };
        differences.join("; ")
    }

    #[test]
    fn what_is_as_it_should_be_stays() {
        assert_eq!(step(set()), Step::Nothing { id: 5 });
        let none = plan(wanted(), &guards(Vec::new()), &Readable::Known(None));
        assert_eq!(none.step, Step::Create);
        assert!(!none.is_done());
    }

    #[test]
    fn what_differs_is_told() {
        let mut weak = set();
        weak.target = RulesetTarget::Tag;
        weak.enforcement = Enforcement::Evaluate;
        weak.include = Some(vec!["~ALL".to_owned()]);
        weak.exclude = Some(vec!["refs/heads/main".to_owned()]);
        weak.bypass_actors = Readable::Known(vec![BypassActor {
            id: Some(5),
            kind: BypassActorKind::RepositoryRole,
            mode: BypassMode::Always,
        }]);
        weak.rules = vec![pull_request(1), Rule::RequiredSignatures];
        let expected = "it is of the kind tag, and is to be of the kind branch; it is evaluate, and is to be active; \
            it covers ~ALL, and is to cover refs/heads/main; it leaves out refs/heads/main; \
            an actor may go around it; its rule pull_request asks for something else; \
            it lacks the rule non_fast_forward; it lacks the rule required_status_checks; \
            its rule required_signatures is dropped: keep it in a ruleset of another name";
        assert_eq!(differences(weak), expected);
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        let mut hidden = set();
        hidden.bypass_actors = Readable::Withheld {
            needs: "Administration: write".to_owned(),
        };
        assert!(matches!(step(hidden), Step::Unknown { id: Some(5), .. }));
        let withheld = Readable::Withheld {
            needs: "Metadata: read".to_owned(),
        };
        let unknown = plan(wanted(), &guards(Vec::new()), &withheld);
        assert!(matches!(unknown.step, Step::Unknown { id: None, .. }));
        let said = "Upgrade to GitHub Pro".to_owned();
        let not_offered = plan(
            wanted(),
            &guards(Vec::new()),
            &Readable::NotOffered { said },
        );
        assert!(matches!(not_offered.step, Step::NotOffered { .. }));
    }

    #[test]
    fn an_approval_that_the_forge_counts_stands_in_the_way() {
        let of = |id: u64, approvals: u64| BranchRule {
            rule: pull_request(approvals),
            ruleset: id,
            source: ("Repository".to_owned(), "larkspur/shop".to_owned()),
        };
        let obstacles =
            |rules| plan(wanted(), &guards(rules), &Readable::Known(Some(set()))).obstacles;
        assert!(obstacles(vec![of(5, 1), of(6, 0)]).is_empty());
        let expected =
            "ruleset 6 of larkspur/shop asks for 1 approval, which the gate decides: set it to 0";
        assert_eq!(obstacles(vec![of(6, 1)]), [expected]);
    }
}
