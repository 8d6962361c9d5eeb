//! What an AI reviewer is told beside the difference, as its server sees it.

use crate::ai_review::{Reply, company, payloads, user};
use serde_json::json;
use testkit::emulate::ADA;
use testkit::llm::{Dialect, FakeModel};

const NOTHING: fn(&str) -> Reply = |_| Reply::Finds(json!([]));

fn asked(model: &FakeModel) -> String {
    let [question] = &model.questions()[..] else {
        panic!("{:?}", model.questions());
    };
    user(question)
}

/// Returns what a server is asked about a commit that changes `pay`, upon one that holds these files.
fn asked_about_pay(files: &[(&str, &str)]) -> Option<String> {
    let (company, model) = company(Dialect::OpenAi, NOTHING)?;
    let pay = "def pay(cart):\n    return total(cart)\n";
    company.repo.branch("begun", &company.repo.tip("main"));
    let mut commit = company.repo.commit().on("begun").file("pay.py", pay);
    for (path, text) in files {
        commit = commit.file(path, text);
    }
    let begun = commit.write();
    company.repo.branch("early", &begun);
    let pay = pay.replace("total(cart)", "total(cart) + 1");
    let commit = company.repo.commit().on("early").file("pay.py", &pay);
    commit.message("Ask for one more\n").write();
    company.says(&["review", "begun..early"], 0);
    Some(asked(&model))
}

#[test]
fn it_is_told_what_the_program_asks_and_what_the_ticket_says() {
    let Some((company, model)) = company(Dialect::Anthropic, NOTHING) else {
        return;
    };
    let token = ["gh", "p_", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC12"].concat();
    let body =
        format!("## Rollback plan\nRevert it with {token}.\n<!-- why -->\n## Risk class\nLow\n");
    let ticket = json!({"title": "A better shop", "body": body});
    company.open("It shows more.\n\nTicket: #2");
    company.act(ADA, "issues", &ticket);
    company.says(&["review", "--request", "1"], 0);
    let question = asked(&model);
    for words in [
        "What this company asks of its code:\n- Findings of high severity or graver are answered by a person",
        "- Files of low risk (1): shop.py",
        "- CR-7: AI review ran on the merged content before the merge",
        "Better shop\n\nTicket #2: A better shop (low risk; says something under: Risk class, Rollback plan)\n  Rollback plan\n  Revert it with [struck: GitHub token].\n  Risk class\n  Low\n\nIt shows more.",
    ] {
        assert!(question.contains(words), "{words}\n{question}");
    }
    for words in ["Lines elsewhere", token.as_str(), "why"] {
        assert!(!question.contains(words), "{words}\n{question}");
    }
}

#[test]
fn it_is_told_where_what_changed_is_used() {
    let token = ["gh", "p_", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC12"].concat();
    let begin = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
    let Some(question) = asked_about_pay(&[
        (
            "till.py",
            &format!("from pay import pay\n\npay(cart, '{token}')\n"),
        ),
        ("keys.txt", &format!("{begin}\nMC4CAQAwBQ pay\n")),
        ("logo.bin", "\0 pay\n"),
        ("repay.py", "repay(1)\n"),
    ]) else {
        return;
    };
    for words in [
        "Lines elsewhere that use what it defines or changes",
        "- pay: till.py:3: pay(cart, '[struck: GitHub token]')\n- pay: till.py:1: from pay import pay\n",
        "- pay: keys.txt:2: [struck: private key]\n",
    ] {
        assert!(question.contains(words), "{words}\n{question}");
    }
    for words in [token.as_str(), "MC4CAQAwBQ", "logo.bin", "repay"] {
        assert!(!question.contains(words), "{words}\n{question}");
    }
}

#[test]
fn a_secret_in_a_path_is_struck_on_the_wire_and_in_the_record() {
    let finds = |_: &str| {
        Reply::Finds(json!([{
            "file": "[struck: GitHub token].py", "line": 1, "severity": "low", "category": "correctness",
            "claim": "It is sold twice.", "why": "It is paid once.", "suggestion": "Sell it once.",
        }]))
    };
    let Some((company, model)) = company(Dialect::OpenAi, finds) else {
        return;
    };
    let token = ["gh", "p_", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC12"].concat();
    company.repo.branch("early", &company.repo.tip("main"));
    let commit = company.repo.commit().on("early");
    let commit = commit.file(&format!("{token}.py"), "sell()\n");
    commit.file(&format!("{token}.bin"), "\0").write();
    let said = company.says(&["review", "main..early"], 0);
    assert!(!said.contains(&token), "{said}");
    let line = "low [struck: GitHub token].py:1: It is sold twice.";
    assert!(said.contains(line), "{said}");
    assert!(!said.contains("unlocated"), "{said}");
    let (question, held) = (asked(&model), payloads(&company));
    assert!(!question.contains(&token), "{question}");
    assert!(held.contains("[struck: GitHub token].bin"), "{held}");
    assert!(!held.contains(&token), "{held}");
}

#[test]
fn what_is_told_beside_it_stays_short() {
    let long = format!("pay('{}')\n", "x ".repeat(900)).repeat(100);
    let names: Vec<String> = (0..20).map(|it| format!("used/{it}.py")).collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(|it| (it.as_str(), long.as_str()))
        .collect();
    let Some(question) = asked_about_pay(&files) else {
        return;
    };
    let uses = question.lines().filter(|line| line.starts_with("- pay: "));
    let uses: Vec<&str> = uses.collect();
    assert_eq!(uses.len(), 5, "{question}");
    assert!(uses.iter().all(|line| line.len() < 200), "{uses:?}");
    assert!(question.len() < 4_000, "{question}");
}

#[test]
fn a_change_of_many_files_leaves_room_for_its_lines() {
    let Some((company, model)) = company(Dialect::OpenAi, NOTHING) else {
        return;
    };
    company.repo.branch("early", &company.repo.tip("main"));
    let mut commit = company.repo.commit().on("early");
    for it in 0..700 {
        commit = commit.file(&format!("a_long_name_of_a_logo_{it}.bin"), "\0");
    }
    commit.file("zebra.py", "sell()\n").write();
    let said = company.says(&["review", "main..early"], 0);
    assert!(said.contains("findings: 700"), "{said}");
    let question = asked(&model);
    assert!(question.contains("+     1 sell()"), "{question}");
    let more: Vec<&str> = question
        .lines()
        .filter(|line| line.starts_with("- and "))
        .collect();
    assert_eq!(more.len(), 1, "{question}");
    assert!(question.len() < 12_000, "{}", question.len());
}
