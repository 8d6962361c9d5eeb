//! A record with its pages: how they are added, written as a payload, and read again.

use super::{About, Answer, AnswerRecord, ForgeRecord, PageRecord, Question, VERSION, WholePage};
use jiff::Timestamp;
use model::digest::Digest;
use model::program::RepositoryForge;
use model::request::Readable;
use sources::forge::cut::{Field, cut};
use sources::forge::retrieval::Retrieval;

/// A record with its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the record says.
    pub record: ForgeRecord,
    /// The pages of all answers, one behind the other.
    pub pages: Vec<u8>,
}

impl Kept {
    /// Returns a record without an answer.
    pub fn new(forge: &str, base: &str, at_forge: &str, repository: &str, about: About) -> Kept {
        Kept {
            record: ForgeRecord {
                version: VERSION,
                forge: forge.to_owned(),
                base: base.to_owned(),
                at_forge: at_forge.to_owned(),
                repository: repository.to_owned(),
                about,
                log_size: 0,
                answers: Vec::new(),
                proposal: None,
                files: Vec::new(),
            },
            pages: Vec::new(),
        }
    }

    /// Adds an answer; what a query gave no answer to has the address and the time that it would have.
    pub fn add(
        &mut self,
        question: Question,
        (address, at): (String, Timestamp),
        answer: Readable<Option<Retrieval>>,
    ) {
        let answer = match answer {
            Readable::Known(Some(retrieval)) => self.keep(retrieval),
            Readable::Known(None) => Answer::Absent,
            Readable::Withheld { needs } => Answer::Withheld { needs },
            Readable::NotOffered { said } => Answer::NotOffered { said },
            Readable::Unread { why } => Answer::Pages {
                pages: Vec::new(),
                cut_short: Some(why),
            },
        };
        self.record.answers.push(AnswerRecord {
            question,
            address,
            at,
            answer,
        });
    }

    /// Adds what came without being asked for.
    pub fn add_body(&mut self, question: Question, at: Timestamp, body: Vec<u8>) {
        let pages = vec![self.keep_page(String::new(), body)];
        self.record.answers.push(AnswerRecord {
            question,
            address: String::new(),
            at,
            answer: Answer::Pages {
                pages,
                cut_short: None,
            },
        });
    }

    fn keep(&mut self, retrieval: Retrieval) -> Answer {
        let cut_short = retrieval.cut_short.as_ref().map(ToString::to_string);
        let pages = retrieval.pages.into_iter();
        let pages = pages.map(|page| self.keep_page(page.address, page.body));
        Answer::Pages {
            pages: pages.collect(),
            cut_short,
        }
    }

    fn keep_page(&mut self, address: String, mut body: Vec<u8>) -> PageRecord {
        let struck = strike(&mut body);
        self.pages.extend_from_slice(&body);
        PageRecord {
            address,
            bytes: body.len() as u64,
            sha256: Digest::of(&body),
            struck,
            whole: None,
        }
    }

    /// Keeps of each page, which is of a list, these fields of its items alone; one that is no list stays whole.
    pub fn cut(&mut self, fields: &[Field]) {
        let pages = std::mem::take(&mut self.pages);
        let mut rest = pages.as_slice();
        for answer in &mut self.record.answers {
            for page in answer.pages_mut() {
                let length = usize::try_from(page.bytes).unwrap_or(usize::MAX);
                let (body, behind) = rest.split_at(length.min(rest.len()));
                rest = behind;
                let Some(kept) = cut(body, fields) else {
                    self.pages.extend_from_slice(body);
                    continue;
                };
                let (bytes, sha256) = (page.bytes, page.sha256);
                page.bytes = kept.len() as u64;
                page.sha256 = Digest::of(&kept);
                page.whole = Some(WholePage { bytes, sha256 });
                self.pages.extend_from_slice(&kept);
            }
        }
    }

    /// Returns the payload of a leaf.
    pub fn payload(&self) -> Vec<u8> {
        let mut payload = serde_json::to_vec(&self.record).expect("a record has text keys only");
        payload.push(b'\n');
        payload.extend_from_slice(&self.pages);
        payload
    }

    /// Returns what a payload holds; nothing where it is of another version, or its pages are not what it says.
    pub fn parse(payload: &[u8]) -> Option<Kept> {
        let end = payload.iter().position(|byte| *byte == b'\n')?;
        let (head, pages) = (&payload[..end], &payload[end + 1..]);
        let record: ForgeRecord = serde_json::from_slice(head).ok()?;
        let kept = Kept {
            record,
            pages: pages.to_vec(),
        };
        let fits = kept.record.version == VERSION && kept.fits();
        fits.then_some(kept)
    }

    /// Returns what a payload says of its pages, and none of them; nothing where it is of another version, or they are not
    /// as long as it says. That they are what was written the leaf shows.
    pub fn head(payload: &[u8]) -> Option<Kept> {
        let end = payload.iter().position(|byte| *byte == b'\n')?;
        let record: ForgeRecord = serde_json::from_slice(&payload[..end]).ok()?;
        let pages = record.answers.iter().flat_map(AnswerRecord::pages);
        let bytes = pages.fold(0_u64, |bytes, page| bytes.saturating_add(page.bytes));
        let is_it = record.version == VERSION && bytes == (payload.len() - end - 1) as u64;
        is_it.then_some(Kept {
            record,
            pages: Vec::new(),
        })
    }

    /// Returns whether it is of a repository at its forge, by the name that the program gives it: what another repository of a
    /// forge says shows nothing of this one, whatever the program called it then.
    pub fn is_of(&self, named: &str, forge: &RepositoryForge) -> bool {
        let record = &self.record;
        record.repository == named
            && record.forge == forge.kind.name()
            && record.base == forge.api
            && record.at_forge.eq_ignore_ascii_case(&forge.repository)
    }

    /// Returns the questions to which no whole answer came, each with why.
    pub fn unanswered(&self) -> impl Iterator<Item = (Question, &str)> {
        let answers = self.record.answers.iter();
        answers.filter_map(|answer| match &answer.answer {
            Answer::Pages { cut_short, .. } => Some((answer.question, cut_short.as_deref()?)),
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => None,
        })
    }

    fn fits(&self) -> bool {
        let mut rest = self.pages.as_slice();
        for page in self.record.answers.iter().flat_map(AnswerRecord::pages) {
            let Ok(length) = usize::try_from(page.bytes) else {
                return false;
            };
            let Some((bytes, after)) = rest.split_at_checked(length) else {
                return false;
            };
            if Digest::of(bytes) != page.sha256 {
                return false;
            }
            rest = after;
        }
        rest.is_empty()
    }

    /// Returns what came of a question, with its pages.
    pub fn answer(&self, question: Question) -> Option<(&AnswerRecord, Vec<&[u8]>)> {
        let mut start = 0;
        for answer in &self.record.answers {
            let mut bodies = Vec::new();
            for page in answer.pages() {
                let end = start + page.bytes as usize;
                bodies.push(&self.pages[start..end]);
                start = end;
            }
            if answer.question == question {
                return Some((answer, bodies));
            }
        }
        None
    }

    /// Returns whether another record says the same: the moments and addresses do not count.
    pub fn says_the_same(&self, other: &Kept) -> bool {
        let answers = |kept: &Kept| -> Vec<(Question, Answer)> {
            let each = kept.record.answers.iter();
            each.map(|it| (it.question, it.answer.clone())).collect()
        };
        let (one, another) = (&self.record, &other.record);
        one.proposal == another.proposal
            && one.files == another.files
            && answers(self) == answers(other)
    }
}

impl AnswerRecord {
    fn pages_mut(&mut self) -> &mut [PageRecord] {
        match &mut self.answer {
            Answer::Pages { pages, .. } => pages,
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => &mut [],
        }
    }

    fn pages(&self) -> &[PageRecord] {
        match &self.answer {
            Answer::Pages { pages, .. } => pages,
            Answer::Absent | Answer::Withheld { .. } | Answer::NotOffered { .. } => &[],
        }
    }
}

/// What says something of a private repository may hold a token that opens it for a while.
const SECRET: &[u8] = b"\"temp_clone_token\"";

/// Strikes out the secrets of a page, and returns how many there were.
fn strike(body: &mut [u8]) -> u64 {
    let mut struck = 0;
    let mut from = 0;
    while let Some(at) = find(&body[from..], SECRET) {
        from += at + SECRET.len();
        let value = body[from..]
            .iter_mut()
            .skip_while(|byte| **byte != b'"' && !byte.is_ascii_alphabetic());
        let mut is_inside = false;
        for byte in value {
            match (*byte, is_inside) {
                (b'"', false) => is_inside = true,
                (b'"', true) => {
                    struck += 1;
                    break;
                }
                (_, true) => *byte = b'*',
                // `null` is no secret.
                (_, false) => break,
            }
        }
    }
    struck
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::strike;

    #[test]
    fn a_token_is_struck_out_in_its_place() {
        let check = |text: &str, expect: &str, count: u64| {
            let mut body = text.as_bytes().to_vec();
            assert_eq!(strike(&mut body), count, "{text}");
            assert_eq!(String::from_utf8(body).unwrap(), expect);
        };
        check(
            r#"{"temp_clone_token":"AB12","a":"b"}"#,
            r#"{"temp_clone_token":"****","a":"b"}"#,
            1,
        );
        check(
            r#"{"temp_clone_token" : "A" }"#,
            r#"{"temp_clone_token" : "*" }"#,
            1,
        );
        check(
            r#"{"temp_clone_token":null,"a":"b"}"#,
            r#"{"temp_clone_token":null,"a":"b"}"#,
            0,
        );
        check(
            r#"{"temp_clone_token":"","a":"b"}"#,
            r#"{"temp_clone_token":"","a":"b"}"#,
            1,
        );
        check(r#"{"temp_clone_token":"A"#, r#"{"temp_clone_token":"*"#, 0);
    }
}
