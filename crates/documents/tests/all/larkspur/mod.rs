//! An invented company whose report shows every word of the model once.

use model::outcome::Risk;
use model::outsiders::Outsiders;
use model::program::{
    ByRisk, Cadence, Conflict, Control, ControlId, Environment, EvidenceSource, Frameworks,
    Function, FunctionName, Hire, LedgerEntry, Organisation, Parameter, Principal, PrincipalId,
    PrincipalKind, Program, Question, Repository, RiskClasses,
};
use model::report::AuditReport;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the report of Larkspur Metrics over the first half of 2026.
pub(crate) fn report() -> AuditReport {
    serde_json::from_str(include_str!("report.json")).expect("the fixture is a report")
}

/// Returns the program that the report applied.
pub(crate) fn program() -> Program {
    Program {
        organisation: Organisation {
            name: "Larkspur Metrics".into(),
            head_count: 2,
        },
        frameworks: Frameworks {
            soc2: texts(&["CC6.1", "CC8.1"]),
            iso27001: texts(&["A.5.3", "A.8.32"]),
        },
        period: Some("2026-H1".into()),
        repositories: vec![Repository {
            name: "larkspur/metrics".into(),
            path: None,
            branch: Some("main".into()),
            forge: None,
            merge_methods: None,
        }],
        environments: vec![Environment {
            name: "production".into(),
            production: true,
        }],
        tools: [
            ("ci".into(), texts(&["Woodpecker"])),
            ("forge".into(), texts(&["Forgejo"])),
        ]
        .into(),
        principals: principals(),
        functions: functions(),
        assignments: assignments(),
        conflicts: conflicts(),
        controls: controls(),
        risk_classes: RiskClasses {
            high: vec![],
            medium: vec![],
            low: vec![],
            otherwise: Risk::Medium,
        },
        ledger: LedgerEntry::default(),
        cadences: [
            ("access_review".into(), Cadence::Quarterly),
            ("control_review".into(), Cadence::Quarterly),
            ("restore_test".into(), Cadence::Annual),
        ]
        .into(),
        hiring_plan: vec![
            hire(
                "senior engineer",
                &["code review and approval"],
                &["code authoring"],
                Some("2026-Q4"),
            ),
            hire(
                "site reliability engineer",
                &[
                    "production deployment",
                    "security monitoring",
                    "security administration",
                ],
                &[],
                None,
            ),
        ],
        causes: vec![],
        forge_addresses: BTreeSet::new(),
        outsiders: Outsiders::default(),
        questions: vec![Question {
            line: 14,
            text: "?? who reviews the backups?".into(),
        }],
        own_texts: vec![],
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn id(text: &str) -> PrincipalId {
    PrincipalId::new(text).expect("a short name")
}

fn duty(text: &str) -> FunctionName {
    FunctionName(text.into())
}

fn principals() -> Vec<Principal> {
    [
        ("ada", "Ada Marsh", PrincipalKind::Human, Some("founder")),
        ("ben", "Ben Okafor", PrincipalKind::Human, Some("engineer")),
        (
            "marsh-reviewer",
            "Marsh reviewer",
            PrincipalKind::Agent,
            None,
        ),
        (
            "dependency-updates",
            "Dependency updates",
            PrincipalKind::Automation,
            None,
        ),
        (
            "ilse",
            "Ilse Brandt",
            PrincipalKind::Outsider,
            Some("fractional CISO"),
        ),
    ]
    .map(|(short, name, kind, title)| Principal {
        id: id(short),
        name: name.into(),
        kind,
        title: title.map(Into::into),
        emails: vec![],
        accounts: vec![],
        ssh_keys: vec![],
        openpgp_keys: vec![],
        model: None,
        reviewer: None,
    })
    .into()
}

fn functions() -> BTreeMap<FunctionName, Function> {
    conflicts()
        .into_iter()
        .flat_map(|conflict| [conflict.first, conflict.second])
        .map(|name| {
            (
                name,
                Function {
                    description: String::new(),
                },
            )
        })
        .collect()
}

fn assignments() -> BTreeMap<PrincipalId, BTreeSet<FunctionName>> {
    let held = |duties: &[&str]| duties.iter().map(|name| duty(name)).collect();
    [
        (
            id("ada"),
            held(&[
                "code authoring",
                "code review and approval",
                "production deployment",
                "code development",
                "chief executive",
                "security officer",
                "policy development",
                "compliance auditing",
                "access provisioning",
                "access approval",
                "financial transactions",
            ]),
        ),
        (id("ben"), held(&["code authoring", "security monitoring"])),
        (id("ilse"), held(&["financial approval"])),
    ]
    .into()
}

fn conflicts() -> Vec<Conflict> {
    [
        (
            "code development",
            "production deployment",
            Risk::High,
            "whoever writes code can put it live unseen",
        ),
        (
            "code authoring",
            "code review and approval",
            Risk::High,
            "nobody finds their own mistakes",
        ),
        (
            "access provisioning",
            "access approval",
            Risk::Medium,
            "access could be granted without need",
        ),
        (
            "policy development",
            "compliance auditing",
            Risk::High,
            "an auditor of their own rules finds nothing",
        ),
        (
            "chief executive",
            "security officer",
            Risk::High,
            "growth and caution meet in one person",
        ),
        (
            "financial transactions",
            "financial approval",
            Risk::Medium,
            "",
        ),
        (
            "security administration",
            "security monitoring",
            Risk::Medium,
            "whoever can switch it off need not look",
        ),
        (
            "backup administration",
            "backup verification",
            Risk::Low,
            "a backup that nobody restores is a hope",
        ),
    ]
    .map(|(first, second, risk, rationale)| Conflict {
        first: duty(first),
        second: duty(second),
        risk,
        rationale: rationale.into(),
    })
    .into()
}

fn controls() -> BTreeMap<ControlId, Control> {
    [
        control(
            "CR-4",
            "Code review",
            "every change lands through a request",
            true,
            &[["code authoring", "code review and approval"]],
        ),
        control(
            "CR-8",
            "Code review",
            "a request stays open for the wait of its risk class",
            true,
            &[["code development", "production deployment"]],
        ),
        control(
            "GV-1",
            "Governance",
            "an outsider reviews each quarter",
            false,
            &[["chief executive", "security officer"]],
        ),
        Control {
            in_use: false,
            ..control(
                "IC-3",
                "Infrastructure as code",
                "drift raises an alert",
                true,
                &[],
            )
        },
    ]
    .map(|control| (control.id.clone(), control))
    .into()
}

fn control(name: &str, area: &str, title: &str, automated: bool, pairs: &[[&str; 2]]) -> Control {
    Control {
        id: ControlId(name.into()),
        area: area.into(),
        title: title.into(),
        risk_statement: "A change reaches customers that nobody but its author has seen.".into(),
        justification: "Two people work here, and the second is not on call.".into(),
        description: "The forge refuses a push to main; each change goes through a request.".into(),
        evidence: vec![EvidenceSource {
            evidence: "the change register".into(),
            source: "git".into(),
            frequency: "per change".into(),
        }],
        parameters: [
            (
                "wait_hours".into(),
                Parameter::ByRisk(ByRisk {
                    low: 4.0,
                    medium: 24.0,
                    high: 24.0,
                }),
            ),
            ("tolerable_percent".into(), Parameter::Number(5.0)),
            ("scope".into(), Parameter::Text("main".into())),
        ]
        .into(),
        cadence: if automated {
            Cadence::PerChange
        } else {
            Cadence::Quarterly
        },
        criteria: Frameworks {
            soc2: texts(&["CC8.1"]),
            iso27001: texts(&["A.5.3"]),
        },
        compensates: pairs.iter().map(|[a, b]| [duty(a), duty(b)]).collect(),
        automated,
        in_use: true,
        evidenced_by: vec![],
    }
}

fn hire(role: &str, takes: &[&str], shares: &[&str], planned: Option<&str>) -> Hire {
    Hire {
        role: role.into(),
        takes: takes.iter().map(|name| duty(name)).collect(),
        shares: shares.iter().map(|name| duty(name)).collect(),
        planned: planned.map(Into::into),
    }
}
