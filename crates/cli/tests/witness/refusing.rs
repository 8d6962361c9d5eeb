//! Witnesses that answer otherwise than an honest one does at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::http::exchange;
use crate::operator::Company;
use crate::relabelled::append_program;

/// Answers one request with a status, a type and a text.
fn answer(stream: TcpStream, (status, kind, text): (u16, &str, &str)) {
    answer_by(stream, |_| (status, kind.to_owned(), text.to_owned()));
}

/// Answers one request with the status, the type and the text that its body asks for.
fn answer_by(mut stream: TcpStream, by: impl FnOnce(&[u8]) -> (u16, String, String)) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, kind, text) = by(&body);
    let head = format!(
        "HTTP/1.1 {status} No\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    stream
        .write_all(format!("{head}{text}").as_bytes())
        .unwrap();
}

#[test]
fn a_witness_that_varies_its_words_adds_one_record_of_each_kind() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    company.names_noor(&format!("http://{}", listener.local_addr().unwrap()));
    let (plain, size) = ("text/plain", "text/x.tlog.size");
    let answers = [
        ((422, plain, "it is Monday\n"), 2),
        ((422, plain, "it is Tuesday\n"), 2),
        ((409, size, "900\n"), 3),
        ((409, size, "901\n"), 3),
        ((422, plain, "it is Friday\n"), 2),
    ];
    let said = answers.map(|(said, _)| said);
    let serving = std::thread::spawn(move || {
        for said in said {
            answer(listener.accept().unwrap().0, said);
        }
    });
    for (_, leaf) in answers {
        let told = company.says(&["ledger", "cosign"], 1);
        let kept = format!("leaf {leaf} keeps its answer");
        assert!(told.replace("\n  ", " ").contains(&kept), "{told}");
    }
    serving.join().unwrap();
    let status = company.says(&["ledger", "status"], 0);
    assert!(status.contains("2 outside"), "{status}");
}

#[test]
fn a_report_carries_the_program_that_another_run_recorded_before_outsiders_signed_it() {
    let company = Company::new();
    company.says(&["collect", "--no-cosign"], 0);
    let served = company.watched();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (real, ours) = (served.address, listener.local_addr().unwrap());
    company.states(&format!("http://{real}"), &format!("http://{ours}"));
    let file = company.repo.path().join("countersign.yaml");
    let program = std::fs::read(file).unwrap();
    let ledger = company.repo.path().join(".countersign");
    let keys = format!("{}\n{}\n", company.log_key(), company.witness_key);
    let racing = std::thread::spawn(move || {
        // Another run appends between the report and the signature on it.
        answer_by(listener.accept().unwrap().0, |_| {
            append_program(&ledger, program);
            (409, "text/x.tlog.size".to_owned(), "7\n".to_owned())
        });
        for _ in 0..2 {
            answer_by(listener.accept().unwrap().0, |body| {
                let (status, kind, text) = exchange(real, "POST /add-checkpoint", body).unwrap();
                (status, kind, String::from_utf8(text).unwrap())
            });
        }
    });
    let told = company.says(&["audit"], 0);
    assert!(told.contains("noor: signed 7 leaves"), "{told}");
    racing.join().unwrap();
    company.repo.write_file("keys", keys);
    let verified = company.says(&["verify", "--trust", "keys"], 0);
    assert!(verified.contains("Log grade: witnessed\n"), "{verified}");
}
