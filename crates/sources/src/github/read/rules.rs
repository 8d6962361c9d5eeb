//! Rulesets, their rules, and the pushes that they judged.

use jiff::Timestamp;
use model::digest::CommitId;
use model::request::Readable;
use model::request::rules::{
    BranchRule, BypassActor, ListedRuleset, PullRequestRule, RequiredCheck, Rule, RuleSuite,
    Ruleset, RulesetState, RulesetVersion,
};
use serde::Deserialize;
use serde_json::Value;

use super::super::endpoint::BYPASS_ACTORS_NEED;
use super::{Fact, list, object};
use crate::forge::answer::{Unreadable, nullable, word};

/// Returns the rulesets of a list.
pub fn rulesets(pages: &[&[u8]]) -> Result<Vec<ListedRuleset>, Unreadable> {
    list("a list of rulesets", pages)
}

/// Returns a ruleset.
pub fn ruleset(pages: &[&[u8]]) -> Result<Ruleset, Unreadable> {
    object("a ruleset", pages)
}

/// Returns the versions of a ruleset.
pub fn ruleset_versions(pages: &[&[u8]]) -> Result<Vec<RulesetVersion>, Unreadable> {
    list("the versions of a ruleset", pages)
}

/// Returns a version of a ruleset, with what it said.
pub fn ruleset_version(pages: &[&[u8]]) -> Result<RulesetState, Unreadable> {
    object("a version of a ruleset", pages)
}

/// Returns the rules in force on a branch.
pub fn branch_rules(pages: &[&[u8]]) -> Result<Vec<BranchRule>, Unreadable> {
    list("the rules of a branch", pages)
}

/// Returns how the rules judged pushes.
pub fn rule_suites(pages: &[&[u8]]) -> Result<Vec<RuleSuite>, Unreadable> {
    list("a list of rule suites", pages)
}

#[derive(Deserialize)]
pub(super) struct ListedWire {
    id: u64,
    name: String,
    enforcement: String,
    source_type: String,
    source: String,
}

impl Fact for ListedRuleset {
    type Wire = ListedWire;

    fn of(wire: ListedWire) -> Result<ListedRuleset, String> {
        Ok(ListedRuleset {
            id: wire.id,
            name: wire.name,
            enforcement: wire.enforcement.into(),
            source: (wire.source_type, wire.source),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct RulesetWire {
    id: u64,
    name: String,
    target: String,
    enforcement: String,
    source_type: String,
    source: String,
    bypass_actors: Option<Vec<ActorWire>>,
    conditions: Option<ConditionsWire>,
    rules: Vec<RuleWire>,
    updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ActorWire {
    actor_id: Option<u64>,
    actor_type: String,
    bypass_mode: String,
}

#[derive(Deserialize)]
struct ConditionsWire {
    ref_name: Option<RefsWire>,
}

#[derive(Deserialize)]
struct RefsWire {
    include: Vec<String>,
    exclude: Vec<String>,
}

#[derive(Deserialize)]
struct RuleWire {
    #[serde(rename = "type")]
    kind: String,
    parameters: Option<Value>,
}

impl Fact for Ruleset {
    type Wire = RulesetWire;

    fn of(wire: RulesetWire) -> Result<Ruleset, String> {
        let actor = |actor: ActorWire| BypassActor {
            id: actor.actor_id,
            kind: actor.actor_type.into(),
            mode: actor.bypass_mode.into(),
        };
        // "Get a repository ruleset": the property is only returned to those with write access to the ruleset.
        let bypass_actors = match wire.bypass_actors {
            Some(actors) => Readable::Known(actors.into_iter().map(actor).collect()),
            None => Readable::Withheld {
                needs: BYPASS_ACTORS_NEED.to_owned(),
            },
        };
        let refs = wire.conditions.and_then(|conditions| conditions.ref_name);
        let (include, exclude) = refs.map(|refs| (refs.include, refs.exclude)).unzip();
        Ok(Ruleset {
            id: wire.id,
            name: wire.name,
            source: (wire.source_type, wire.source),
            target: wire.target.into(),
            enforcement: wire.enforcement.into(),
            bypass_actors,
            include,
            exclude,
            rules: wire.rules.into_iter().map(rule).collect::<Result<_, _>>()?,
            updated_at: wire.updated_at,
        })
    }
}

fn rule(wire: RuleWire) -> Result<Rule, String> {
    let RuleWire { kind, parameters } = wire;
    match kind.as_str() {
        "creation" => Ok(Rule::Creation),
        "update" => Ok(Rule::Update),
        "deletion" => Ok(Rule::Deletion),
        "non_fast_forward" => Ok(Rule::NonFastForward),
        "required_linear_history" => Ok(Rule::RequiredLinearHistory),
        "required_signatures" => Ok(Rule::RequiredSignatures),
        "pull_request" => Ok(Rule::PullRequest(pull_request(read(&kind, parameters)?))),
        "required_status_checks" => {
            let wire: StatusChecksWire = read(&kind, parameters)?;
            let checks = wire.required_status_checks.into_iter().map(Into::into);
            Ok(Rule::RequiredStatusChecks {
                checks: checks.collect(),
                is_strict: wire.strict_required_status_checks_policy,
            })
        }
        _ => Ok(Rule::Other(word(kind))),
    }
}

fn read<W: for<'de> Deserialize<'de>>(kind: &str, parameters: Option<Value>) -> Result<W, String> {
    let parameters = parameters.ok_or_else(|| format!("the rule {kind} has no parameters"))?;
    serde_json::from_value(parameters).map_err(|error| format!("the rule {kind}: {error}"))
}

#[derive(Deserialize)]
struct PullRequestWire {
    required_approving_review_count: u64,
    dismiss_stale_reviews_on_push: bool,
    require_code_owner_review: bool,
    require_last_push_approval: bool,
    allowed_merge_methods: Option<Vec<String>>,
}

fn pull_request(wire: PullRequestWire) -> PullRequestRule {
    let methods = wire.allowed_merge_methods;
    PullRequestRule {
        approvals: wire.required_approving_review_count,
        dismisses_stale: wire.dismiss_stale_reviews_on_push,
        needs_code_owner: wire.require_code_owner_review,
        needs_other_than_last_pusher: wire.require_last_push_approval,
        merge_methods: methods.map(|methods| methods.into_iter().map(Into::into).collect()),
    }
}

#[derive(Deserialize)]
struct StatusChecksWire {
    required_status_checks: Vec<RequiredWire>,
    strict_required_status_checks_policy: bool,
}

#[derive(Deserialize)]
struct RequiredWire {
    context: String,
    integration_id: Option<u64>,
}

impl From<RequiredWire> for RequiredCheck {
    fn from(wire: RequiredWire) -> RequiredCheck {
        RequiredCheck {
            context: wire.context,
            app: wire.integration_id,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct BranchRuleWire {
    #[serde(flatten)]
    rule: RuleWire,
    ruleset_id: u64,
    ruleset_source_type: String,
    ruleset_source: String,
}

impl Fact for BranchRule {
    type Wire = BranchRuleWire;

    fn of(wire: BranchRuleWire) -> Result<BranchRule, String> {
        Ok(BranchRule {
            rule: rule(wire.rule)?,
            ruleset: wire.ruleset_id,
            source: (wire.ruleset_source_type, wire.ruleset_source),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct SuiteWire {
    id: u64,
    #[serde(deserialize_with = "nullable")]
    actor_id: Option<u64>,
    actor_name: Option<String>,
    before_sha: CommitId,
    after_sha: CommitId,
    #[serde(rename = "ref")]
    reference: String,
    pushed_at: Timestamp,
    result: String,
    evaluation_result: Option<String>,
}

impl Fact for RuleSuite {
    type Wire = SuiteWire;

    fn of(wire: SuiteWire) -> Result<RuleSuite, String> {
        Ok(RuleSuite {
            id: wire.id,
            actor: wire.actor_id,
            actor_name: wire.actor_name,
            before: wire.before_sha,
            after: wire.after_sha,
            reference: wire.reference,
            pushed_at: wire.pushed_at,
            result: wire.result.into(),
            evaluation: wire.evaluation_result.map(Into::into),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct VersionWire {
    version_id: u64,
    actor: Option<VersionActorWire>,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
struct VersionActorWire {
    id: Option<u64>,
}

impl Fact for RulesetVersion {
    type Wire = VersionWire;

    fn of(wire: VersionWire) -> Result<RulesetVersion, String> {
        Ok(RulesetVersion {
            version: wire.version_id,
            actor: wire.actor.and_then(|actor| actor.id),
            updated_at: wire.updated_at,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct StateWire {
    #[serde(flatten)]
    version: VersionWire,
    state: RulesetWire,
}

impl Fact for RulesetState {
    type Wire = StateWire;

    fn of(wire: StateWire) -> Result<RulesetState, String> {
        Ok(RulesetState {
            version: Fact::of(wire.version)?,
            ruleset: Fact::of(wire.state)?,
        })
    }
}
