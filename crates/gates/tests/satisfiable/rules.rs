//! What each rule asks of a team, alone and beside those that it meets.

use crate::{program, proof, told};
use gates::satisfiable::prove;
use model::outsiders::{Relation, Witness};
use model::satisfiable::{Answer, Finding};

const SOLO: &str = "
version: 1
organisation: {name: Larkspur Metrics}
principals:
- {id: ada, ssh_keys: [KEY]}
";

const KEYLESS: &str = "
version: 1
organisation: {name: Larkspur Metrics}
principals:
- {id: ada}
";

/// A founder, and an agent that writes.
const AGENT: &str = "
version: 1
organisation: {name: Larkspur Metrics}
principals:
- {id: ada, ssh_keys: [KEY]}
- {id: scribe, kind: agent}
assignments: {ada: [code review and approval], scribe: [code authoring]}
";

/// Two people, of whom one writes and the other holds `DUTY`.
const TWO: &str = "
version: 1
organisation: {name: Larkspur Metrics}
principals:
- {id: ada}
- {id: bo, accounts: [github:bo]}
repositories: [{name: app, forge: 'github:larkspur/app'}]
assignments: {ada: [code authoring], bo: [DUTY]}
";

/// A forge that the gate asks.
const ASKED: &str = "repositories: [{name: app, forge: \"github:larkspur/app\"}]\n";

fn rules(team: &str, rest: &str) -> String {
    told(&proof(&format!("{team}{rest}")))
}

/// Returns the answers for one class, or for one class and author.
fn class(change: &str, team: &str, rest: &str) -> String {
    let mut proof = proof(&format!("{team}{rest}"));
    let is_asked =
        |answer: &Answer| format!("{} {}", answer.risk, answer.author).starts_with(change);
    proof.answers.retain(is_asked);
    // What holds of the program as a whole is told beside all of them.
    proof.notes.clear();
    told(&proof)
}

fn passes(team: &str, rest: &str) -> bool {
    let proof = proof(&format!("{team}{rest}"));
    let mut answers = proof.answers.iter();
    !proof.answers.is_empty()
        && answers.all(|answer| matches!(answer.finding, Finding::Passes { .. }))
}

#[test]
fn checks_and_coverage_ask_for_nobody() {
    insta::assert_snapshot!(rules(KEYLESS, "controls: {CR-5: in use, CR-6: in use}"), @r"
    low ada: ada writes
    medium ada: ada writes
    high ada: ada writes
    note: the program names the forge of no repository: `gate merge` has nobody to ask there until `forge` stands in the repository's entry
    ");
}

#[test]
fn a_protected_branch_needs_a_forge() {
    for control in ["CR-1", "CR-2", "CR-3"] {
        let in_use = format!("controls: {{{control}: in use}}\n");
        assert!(!passes(KEYLESS, &in_use), "{control}");
        // A forge that nobody asks shows nothing.
        let tool = format!("{in_use}tools: {{forge: [github]}}\n");
        assert!(!passes(KEYLESS, &tool), "{control}");
        assert!(passes(KEYLESS, &format!("{in_use}{ASKED}")), "{control}");
        let another = ASKED.replace("}]", "}, {name: site}]");
        assert!(!passes(KEYLESS, &format!("{in_use}{another}")), "{control}");
    }
    insta::assert_snapshot!(class("low", KEYLESS, "controls: {CR-1: in use}"), @r"
    low ada: NO: CR-1 needs a forge that protects the branch; the program names none
      write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into the repository's entry
    ");
}

#[test]
fn rebase_merges_leave_no_request() {
    let rebase = "controls: {CR-4: in use}\nrepositories: [{name: app, merge_methods: [rebase]}]\n";
    insta::assert_snapshot!(class("low", KEYLESS, rebase), @r"
    low ada: NO: CR-4 needs the request of each change; rebase merges in `app` leave none in git, and the forge is not named where it is asked
      land requests by merge or squash, or write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into the repository's entry
    ");
    let asked = rebase.replace("app,", "app, forge: \"gitlab:larkspur/app\",");
    assert!(passes(KEYLESS, &asked));
    assert!(passes(
        KEYLESS,
        &rebase.replace("[rebase]", "[rebase, squash]")
    ));
    assert!(passes(KEYLESS, "controls: {CR-4: in use}\n"));
}

#[test]
fn a_grade_is_reached_or_not() {
    let graded = |control: &str, grade: &str, rest: &str| {
        let text =
            format!("controls: {{{control}: {{parameters: {{minimum_grade: {grade}}}}}}}\n{rest}");
        passes(SOLO, &text)
    };
    let (forge, tool) = (ASKED, "tools: {forge: [github]}");
    let table = [
        ("CR-4", "attested", "", true),
        ("CR-4", "collected", "", false),
        ("CR-4", "collected", tool, false),
        ("CR-4", "collected", forge, true),
        ("CR-4", "platform", forge, false),
        ("CR-4", "independent", forge, false),
        ("CR-8", "attested", "", true),
        ("CR-8", "collected", "", false),
        ("CR-8", "collected", forge, false),
        ("CR-8", "platform", forge, false),
        ("CR-8", "independent", forge, false),
        ("CR-10", "attested", "", true),
        ("CR-10", "collected", forge, false),
        ("CR-10", "platform", forge, false),
    ];
    for (control, grade, rest, expected) in table {
        assert_eq!(
            graded(control, grade, rest),
            expected,
            "{control} {grade} {rest}"
        );
    }
    let independent = "controls: {CR-8: {parameters: {minimum_grade: independent}}}";
    insta::assert_snapshot!(class("low", SOLO, independent), @r"
    low ada: NO: CR-8 `minimum_grade` needs evidence of grade independent; what the program declares yields attested at best
      name a witness or a timestamp authority that others run, or set CR-8's `minimum_grade: attested`
    ");
    let collected = "controls: {CM-2: {parameters: {minimum_grade: collected}}}";
    insta::assert_snapshot!(class("low", SOLO, collected), @r"
    low ada: NO: CM-2 `minimum_grade` needs evidence of grade collected; what the program declares yields attested at best
      set CM-2's `minimum_grade: attested`
    ");
}

#[test]
fn somebody_outside_vouches_for_a_wait() {
    let text = "controls: {CR-8: {parameters: {minimum_grade: independent}}}";
    let witnessed = |relation: Relation| {
        let mut program = program(&format!("{SOLO}{text}"));
        program.outsiders.witnesses = vec![Witness {
            name: "guild".into(),
            key: String::new(),
            url: None,
            run_by: "The Guild".into(),
            relation,
        }];
        told(&prove(&program).unwrap())
    };
    assert!(witnessed(Relation::Own).contains("NO: CR-8 `minimum_grade`"));
    assert_eq!(
        witnessed(Relation::Reciprocal),
        witnessed(Relation::Outside)
    );
    insta::assert_snapshot!(witnessed(Relation::Outside), @r"
    low ada: ada writes, it lands after 4 h
    medium ada: ada writes, it lands after 24 h
    high ada: ada writes, it lands after 24 h
    note: the wait of CR-8 rests on `guild`: while nobody outside signs the log, no change passes
    note: the program names the forge of no repository: `gate merge` has nobody to ask there until `forge` stands in the repository's entry
    ");
}

#[test]
fn the_author_signs() {
    let signed = "controls: {CR-10: in use}";
    insta::assert_snapshot!(class("low", SOLO, signed), @"low ada: ada writes, ada signs");
    insta::assert_snapshot!(class("low", KEYLESS, signed), @r"
    low ada: NO: CR-10 needs commits signed by `ada`; no key of `ada` is listed
      add the public half of the key under `ssh_keys` or `openpgp_keys`
    ");
}

#[test]
fn the_author_reviews_again() {
    let again = "controls: {CR-9: in use}";
    insta::assert_snapshot!(class("low", SOLO, again), @"low ada: ada writes, ada self-reviews");
    insta::assert_snapshot!(class("low", KEYLESS, again), @r"
    low ada: NO: CR-9 needs a self-review signed by `ada`; no SSH key of `ada` is listed
      add the public half of an SSH key under `ssh_keys`
    ");
    insta::assert_snapshot!(class("low", AGENT, again), @"low scribe: scribe writes, ada answers for it and self-reviews");
    insta::assert_snapshot!(class("low", &AGENT.replace(", ssh_keys: [KEY]", ""), again), @r"
    low scribe: NO: CR-9 needs a human with an SSH key who answers for what `scribe` writes; humans with an SSH key: nobody
      add the public half of an SSH key under `ssh_keys`
    ");
    insta::assert_snapshot!(rules(SOLO, "controls: {CR-8: in use, CR-9: in use}"), @r"
    low ada: ada writes, ada self-reviews after 4 h
    medium ada: ada writes, ada self-reviews after 24 h
    high ada: ada writes, ada self-reviews after 24 h
    note: the program names the forge of no repository: `gate merge` has nobody to ask there until `forge` stands in the repository's entry
    ");
}

#[test]
fn the_wait_is_told_where_nobody_reviews_again() {
    insta::assert_snapshot!(rules(SOLO, "controls: {CR-8: in use, CM-2: {parameters: {wait_hours: 30, automated_security_review: accepted}}, CR-5: {parameters: {required_checks: sast}}}"), @r"
    low ada: ada writes, ada justifies, it lands after 4 h
    medium ada: ada writes, ada justifies, ada assesses the risk, it lands after 30 h
    high ada: ada writes, the SAST scan stands in for an outsider, it lands after 24 h
    note: the program names the forge of no repository: `gate merge` has nobody to ask there until `forge` stands in the repository's entry
    ");
    insta::assert_snapshot!(class("medium", SOLO, "controls: {CM-2: in use}"), @"medium ada: ada writes, ada justifies, ada assesses the risk, it lands after 24 h");
    insta::assert_snapshot!(class("low", SOLO, "controls: {CR-8: {parameters: {wait_hours: 0}}}"), @"low ada: ada writes");
}

#[test]
fn an_agent_reads_what_it_did_not_write() {
    let read = "controls: {CR-7: in use}";
    insta::assert_snapshot!(class("low", SOLO, read), @r"
    low ada: NO: CR-7 needs an AI agent that reviews and is not the author; agents that hold `code review and approval`: nobody
      declare one with `kind: agent` and its account, and give it that duty
    ");
    let both = AGENT.replace("scribe: [code", "scribe: [code review and approval, code");
    insta::assert_snapshot!(class("low", &both, read), @r"
    low scribe: NO: CR-7 needs an AI agent that reviews and is not the author; agents that hold `code review and approval`: `scribe`
      declare one with `kind: agent` and its account, and give it that duty
    ");
    let third = both.replace(
        "assignments: {",
        "- {id: reader, kind: agent}\nassignments: {reader: [code review and approval], ",
    );
    insta::assert_snapshot!(class("low", &third, read), @"low scribe: scribe writes, reader reviews as an AI");
    // Behind a forge it is known by its account, or asked at its server.
    let forge = &format!("{read}\n{ASKED}");
    let unseen = class("low", &third, forge);
    assert!(unseen.contains("NO: CR-7"), "{unseen}");
    let asked =
        "reader, kind: agent, reviewer: {wire: openai, model: owl-4, context_tokens: 32000}";
    let asked = third.replace("reader, kind: agent", asked);
    let seen = class("low", &asked, forge);
    assert!(seen.contains("reader reviews as an AI"), "{seen}");
}

#[test]
fn a_person_writes_the_ticket() {
    let ticket = "controls: {CM-1: in use}";
    let reviewing = TWO.replace("DUTY", "code review and approval");
    insta::assert_snapshot!(class("low", &reviewing, ticket), @"low ada: ada writes, ada writes the ticket");
    insta::assert_snapshot!(class("low", &TWO.replace("DUTY", "change request"), ticket), @"low ada: ada writes, bo writes the ticket");
    let nobody = AGENT
        .replace("- {id: ada, ssh_keys: [KEY]}\n", "")
        .replace("ada: [code review and approval], ", "");
    insta::assert_snapshot!(class("low", &nobody, ticket), @r"
    low scribe: NO: CM-1 needs a human who writes the ticket; the program has none
      list the people under `principals`
    ");
}

#[test]
fn a_risk_is_assessed_by_its_holder() {
    let two = TWO.replace("DUTY", "risk assessment");
    insta::assert_snapshot!(class("medium", &two, "controls: {CM-2: in use}"), @"medium ada: ada writes, ada justifies, bo assesses the risk, it lands after 24 h");
}

#[test]
fn an_outsider_reviews_high_risk() {
    let team = |outsider: &str| {
        SOLO.replace(
            "- {id: ada",
            &format!("- {{id: noor, kind: outsider{outsider}}}\n- {{id: ada"),
        )
    };
    let high = "controls: {CM-2: in use}";
    insta::assert_snapshot!(class("high", SOLO, high), @r"
    high ada: NO: CM-2 needs an outsider with a key who reviews a high-risk change; outsiders: nobody
      name an outsider with a key, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`
    ");
    insta::assert_snapshot!(class("high", &team(""), high), @r"
    high ada: NO: CM-2 needs an outsider with a key who reviews a high-risk change; outsiders: `noor`
      name an outsider with a key, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`
    ");
    insta::assert_snapshot!(class("high", &team(", accounts: [github:noor]"), &format!("{high}\n{ASKED}")), @"high ada: ada writes, noor reviews from outside");
    assert!(!passes(
        &team(", accounts: [github:noor]"),
        &format!("{high}\n{}", ASKED.replace("github", "gitlab"))
    ));
    // A key signs no review at the forge.
    let key = KEYLESS.replace(
        "- {id: ada",
        "- {id: noor, kind: outsider, ssh_keys: [KEY]}\n- {id: ada",
    );
    assert!(passes(&key, high));
    assert!(!passes(&key, &format!("{high}\n{ASKED}")));
}

#[test]
fn a_machine_stands_in_where_that_is_accepted() {
    let accepted = "CM-2: {parameters: {automated_security_review: accepted}}";
    let with = |more: &str| class("high", AGENT, &format!("controls: {{{accepted}{more}}}"));
    insta::assert_snapshot!(with(""), @r"
    high scribe: NO: CM-2 needs an outsider with a key who reviews a high-risk change; outsiders: nobody
      name an outsider with a key, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`
    ");
    insta::assert_snapshot!(with(", CR-5: {parameters: {required_checks: 'lint, sast'}}"), @"high scribe: scribe writes, the SAST scan stands in for an outsider");
    assert!(with(", CR-5: in use").contains("NO: CM-2"));
    // The agent that writes is the only one: both rules miss a reader.
    let agent = AGENT.replace("scribe: [code", "scribe: [code review and approval, code");
    insta::assert_snapshot!(class("high", &agent, &format!("controls: {{{accepted}, CR-7: in use}}")), @r"
    high scribe: NO: CM-2 needs an outsider with a key who reviews a high-risk change; outsiders: nobody
      name an outsider with a key, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`
    high scribe: NO: CR-7 needs an AI agent that reviews and is not the author; agents that hold `code review and approval`: `scribe`
      declare one with `kind: agent` and its account, and give it that duty
    ");
    let reader = agent.replace("ada: [", "ada: [code authoring, ");
    insta::assert_snapshot!(class("high ada", &reader, &format!("controls: {{{accepted}, CR-7: in use}}")), @"high ada: ada writes, scribe stands in for an outsider, scribe reviews as an AI");
}

#[test]
fn an_approver_is_not_the_author() {
    let one = "controls: {CM-2: {parameters: {approvals: {low: 1, medium: 0, high: 0}}}}";
    insta::assert_snapshot!(class("low", SOLO, one), @r"
    low ada: NO: CM-2 `approvals` needs an approver who is not the author; the program has one human
      lower CM-2's `approvals`, or name more people who may approve
    ");
    for duty in ["code review and approval", "change approval"] {
        assert!(
            class("low", &TWO.replace("DUTY", duty), one).contains("bo approves"),
            "{duty}"
        );
    }
    insta::assert_snapshot!(class("low", &TWO.replace("DUTY", "change request"), one), @r"
    low ada: NO: CM-2 `approvals` needs an approver who is not the author; people who may approve, with an account on the forge: nobody
      lower CM-2's `approvals`, or name more people who may approve
    ");
    insta::assert_snapshot!(class("low", &TWO.replace("DUTY", "change approval").replace(", accounts: [github:bo]", ""), one), @r"
    low ada: NO: CM-2 `approvals` needs an approver who is not the author; people who may approve, with an account on the forge: nobody
      lower CM-2's `approvals`, or name more people who may approve
    ");
    // Where nobody holds anything, anyone may approve.
    let free = TWO.replace("assignments: {ada: [code authoring], bo: [DUTY]}", "");
    insta::assert_snapshot!(class("low bo", &free, one), @r"
    low bo: NO: CM-2 `approvals` needs an approver who is not the author; people who may approve, with an account on the forge: `bo`
      lower CM-2's `approvals`, or name more people who may approve
    ");
    insta::assert_snapshot!(class("low ada", &free, one), @"low ada: ada writes, ada justifies, bo approves");
    insta::assert_snapshot!(class("low ada", &free, &one.replace("low: 1", "low: 2")), @r"
    low ada: NO: CM-2 `approvals` needs 2 approvers who are not the author; the program has 2 humans
      lower CM-2's `approvals`, or name more people who may approve
    ");
}

#[test]
fn a_key_alone_shows_no_review_at_the_forge() {
    let graded = |grade: &str| {
        format!(
            "controls: {{CM-2: {{parameters: {{minimum_grade: {grade}, approvals: 1}}}}}}
{ASKED}"
        )
    };
    let team = |outsider: &str| {
        let noor = format!("- {{id: noor, kind: outsider, {outsider}}}");
        format!("{KEYLESS}{noor}\nassignments: {{noor: [change approval]}}\n")
    };
    let account = team("accounts: [github:noor]");
    assert!(passes(&account, &graded("attested")));
    insta::assert_snapshot!(rules(&account, &graded("collected")), @r"
    low ada: NO: CM-2 `minimum_grade` needs evidence of grade collected; what the program declares yields attested at best
      set CM-2's `minimum_grade: attested`
    medium ada: NO: CM-2 `minimum_grade` needs evidence of grade collected; what the program declares yields attested at best
      set CM-2's `minimum_grade: attested`
    high ada: ada writes, noor reviews from outside, noor approves
    ");
    insta::assert_snapshot!(class("high", &team("ssh_keys: [KEY]"), &graded("attested")), @r"
    high ada: NO: CM-2 needs an outsider with an account on the forge who reviews a high-risk change; outsiders: `noor`
      name an outsider with an account on the forge, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`
    high ada: NO: CM-2 `approvals` needs an approver who is not the author; people who may approve, with an account on the forge: nobody
      lower CM-2's `approvals`, or name more people who may approve
    ");
}

#[test]
fn who_answers_for_an_agent_approves_nothing_of_it() {
    let both =
        "controls: {CR-9: in use, CM-2: {parameters: {approvals: {low: 1, medium: 0, high: 0}}}}";
    let known = AGENT.replace("{id: ada,", "{id: ada, accounts: [github:ada],");
    let known = format!("{known}{ASKED}");
    insta::assert_snapshot!(class("low", &known, both), @r"
    low scribe: NO: CM-2 `approvals` needs an approver who is not the author, and CR-9 needs a human with an SSH key who answers for what `scribe` writes; people who may approve, with an account on the forge: `ada`; humans with an SSH key: `ada`, and nobody counts twice
      lower CM-2's `approvals`, or name more people who may approve; add the public half of an SSH key under `ssh_keys`
    ");
    // The keyless one approves by her account, so that the other can answer.
    let second = AGENT
        .replace(
            "- {id: scribe",
            "- {id: bo, accounts: [github:bo]}\n- {id: scribe",
        )
        .replace(
            "assignments: {",
            &format!("{ASKED}assignments: {{bo: [change approval], "),
        );
    insta::assert_snapshot!(class("low", &second, both), @"low scribe: scribe writes, ada justifies, bo approves, ada answers for it and self-reviews");
}

#[test]
fn each_of_several_contradictions_is_told() {
    insta::assert_snapshot!(class("low", KEYLESS, "controls: {CR-1: in use, CR-9: in use, CR-10: in use}"), @r"
    low ada: NO: CR-1 needs a forge that protects the branch; the program names none
      write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into the repository's entry
    low ada: NO: CR-10 needs commits signed by `ada`; no key of `ada` is listed
      add the public half of the key under `ssh_keys` or `openpgp_keys`
    low ada: NO: CR-9 needs a self-review signed by `ada`; no SSH key of `ada` is listed
      add the public half of an SSH key under `ssh_keys`
    ");
}
