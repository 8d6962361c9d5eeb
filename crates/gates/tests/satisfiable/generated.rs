//! A thousand generated teams under generated rules, against the search that tries everything.

use crate::numbers::Numbers;
use crate::plain::{Plain, Roles, authors, statements};
use crate::{KEY, program};
use gates::satisfiable::prove;
use model::outsiders::{Relation, TimestampAuthority, Witness};
use model::program::{
    ByRisk, Control, ControlId, ForgeKind, FunctionName, MergeMethod, Parameter, Principal,
    PrincipalId, PrincipalKind, Program, Repository, RepositoryForge,
};
use model::satisfiable::{Answer, Finding, Rule, RuleSet, Step};
use std::collections::{BTreeMap, BTreeSet};

const PROGRAMS: u64 = 1_000;

const BASE: &str = "
version: 1
organisation: {name: ours}
principals:
- {id: ada, ssh_keys: [KEY]}
";

const GATE: [&str; 12] = [
    "CR-1", "CR-2", "CR-3", "CR-4", "CR-5", "CR-6", "CR-7", "CR-8", "CR-9", "CR-10", "CM-1", "CM-2",
];

const DUTIES: [&str; 6] = [
    "code authoring",
    "code review and approval",
    "change approval",
    "change request",
    "risk assessment",
    "production deployment",
];

#[test]
fn the_proof_agrees_with_trying_everything() {
    let base = program(BASE);
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..PROGRAMS {
        let program = generated(&base, &mut Numbers(seed));
        let said = statements(&program);
        let proof = prove(&program).unwrap();
        if said.is_empty() || authors(&program).is_empty() {
            assert!(
                proof.answers.is_empty() && proof.not_proven.is_some(),
                "{seed}"
            );
            *seen.entry("not proven".into()).or_default() += 1;
            continue;
        }
        let expected: Vec<&PrincipalId> = authors(&program)
            .into_iter()
            .map(|one| &program.principals[one].id)
            .collect();
        for of_class in proof.answers.chunks(expected.len()) {
            let found: Vec<&PrincipalId> = of_class.iter().map(|it| &it.author).collect();
            assert_eq!(found, expected, "{seed}");
        }
        assert_eq!(proof.answers.len(), 3 * expected.len(), "{seed}");
        for answer in &proof.answers {
            let kind = check(seed, &program, &said, answer);
            *seen.entry(kind).or_default() += 1;
        }
    }
    // Every kind of answer was met often enough to mean something.
    for (kind, least) in [
        ("passes", 500),
        ("contradiction of 1", 500),
        ("contradiction of 2", 30),
    ] {
        assert!(
            seen.get(kind).is_some_and(|count| *count >= least),
            "{kind}: {seen:?}"
        );
    }
}

/// Holds one answer to the plain rules, and returns what kind it is.
fn check(seed: u64, program: &Program, said: &[&str], answer: &Answer) -> String {
    let position = |who: &PrincipalId| program.principals.iter().position(|one| one.id == *who);
    let plain = Plain {
        program,
        risk: answer.risk,
        author: position(&answer.author).unwrap(),
    };
    let place = format!("seed {seed}, {} risk by {}", answer.risk, answer.author);
    match &answer.finding {
        Finding::Passes { steps, .. } => {
            assert!(plain.satisfiable(said), "{place}");
            let roles = roles(steps, |who| position(who).unwrap());
            assert!(plain.holds(said, &roles), "{place}: {steps:?}");
            "passes".into()
        }
        Finding::Contradiction { sets, further } => {
            assert!(!plain.satisfiable(said), "{place}");
            let size = sets[0].rules.len();
            check_sets(&plain, said, sets, *further, &place);
            format!("contradiction of {size}")
        }
    }
}

/// Nothing smaller contradicts itself, and of this size exactly the named sets do.
fn check_sets(plain: &Plain<'_>, said: &[&str], sets: &[RuleSet], further: u64, place: &str) {
    let size = sets[0].rules.len();
    for smaller in 0..size {
        for choice in choices(said, smaller) {
            assert!(plain.satisfiable(&choice), "{place}: {choice:?}");
        }
    }
    let contradicting: BTreeSet<Vec<&str>> = choices(said, size)
        .into_iter()
        .filter(|choice| !plain.satisfiable(choice))
        .collect();
    assert_eq!(
        contradicting.len() as u64,
        sets.len() as u64 + further,
        "{place}"
    );
    for set in sets {
        let names: Vec<String> = set.rules.iter().map(Rule::to_string).collect();
        let named: Vec<&str> = said
            .iter()
            .copied()
            .filter(|it| names.iter().any(|name| name == it))
            .collect();
        assert_eq!(named.len(), set.rules.len(), "{place}: {names:?}");
        assert!(contradicting.contains(&named), "{place}: {named:?}");
        for left_out in &named {
            let rest: Vec<&str> = named.iter().copied().filter(|it| it != left_out).collect();
            assert!(plain.satisfiable(&rest), "{place}: {rest:?}");
        }
    }
}

fn choices<'a>(said: &[&'a str], size: usize) -> Vec<Vec<&'a str>> {
    let all = 0..1_u32 << said.len();
    all.filter(|subset| subset.count_ones() as usize == size)
        .map(|subset| {
            let chosen = said
                .iter()
                .enumerate()
                .filter(|(index, _)| subset >> index & 1 == 1);
            chosen.map(|(_, name)| *name).collect()
        })
        .collect()
}

/// Returns the roles that the steps give.
fn roles(steps: &[Step], position: impl Fn(&PrincipalId) -> usize) -> Roles {
    let mut roles = Roles::default();
    for step in steps {
        let who = step.who.as_ref().map(&position);
        let role = match step.does.as_str() {
            "reviews as an AI" => &mut roles.reader,
            "writes the ticket" => &mut roles.ticket,
            "justifies" => &mut roles.reason,
            "assesses the risk" => &mut roles.assessor,
            "reviews from outside" => &mut roles.outside,
            "stands in for an outsider" => &mut roles.machine,
            "approves" => {
                assert!(
                    roles.approvers.insert(who.unwrap()),
                    "nobody approves twice"
                );
                continue;
            }
            does if does.contains("self-reviews") => &mut roles.again,
            "writes" | "signs" => continue,
            does => {
                assert!(who.is_none(), "{does}");
                continue;
            }
        };
        *role = who;
    }
    roles
}

fn generated(base: &Program, numbers: &mut Numbers) -> Program {
    let mut program = base.clone();
    let size = 1 + numbers.below(5);
    program.principals = (0..size)
        .map(|index| principal(&base.principals[0], index, numbers))
        .collect();
    program.assignments.clear();
    if numbers.percent(85) {
        for one in &program.principals {
            let held = DUTIES.iter().filter(|_| numbers.percent(45));
            let held = held.map(|duty| FunctionName((*duty).into())).collect();
            program.assignments.insert(one.id.clone(), held);
        }
    }
    // Where nothing but people can be missing, rules meet in them.
    let orderly = numbers.percent(50);
    if orderly {
        staffed(&mut program);
    }
    program.tools.clear();
    if numbers.percent(60) {
        // A forge that nobody asks.
        let forge = numbers.one_of(&["github", "gitlab"]);
        program.tools.insert("forge".into(), vec![forge.into()]);
    }
    let (least, asked) = match orderly || numbers.percent(60) {
        true => (1, 100),
        false => (0, 50),
    };
    let kinds = numbers.one_of(&[
        &ForgeKind::ALL[..],
        &[ForgeKind::Github],
        &[ForgeKind::Gitlab],
    ]);
    let repositories = least + numbers.below(3);
    program.repositories = (0..repositories)
        .map(|_| repository(asked, kinds, numbers))
        .collect();
    signers(&mut program, numbers);
    let often = numbers.one_of(&[10, 30, 60]);
    for control in GATE {
        let control = program.controls.get_mut(&id(control)).unwrap();
        let staffing = orderly && ["CR-9", "CM-2"].contains(&control.id.0.as_str());
        control.in_use = staffing || numbers.percent(often);
        parameters(control, orderly, numbers);
    }
    program
}

/// Gives everybody a key, and has a machine write.
fn staffed(program: &mut Program) {
    for one in &mut program.principals {
        one.ssh_keys = vec![KEY.into()];
        one.accounts = vec!["github:a".into(), "gitlab:a".into()];
    }
    program.principals[0].kind = PrincipalKind::Agent;
    let writes = FunctionName("code authoring".into());
    let id = program.principals[0].id.clone();
    program.assignments.entry(id).or_default().insert(writes);
}

fn principal(one: &Principal, index: u64, numbers: &mut Numbers) -> Principal {
    let kinds = [
        PrincipalKind::Human,
        PrincipalKind::Human,
        PrincipalKind::Human,
        PrincipalKind::Agent,
        PrincipalKind::Automation,
        PrincipalKind::Outsider,
    ];
    let accounts = ["github:a", "gitlab:a"]
        .iter()
        .filter(|_| numbers.percent(60));
    Principal {
        id: PrincipalId::new(&format!("p{index}")).unwrap(),
        accounts: accounts.map(ToString::to_string).collect(),
        kind: numbers.one_of(&kinds),
        ssh_keys: (0..u64::from(numbers.percent(75)))
            .map(|_| KEY.into())
            .collect(),
        openpgp_keys: (0..u64::from(numbers.percent(20)))
            .map(|_| "openpgp".into())
            .collect(),
        ..one.clone()
    }
}

fn repository(asked: u64, kinds: &[ForgeKind], numbers: &mut Numbers) -> Repository {
    let methods = [MergeMethod::Merge, MergeMethod::Squash, MergeMethod::Rebase];
    let methods: BTreeSet<MergeMethod> = methods
        .into_iter()
        .filter(|_| numbers.percent(60))
        .collect();
    Repository {
        name: "app".into(),
        path: None,
        branch: None,
        forge: numbers.percent(asked).then(|| {
            let kind = numbers.one_of(kinds);
            RepositoryForge {
                kind,
                repository: "larkspur/app".into(),
                api: kind.api().into(),
            }
        }),
        merge_methods: (!methods.is_empty()).then_some(methods),
    }
}

fn signers(program: &mut Program, numbers: &mut Numbers) {
    let run_by = numbers.one_of(&["ours", "The Guild"]);
    if numbers.percent(30) {
        program.outsiders.witnesses.push(Witness {
            name: "guild".into(),
            key: String::new(),
            url: None,
            run_by: run_by.into(),
            relation: numbers.one_of(&[Relation::Outside, Relation::Reciprocal]),
        });
    }
    if numbers.percent(20) {
        program
            .outsiders
            .timestamp_authorities
            .push(TimestampAuthority {
                name: "clock".into(),
                url: String::new(),
                certificate: String::new(),
                run_by: run_by.into(),
                relation: Relation::Outside,
            });
    }
}

fn parameters(control: &mut Control, orderly: bool, numbers: &mut Numbers) {
    for (name, value) in &mut control.parameters {
        let words: &[&str] = match name.as_str() {
            "minimum_grade" if orderly => &["attested"],
            "minimum_grade" => &[
                "attested",
                "attested",
                "collected",
                "platform",
                "independent",
            ],
            "required_checks" => &["lint", "lint, sast", "sast"],
            "automated_security_review" => &["accepted", "not accepted"],
            "approvals" => {
                let mut asked = || numbers.below(3) as f64;
                *value = Parameter::ByRisk(ByRisk {
                    low: asked(),
                    medium: asked(),
                    high: asked(),
                });
                continue;
            }
            _ => continue,
        };
        *value = Parameter::Text(numbers.one_of(words).into());
    }
}

fn id(control: &str) -> ControlId {
    ControlId(control.into())
}
