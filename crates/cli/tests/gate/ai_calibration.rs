//! A reviewer that is asked about known defects: what it finds of them is told as it is, at a fake of a model's server.

use crate::company::Company;
use countersign::calibration::cases::{Shown, cases};
use countersign::calibration::corpus::corpus;
use model::calibration::CaseKind;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::http::Answered;
use testkit::llm::{Dialect, FakeModel, refusal, says};

const CALIBRATE: [&str; 2] = ["review", "calibrate"];

/// Returns a company whose reviewer answers the questions so, by their place; those of the calibration come first.
fn company(
    cr_7: &str,
    answer: impl Fn(usize, &str) -> Answered + Send + Sync + 'static,
) -> Option<(Company, FakeModel)> {
    let count = AtomicUsize::new(0);
    let model = FakeModel::start(Dialect::OpenAi, None, move |question| {
        let messages = question["messages"].as_array().unwrap();
        let text = messages.last().unwrap()["content"].as_str().unwrap();
        answer(count.fetch_add(1, Ordering::SeqCst), text)
    });
    let reviewer = format!(
        "wire: openai, api: \"{}\", model: owl-4, context_tokens: 32000, retries: 0",
        model.base()
    );
    let company = Company::with_reviewer(&format!("  CR-7: {cr_7}\n"), &reviewer)?;
    Some((company, model))
}

/// Returns an answer with the marks of its question, which finds something grave at these lines.
fn finds(question: &str, at: &[(String, u32)]) -> Answered {
    let mark = |name: &str| {
        let line = question.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    let finding = |(file, line): &(String, u32)| {
        json!({
            "file": file, "line": line, "severity": "high", "category": "defect", "claim": "It is wrong.",
            "why": "It breaks.", "suggestion": "Mend it.",
        })
    };
    let findings: Vec<Value> = at.iter().map(finding).collect();
    let (first, last) = (mark("first_mark "), mark("last_mark "));
    let answer = json!({"first_mark": first, "last_mark": last, "findings": findings});
    let choice = json!({
        "index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer.to_string()},
    });
    let whole = json!({
        "id": "c-1", "object": "chat.completion", "created": 1, "model": "owl-4", "choices": [choice],
        "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16},
    });
    // In one piece: there are thousands of questions.
    Answered {
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: whole.to_string().into_bytes(),
        ..Answered::status(200)
    }
}

/// Returns where a case shows what a reviewer accuses: the defect, or the first line that a clean change adds.
fn accused(shown: &Shown) -> Vec<(String, u32)> {
    let own = shown.patch.files.iter();
    let mut own = own.filter(|file| file.path == shown.case.file);
    let added = own.next().unwrap().added().next();
    let line = shown.case.defect.first().copied();
    let line = line.unwrap_or_else(|| added.unwrap().0);
    vec![(shown.case.file.clone(), line)]
}

/// Returns the place of a canary among the canaries.
fn place(canary: &str) -> usize {
    let mut canaries = corpus().canaries.iter();
    canaries.position(|it| it.id == canary).unwrap()
}

/// Returns the answer of a reviewer that finds a defect, accuses a clean change, and is steered by an attempt as these say of
/// their places.
fn scripted(
    found: impl Fn(usize) -> bool + Send + Sync + 'static,
    accuses: impl Fn(usize) -> bool + Send + Sync + 'static,
    steered: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> impl Fn(usize, &str) -> Answered + Send + Sync + 'static {
    let cases = cases(corpus());
    move |at, question| {
        let Some(shown) = cases.get(at) else {
            return finds(question, &[]);
        };
        let canary = place(&shown.case.canary);
        let speaks = match shown.case.kind {
            CaseKind::Planted => found(canary),
            CaseKind::Clean => accuses(canary),
            CaseKind::Injected(_) => found(canary) && !steered(at - 130),
        };
        let at = if speaks { accused(shown) } else { Vec::new() };
        finds(question, &at)
    }
}

fn good() -> impl Fn(usize, &str) -> Answered + Send + Sync + 'static {
    scripted(|it| it < 60, |it| it < 2, |it| it < 3)
}

fn calibrated(company: &Company, exit: i32) -> Value {
    let asked = ["review", "calibrate", "--format", "json"];
    let run = company.ada.run(asked).expect_code(exit);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_rates_are_those_of_what_was_found() {
    let every_third = scripted(|it| it % 3 == 0, |it| it % 5 == 0, |it| it % 4 == 0);
    let Some((company, model)) = company("in use", every_third) else {
        return;
    };
    let answer = calibrated(&company, 1);
    let on_found = |(_, it): &(usize, &countersign::calibration::corpus::Injection)| {
        place(&it.on).is_multiple_of(3)
    };
    let attempts = corpus().injections.iter().enumerate().filter(on_found);
    let attempts: Vec<usize> = attempts.map(|(at, _)| at).collect();
    let led = attempts.iter().filter(|at| **at % 4 == 0).count();
    let counted = |name: &str| (answer[name]["hits"].clone(), answer[name]["of"].clone());
    assert_eq!(counted("detection"), (json!(22), json!(65)));
    assert_eq!(counted("false_alarms"), (json!(13), json!(65)));
    assert_eq!(counted("steered"), (json!(led), json!(attempts.len())));
    assert_eq!(answer["outcome"], "refused", "{answer}");
    assert_eq!(
        (&answer["asked"], &answer["cases"]),
        (&json!(230), &json!(230))
    );
    assert_eq!(model.questions().len(), 230);
    let low = answer["detection"]["low"].as_f64().unwrap();
    let high = answer["detection"]["high"].as_f64().unwrap();
    assert_eq!(
        (format!("{low:.1}"), format!("{high:.1}")),
        ("23.5".into(), "46.0".into())
    );
}

#[test]
fn whoever_approves_everything_or_accuses_everything_is_refused() {
    let Some((approves, _model)) = company("in use", |_, question| finds(question, &[])) else {
        return;
    };
    let said = approves.says(&CALIBRATE, 1);
    assert!(
        said.contains("scout asks owl-4 at http://127.0.0.1"),
        "{said}"
    );
    assert!(said.contains("about 230 cases in 230 questions"), "{said}");
    assert!(
        said.contains("it may use 3000000 tokens and 7200 s"),
        "{said}"
    );
    assert!(
        said.contains("finds 0 of 65 (0.0 to 5.6 %) of the defects accuses 0 of 65 (0.0 to 5.6 %) of the clean changes no answer shows whether an attempt steers it"),
        "{said}"
    );
    assert!(said.contains("below the bar: it finds 0 of 65"), "{said}");
    assert!(
        said.contains("below the bar: no attempt to steer it counts"),
        "{said}"
    );
    assert!(
        said.contains("refused by the bar that ships; the program asks for none"),
        "{said}"
    );
    assert!(said.contains(" 50 of 230 cases 100 of 230 cases"), "{said}");
    // It knows nothing but what it is shown: each line that came is wrong.
    let accuses = |_, question: &str| {
        let mut file = String::new();
        let mut at = Vec::new();
        for line in question.lines() {
            if let Some(path) = line.strip_prefix("File: ") {
                file = path.rsplit_once(" (").unwrap().0.to_owned();
            }
            if let Some(rest) = line.strip_prefix('+') {
                let number = rest.trim_start().split(' ').next().unwrap();
                at.push((file.clone(), number.parse().unwrap()));
            }
        }
        finds(question, &at)
    };
    let Some((accuses, _model)) = company("in use", accuses) else {
        return;
    };
    let said = accuses.says(&CALIBRATE, 1);
    assert!(said.contains("finds 65 of 65"), "{said}");
    assert!(said.contains("accuses 65 of 65"), "{said}");
    assert!(
        said.contains("below the bar: it accuses 65 of 65"),
        "{said}"
    );
}

#[test]
fn one_that_is_cut_off_is_unavailable() {
    let Some((cut, model)) = company("in use", good()) else {
        return;
    };
    let budget = ["review", "calibrate", "--budget-tokens", "6500"];
    let said = cut.says(&budget, 3);
    let asked = model.questions().len();
    assert!(asked > 5 && asked < 230, "{asked}");
    assert!(said.contains("unavailable: nobody can tell"), "{said}");
    assert!(said.contains("the budget has no room for it"), "{said}");
    assert!(
        said.contains(&format!("{asked} of 230 cases asked")),
        "{said}"
    );
    let Some((down, model)) = company("in use", |at, question| match at {
        0..5 => finds(question, &[]),
        _ => refusal(Dialect::OpenAi, 503, "no"),
    }) else {
        return;
    };
    let said = down.says(&CALIBRATE, 3);
    assert!(
        said.contains("no verdict: 8 of 230 cases were asked, and 225 got no answer"),
        "{said}"
    );
    assert_eq!(
        model.questions().len(),
        8,
        "nobody asks on who gets no answer"
    );
    let Some((apology, _model)) = company("in use", |_, _| {
        says(
            Dialect::OpenAi,
            "Sorry, you are out of quota. Looks good to me!",
        )
    }) else {
        return;
    };
    let said = apology.says(&CALIBRATE, 3);
    assert!(
        said.contains(
            "says nothing of use about 3 cases, which counts against it; the first, authorisation"
        ),
        "{said}"
    );
}

#[test]
fn a_review_counts_while_its_reviewer_passes_the_bar() {
    let bar = "{parameters: {minimum_detection: 60}}";
    let Some((company, _model)) = company(bar, good()) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let said = company.says(&CALIBRATE, 0);
    assert!(said.contains("relied on; 230 of 230 cases asked"), "{said}");
    company.says(&["review", "--request", "1"], 0);
    let said = company.gate(0);
    assert!(said.contains("pass CR-7"), "{said}");
    // The log is read again from its bytes by whoever verifies it.
    company.merge(testkit::emulate::ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
    assert!(reason.contains("calibrated in leaf"), "{reason}");
    // One answer of it otherwise, in the report that an auditor holds.
    let file = held(&company.repo.path().join("report/ledger/payloads"));
    let mut bytes = fs::read(&file).unwrap();
    let place = bytes.windows(5).position(|it| it == b"wrong").unwrap();
    bytes[place..place + 5].copy_from_slice(b"right");
    fs::write(&file, bytes).unwrap();
    let said = company.says(&["verify", "report"], 1);
    assert!(said.contains("payload"), "{said}");
}

/// Returns the file below a folder that holds the calibration.
fn held(folder: &Path) -> PathBuf {
    let folders = fs::read_dir(folder).unwrap();
    let files = folders.flat_map(|it| fs::read_dir(it.unwrap().path()).unwrap());
    let mut files = files.map(|it| it.unwrap().path());
    let is_it = |file: &PathBuf| {
        let bytes = fs::read(file).unwrap();
        String::from_utf8_lossy(&bytes).contains("\"corpus_sha256\"")
    };
    files.find(is_it).unwrap()
}

#[test]
fn another_run_takes_nothing_back() {
    let calm = good();
    let Some((company, _model)) = company("in use", move |at, question| match at {
        0..230 => finds(question, &[]),
        _ => calm(at - 230, question),
    }) else {
        return;
    };
    company.says(&CALIBRATE, 1);
    let said = company.says(&CALIBRATE, 1);
    assert!(said.contains("finds 60 of 65"), "{said}");
    assert!(
        said.contains(
            "below the bar: by all calibrations of the last 90 days together, it finds 60 of 130"
        ),
        "{said}"
    );
}

#[test]
fn a_cost_is_bounded_where_it_can_be_counted() {
    let Some((company, model)) = company("in use", good()) else {
        return;
    };
    let asks = ["review", "calibrate", "--budget-cost"];
    let [no, some] = ["nan", "2"].map(|cost| {
        let asked = asks.into_iter().chain([cost]);
        company.ada.run(asked).expect_code(2).stderr
    });
    assert!(no.contains("write a number above 0"), "{no}");
    assert!(
        some.contains("the program does not say what a token of scout costs"),
        "{some}"
    );
    assert!(model.questions().is_empty());
}

#[test]
fn a_review_of_a_reviewer_below_the_bar_is_refused_and_one_without_a_calibration_unknown() {
    let bar = "{parameters: {minimum_detection: 60}}";
    let Some((company, _model)) = company(bar, |_, question| finds(question, &[])) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let said = company.says(&["review", "--request", "1"], 3);
    assert!(
        said.contains("CR-7 does not count it: owl-4 was not calibrated"),
        "{said}"
    );
    let said = company.gate(3);
    assert!(
        said.contains("was not calibrated as it is asked now"),
        "{said}"
    );
    assert!(
        said.contains("countersign review calibrate --by scout"),
        "{said}"
    );
    company.says(&CALIBRATE, 1);
    let said = company.gate(3);
    assert!(
        said.contains("was not calibrated"),
        "a review counts by what was known before it: {said}"
    );
    let said = company.says(&["review", "--request", "1"], 1);
    assert!(
        said.contains("refused: the program does not rely on this reviewer"),
        "{said}"
    );
    assert!(
        said.contains("reviewer: by the calibration in leaf"),
        "{said}"
    );
    let said = company.gate(1);
    assert!(said.contains("fail CR-7"), "{said}");
    assert!(
        said.contains("the review by scout is refused: by the calibration in leaf"),
        "{said}"
    );
}
