//! CR-7 by what an AI reviewer of the program was asked and answered, and by what people signed of its findings.

use crate::bodies::{Request, commit};
use crate::facts::{id, landed, patch, proposed};
use crate::records::{Bytes, SelfReview};
use crate::world::{Recorded, World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::{reviews, sessions};
use ledger::leaf::LeafKind;
use model::change::Change;
use model::check::Severity;
use model::digest::Digest;
use model::identity::Identity;
use model::outcome::Outcome;
use model::program::PrincipalId;
use model::review::{
    Answered, AskedQuestion, Budget, Configured, Covered, Ended, Finding, FoundBy, Parameters,
    ReadFile, ReviewRecord, Spent,
};
use model::reviewer::Wire;
use model::session::SessionRecord;
use model::statement::{Disposition, StatementKind, Verdict};
use serde_json::json;

/// A review of the difference of request 7 by scout, in the form in which its server answers.
#[derive(Clone)]
pub(crate) struct Review {
    record: ReviewRecord,
    answer: Vec<u8>,
}

/// Returns what a model says of its part in Chat Completions.
pub(crate) fn completion(content: &str) -> Vec<u8> {
    let choice = json!({"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"});
    let answer = json!({
        "id": "c-1", "object": "chat.completion", "created": 1, "model": "owl-4", "choices": [choice],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    });
    answer.to_string().into_bytes()
}

impl Review {
    /// That found nothing.
    pub(crate) fn clean() -> Review {
        Review::finding(&[])
    }

    /// That found these at line 1, each with its severity and claim.
    pub(crate) fn finding(found: &[(&str, &str)]) -> Review {
        let finding = |(severity, claim): &(&str, &str)| {
            json!({
                "file": "docs/a.md", "line": 1, "severity": severity, "category": "correctness", "claim": claim,
                "why": "It breaks.", "suggestion": "Mend it.",
            })
        };
        let findings: Vec<_> = found.iter().map(finding).collect();
        let said = json!({"first_mark": "m1", "last_mark": "m2", "findings": findings});
        Review::answering(completion(&said.to_string()))
    }

    pub(crate) fn answering(answer: Vec<u8>) -> Review {
        let covered = Covered {
            file: 0,
            added: vec![(1, 1)],
            removed: vec![],
        };
        let question = AskedQuestion {
            sha256: Digest::of(b"question"),
            bytes: 8,
            first_mark: "m1".to_owned(),
            last_mark: "m2".to_owned(),
            covers: vec![covered],
        };
        let answered = Answered {
            question: 0,
            address: "https://models.example/v1/chat/completions".to_owned(),
            wire: Wire::OpenAi,
            model: "owl-4".to_owned(),
            parameters: Parameters {
                max_output_tokens: 4096,
                temperature: None,
                seed: None,
            },
            at: at(0.0),
            took_ms: 100,
            status: Some(200),
            unreached: None,
            content_type: "application/json".to_owned(),
            ended: Ended::Whole,
            sha256: Digest::of(&answer),
            bytes: answer.len(),
        };
        let file = ReadFile {
            path: "docs/a.md".to_owned(),
            added: 1,
            removed: 0,
            listed: None,
            unread: None,
            struck: 0,
        };
        let record = ReviewRecord {
            version: 1,
            repository: "shop".to_owned(),
            request: Some(7),
            merge_base: id('a'),
            head: id('b'),
            patch_digest: patch("receipts"),
            program_sha256: Digest::of(b"program"),
            configured: Some(Configured {
                commit: id('9'),
                by: Identity::new("Ada Marsh", "ada@larkspur.example"),
                at: at(-48.0),
            }),
            reviewer: PrincipalId::new("scout").unwrap(),
            prompt_sha256: Digest::of(b"prompt"),
            at: at(0.0),
            files: vec![file],
            by_rule: vec![],
            questions: vec![question],
            answers: vec![answered],
            budget: Budget {
                tokens: 1000,
                cost: None,
                seconds: 60,
            },
            spent: Spent::default(),
        };
        Review { record, answer }
    }

    pub(crate) fn edited(mut self, edit: impl FnOnce(&mut ReviewRecord)) -> Review {
        edit(&mut self.record);
        self
    }

    /// Of another difference.
    pub(crate) fn of(self, name: &str) -> Review {
        self.edited(|record| record.patch_digest = patch(name))
    }
}

/// Returns the record of a review with this answer.
pub(crate) fn review_of(answer: &[u8]) -> ReviewRecord {
    Review::answering(answer.to_vec()).record
}

impl Recorded for Review {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let payload = reviews::payload(&self.record, std::slice::from_ref(&self.answer));
        (LeafKind::Review, payload)
    }
}

pub(crate) const REVIEWER: &str = "model: {vendor: birch, family: owl}, \
     reviewer: {wire: openai, api: \"https://models.example/v1\", model: owl-4, context_tokens: 32000}";

/// A company whose agent scout is asked at a model's server; the request was seen after one hour.
pub(crate) fn world() -> World {
    with_rule("in use")
}

fn with_rule(rule: &str) -> World {
    company(rule).with(1.0, &Request::open())
}

pub(crate) fn company(rule: &str) -> World {
    let by_scout = "accounts: [\"github:scout[bot]\"]";
    let world = World::new(&format!("CR-7: {rule}"));
    world.but(by_scout, &format!("{by_scout}, {REVIEWER}"))
}

/// Checks the rule while the request is open, and after it landed.
#[track_caller]
pub(crate) fn check(world: World, expected: Outcome, words: &str) {
    let open = world.clone().with(9.0, &Request::open());
    open.open(9.0, "CR-7", expected, words);
    let world = world.with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-7", expected, words);
}

/// What the model found of the difference that is called so.
fn name(of: &str) -> String {
    let finding = Finding {
        file: Some("docs/a.md".to_owned()),
        line: Some(1),
        severity: Severity::High,
        category: "correctness".to_owned(),
        claim: "It pays twice.".to_owned(),
        why: "It breaks.".to_owned(),
        suggestion: Some("Mend it.".to_owned()),
        by: FoundBy::Model,
        is_located: true,
    };
    finding.name(&patch(of))
}

/// What ada signs of that finding.
fn said(of: &str, verdict: Verdict, because: &str) -> SelfReview {
    let mut statement = SelfReview::by("ada");
    statement.record.kind = StatementKind::Disposition;
    statement.record.answers = vec![];
    statement.record.findings = String::new();
    statement.record.dispositions = vec![Disposition {
        finding: name(of),
        verdict,
        because: because.to_owned(),
    }];
    statement
}

pub(crate) const GRAVE: [(&str, &str); 1] = [("high", "It pays twice.")];

#[test]
fn the_review_of_the_final_difference_decides() {
    let with = |review: &Review| world().with(2.0, review);
    check(
        with(&Review::clean()),
        PASS,
        "leaf 1: scout found nothing, independence independent, configured by Ada Marsh in 999999999999 at 2026-01-03",
    );
    let mild = Review::finding(&[("medium", "It is slow.")]);
    check(with(&mild), PASS, "scout found nothing of high severity");
    let grave = Review::finding(&GRAVE);
    check(
        with(&grave),
        FAIL,
        "1 finding of high severity or graver without an answer",
    );
    check(
        with(&grave.clone()).with(3.0, &Review::clean()),
        FAIL,
        "It pays twice.",
    );
    check(world(), UNKNOWN, "");
    let asks = "no AI review of this difference: run `countersign review --request 7`";
    let open = world().with(9.0, &Request::open());
    open.open(9.0, "CR-7", UNKNOWN, asks);
    check(with(&Review::clean().of("more")), UNKNOWN, "");
    let elsewhere = Review::clean().edited(|it| it.repository = "till".to_owned());
    check(with(&elsewhere), UNKNOWN, "");
    // A review of the same difference counts, also where no request was named.
    let of_range = Review::clean().edited(|it| it.request = None);
    check(with(&of_range), PASS, "scout found nothing");
    let of_range = grave.edited(|it| it.request = None);
    check(with(&of_range), FAIL, "It pays twice.");
}

#[test]
fn what_is_no_review_is_unknown() {
    let with = |review: &Review| world().with(2.0, review);
    let apology = Review::answering(completion("Sorry, you are out of quota. Looks good to me!"));
    check(
        with(&apology),
        UNKNOWN,
        "the review by scout was unavailable",
    );
    let unread = Review::clean().edited(|it| {
        it.files[0].unread = Some(model::review::Unread::Budget);
    });
    check(with(&unread), UNKNOWN, "unavailable");
    let status = Review::clean().edited(|it| it.answers[0].status = Some(500));
    check(with(&status), UNKNOWN, "unavailable");
    let broken = Bytes(LeafKind::Review, b"{}\n".to_vec());
    check(
        world().with(2.0, &Review::clean()).with(3.0, &broken),
        UNKNOWN,
        "cannot be read",
    );
    let mut altered = Review::clean();
    altered.answer.push(b' ');
    check(with(&altered), UNKNOWN, "cannot be read");
}

#[test]
fn the_reviewer_is_an_agent_of_the_program() {
    let by = |id: &str| {
        let review = Review::clean().edited(|it| it.reviewer = PrincipalId::new(id).unwrap());
        world().with(2.0, &review)
    };
    check(by("ada"), UNKNOWN, "ada is no reviewer of the program");
    check(
        by("mallory"),
        UNKNOWN,
        "mallory, who reviewed it, is nobody",
    );
    let other = Review::clean().edited(|it| it.answers[0].model = "owl-3".to_owned());
    check(
        world().with(2.0, &other),
        UNKNOWN,
        "names another model for scout",
    );
    let unheld = world().but("  scout: [code review and approval]\n", "");
    check(unheld.with(2.0, &Review::clean()), UNKNOWN, "does not hold");
    let asks = "{parameters: {independence: other vendor}}";
    check(
        with_rule(asks).with(2.0, &Review::clean()),
        PASS,
        "independence",
    );
}

#[test]
fn the_program_of_its_time_says_which_model_is_asked() {
    let now = || {
        let world = world().but("model: owl-4", "model: elm-1");
        world.but("{vendor: birch, family: owl}", "{vendor: oak}")
    };
    let with = |then: &World, review: Review| {
        let program = then.program().as_bytes();
        let sha256 = Digest::of(program);
        let review = review.edited(|it| it.program_sha256 = sha256);
        let program = Bytes(LeafKind::Program, program.to_vec());
        now().with(1.5, &program).with(2.0, &review)
    };
    check(with(&world(), Review::clean()), PASS, "scout found nothing");
    check(
        with(&world(), Review::finding(&GRAVE)),
        FAIL,
        "It pays twice.",
    );
    let another = "owl-4 answered, and the program names another model for scout, then and now";
    check(with(&now(), Review::clean()), UNKNOWN, another);
    check(now().with(2.0, &Review::clean()), UNKNOWN, another);
    // A program that no branch showed says nothing.
    let shown_by_nobody = Review::clean().edited(|it| it.configured = None);
    check(with(&world(), shown_by_nobody), UNKNOWN, another);
    let unasked = world().but(REVIEWER, "model: {vendor: birch}");
    check(with(&unasked, Review::clean()), UNKNOWN, another);
    // What was asked stands near to what wrote it, whatever is asked now.
    let session = Session {
        provider: Some("birch"),
        models: &["owl-4"],
        commit: 'b',
    };
    let near = with(&world(), Review::clean()).with(3.0, &session);
    check(near.clone(), PASS, "independence same model as pen");
    let asks = "CR-7: {parameters: {independence: other vendor}}";
    check(near.but("CR-7: in use", asks), FAIL, "same model as pen");
}

#[test]
fn it_ran_before_the_merge() {
    let late = world()
        .with(30.5, &Review::clean())
        .with(31.0, &Request::open().merged());
    late.landed(&landed(), "CR-7", UNKNOWN, "");
    let behind = world()
        .with(20.0, &Request::open().merged())
        .with(20.0, &Review::clean());
    behind.landed(&landed(), "CR-7", UNKNOWN, "");
}

#[test]
fn a_person_answers_what_was_found() {
    let with = |answer: &SelfReview| {
        world()
            .with(2.0, &Review::finding(&GRAVE))
            .with(3.0, answer)
    };
    let why = "it pays once, in pay.rs";
    let is_false = said("receipts", Verdict::False, why);
    check(with(&is_false), PASS, "findings answered by ada (leaf 2)");
    check(
        with(&said("receipts", Verdict::Accepted, why)),
        PASS,
        "answered by ada",
    );
    check(
        with(&said("receipts", Verdict::False, "fine")),
        FAIL,
        "leaf 2: it gives no reason",
    );
    check(
        with(&said("more", Verdict::False, why)),
        FAIL,
        "without an answer",
    );
    let fixed = said("receipts", Verdict::Fixed { commit: id('b') }, "");
    check(
        with(&fixed),
        FAIL,
        "cannot have mended what the final difference holds",
    );
    let forged = SelfReview {
        key: "mallory",
        ..is_false.clone()
    };
    check(with(&forged), FAIL, "without an answer");
    let mut by_machine = is_false.clone();
    by_machine.record.principal = PrincipalId::new("scout").unwrap();
    check(with(&by_machine), FAIL, "without an answer");
    let mut other_kind = is_false.clone();
    other_kind.record.kind = StatementKind::SelfReview;
    check(with(&other_kind), FAIL, "without an answer");
    let late = world()
        .with(2.0, &Review::finding(&GRAVE))
        .with(30.5, &is_false);
    let late = late.with(31.0, &Request::open().merged());
    late.landed(&landed(), "CR-7", FAIL, "without an answer");
}

#[test]
fn what_was_found_earlier_stands_until_it_is_mended() {
    let before = Change {
        patch_digest: Some(patch("draft")),
        commit: id('d'),
        ..proposed()
    };
    let mut first = commit("ada", Some("adamarsh"));
    first["sha"] = json!(id('d').to_string());
    let draft = Request::open()
        .head('d')
        .brings(before)
        .commits(vec![first.clone()], 1);
    let both = Request::open().commits(vec![first, commit("ada", Some("adamarsh"))], 2);
    let begun = || {
        let world = company("in use").with(1.0, &draft);
        world
            .with(2.0, &Review::finding(&GRAVE).of("draft"))
            .with(3.0, &both)
    };
    let check = |world: World, expected, words: &str| {
        let open = world.clone().with(9.0, &both);
        open.open(9.0, "CR-7", expected, words);
        let world = world.with(31.0, &both.clone().merged());
        world.landed(&landed(), "CR-7", expected, words);
    };
    let clean = || begun().with(4.0, &Review::clean());
    check(begun(), FAIL, "of an earlier difference");
    check(clean(), FAIL, "of an earlier difference");
    let fixed = |commit| said("draft", Verdict::Fixed { commit: id(commit) }, "");
    check(
        clean().with(5.0, &fixed('b')),
        PASS,
        "scout found nothing, independence",
    );
    check(clean().with(5.0, &fixed('b')), PASS, "answered by ada");
    check(
        clean().with(5.0, &fixed('d')),
        FAIL,
        "was there when it was found",
    );
    check(clean().with(5.0, &fixed('f')), FAIL, "no record shows");
    check(begun().with(5.0, &fixed('b')), UNKNOWN, "");
    let is_false = said("draft", Verdict::False, "it pays once, in pay.rs");
    check(clean().with(5.0, &is_false), PASS, "answered by ada");
    // What a rule found there the rule finds again, or it is gone.
    let by_rule = Review::clean().of("draft").edited(|it| {
        it.by_rule.push(Finding {
            file: Some("docs/a.md".to_owned()),
            line: Some(1),
            severity: Severity::High,
            category: "secret".to_owned(),
            claim: "What looks like a secret was added.".to_owned(),
            why: "It is public.".to_owned(),
            suggestion: None,
            by: FoundBy::Rule,
            is_located: true,
        });
    });
    let ruled = company("in use")
        .with(1.0, &draft)
        .with(2.0, &by_rule)
        .with(3.0, &both);
    check(
        ruled.with(4.0, &Review::clean()),
        PASS,
        "scout found nothing",
    );
}

/// A session of an AI coding tool that wrote a commit.
struct Session {
    provider: Option<&'static str>,
    models: &'static [&'static str],
    commit: char,
}

impl Recorded for Session {
    fn leaf(&self, hours: f64) -> (LeafKind, Vec<u8>) {
        let record = SessionRecord {
            version: 1,
            repository: "shop".to_owned(),
            agent: "pen".to_owned(),
            session: "s-1".to_owned(),
            provider: self.provider.map(str::to_owned),
            models: self.models.iter().map(|it| (*it).to_owned()).collect(),
            commits: vec![id(self.commit)],
            file_sha256: Digest::of(b"session"),
            at: at(hours),
        };
        (LeafKind::Session, sessions::payload(&record))
    }
}

#[test]
fn the_reviewer_stands_apart_from_what_wrote_it() {
    let asks = |what: &str| with_rule(&format!("{{parameters: {{independence: {what}}}}}"));
    let reviewed = |what: &str| asks(what).with(2.0, &Review::clean());
    check(
        reviewed("other vendor"),
        PASS,
        "scout found nothing, independence independent",
    );
    let by = |provider, models, commit| Session {
        provider,
        models,
        commit,
    };
    let with = |what: &str, session: Session| reviewed(what).with(3.0, &session);
    let same = || by(Some("birch"), &["owl-4"], 'b');
    let words = "independence same model as pen in the session of leaf 2";
    check(with("any", same()), PASS, words);
    check(with("other model", same()), FAIL, words);
    check(with("other vendor", same()), FAIL, "asks for independent");
    let sister = || by(Some("birch"), &["wren-1"], 'b');
    check(
        with("other model", sister()),
        PASS,
        "independence same vendor",
    );
    check(
        with("other vendor", sister()),
        FAIL,
        "independence same vendor",
    );
    let other = || by(Some("oak"), &["owl-4"], 'b');
    check(
        with("other vendor", other()),
        PASS,
        "independence independent",
    );
    check(
        with("other vendor", by(None, &[], 'b')),
        UNKNOWN,
        "independence unknown",
    );
    check(
        with("other vendor", by(Some("birch"), &["owl-4"], 'f')),
        PASS,
        "independent",
    );
    let broken = Bytes(LeafKind::Session, b"{}".to_vec());
    check(
        reviewed("any").with(3.0, &broken),
        UNKNOWN,
        "AI coding sessions that cannot be read",
    );
    // What a commit of the change names wrote it too.
    let named = Change {
        brought_assistants: vec!["Claude".to_owned()],
        ..proposed()
    };
    let request = Request::open().brings(named.clone());
    let open = |vendor: &str, expected, words| {
        let world = asks("other vendor").but("vendor: birch, family: owl", vendor);
        let world = world.with(2.0, &Review::clean()).with(9.0, &request);
        world.open(9.0, "CR-7", expected, words);
    };
    open(
        "vendor: anthropic, family: claude",
        FAIL,
        "same model as Claude, which its commits name",
    );
    open("vendor: birch, family: owl", PASS, "independent");
}
