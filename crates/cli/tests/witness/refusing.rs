//! An operator whose witness refuses in other words each time.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::operator::Company;

/// Answers one request with a status, a type and a text.
fn answer(mut stream: TcpStream, (status, kind, text): (u16, &str, &str)) {
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
    reader.read_exact(&mut vec![0; length]).unwrap();
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
