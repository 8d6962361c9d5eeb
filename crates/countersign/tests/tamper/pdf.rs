//! The PDF is set again too.

use crate::company::{Company, chain, refused};
use countersign::verify::VerifyError;
use model::period::Period;
use std::fs;

#[test]
fn a_byte_of_the_pdf_counts() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    let path = copy.path().join("report.pdf");
    let mut bytes = fs::read(&path).expect("the PDF");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).expect("the flipped PDF");
    let error = refused(copy.path(), "a flipped PDF");
    let named = matches!(&error, VerifyError::Byte { file, offset, .. }
        if file.ends_with("report.pdf") && *offset == middle as u64);
    assert!(named, "{}", chain(&error));
}
