//! Takes a PDF apart with poppler: its text, and its pages as pictures.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Points an inch: enough to see ink and margins.
const RESOLUTION: &str = "50";
/// A lighter point is paper.
const INK_BELOW: u8 = 0xc0;

/// A page as grey points.
pub(crate) struct Page {
    pub(crate) number: usize,
    width: usize,
    points: Vec<u8>,
}

/// Returns the text of a PDF on one line in the way of `mode`, or `None` where poppler is not installed.
pub(crate) fn text_of(pdf: &[u8], mode: &str) -> Option<String> {
    let text = run("pdftotext", &[mode, "-", "-"], pdf)?;
    let text = String::from_utf8(text).expect("pdftotext writes UTF-8");
    let words = text.replace('\u{200b}', "");
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the pages of a PDF, or `None` where poppler is not installed.
pub(crate) fn pages(pdf: &[u8]) -> Option<Vec<Page>> {
    let images = run("pdftoppm", &["-gray", "-r", RESOLUTION, "-"], pdf)?;
    let mut rest = images.as_slice();
    let mut pages = vec![];
    while !rest.is_empty() {
        pages.push(page(&mut rest, pages.len() + 1));
    }
    Some(pages)
}

impl Page {
    /// Returns the share of dark points.
    pub(crate) fn ink(&self) -> f64 {
        let dark = self.points.iter().filter(|point| **point < INK_BELOW);
        dark.count() as f64 / self.points.len() as f64
    }

    /// Returns whether a strip at each side, `share` of the page's width, is paper.
    pub(crate) fn has_margins(&self, share: f64) -> bool {
        let strip = (self.width as f64 * share) as usize;
        let paper = |points: &[u8]| points.iter().all(|point| *point >= INK_BELOW);
        let lines = self.points.chunks(self.width);
        let (above, below) = (strip * self.width, self.points.len() - strip * self.width);
        paper(&self.points[..above / 2])
            && paper(&self.points[(self.points.len() + below) / 2..])
            && lines
                .into_iter()
                .all(|line| paper(&line[..strip]) && paper(&line[self.width - strip..]))
    }
}

/// Reads one binary PGM: `P5`, width, height and the lightest value, each ended by one white space.
fn page(rest: &mut &[u8], number: usize) -> Page {
    let mut field = || {
        let end = rest
            .iter()
            .position(u8::is_ascii_whitespace)
            .expect("a PGM has a head");
        let (word, after) = rest.split_at(end);
        *rest = &after[1..];
        std::str::from_utf8(word)
            .expect("a head is ASCII")
            .to_owned()
    };
    assert_eq!(field(), "P5");
    let [width, height, lightest] =
        [field(), field(), field()].map(|number| number.parse().expect("a number"));
    assert_eq!(lightest, 255);
    let (points, after) = rest.split_at(width * height);
    *rest = after;
    Page {
        number,
        width,
        points: points.to_vec(),
    }
}

#[expect(
    clippy::print_stdout,
    reason = "a comparison that was left out is told"
)]
fn run(program: &str, args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .inspect_err(|error| println!("a PDF was not taken apart: {program}: {error}"))
        .ok()?;
    let mut stdin = child.stdin.take().expect("it was piped");
    let bytes = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().expect("poppler ends");
    let written = writer.join().expect("the writer ends");
    written.expect("poppler reads to the end");
    assert!(output.status.success(), "{program}: {}", output.status);
    Some(output.stdout)
}
