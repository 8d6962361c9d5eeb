//! What a reader of a page sees of a text in Markdown: CommonMark 0.31, with tables and task lists as GitHub and GitLab have
//! them.
//!
//! Not here: what the page looks like.

mod html;

use model::text::is_unseen;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The longest text that is read; what stands behind it is not seen.
const MAX_BYTES: usize = 1 << 20;

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// What it says, without marks.
    pub text: String,
    /// Whether a paragraph begins with it.
    begins: bool,
}

/// What a line of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A heading.
    Heading,
    /// A line in bold letters outside of lists, which many use as a heading.
    Bold,
    /// Text.
    Text,
    /// The first row of a table: its first cell beside the second.
    TableHead,
    /// A line of code.
    Code,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [
        Kind::Heading,
        Kind::Bold,
        Kind::Text,
        Kind::TableHead,
        Kind::Code,
    ];
}

/// Returns the lines that a reader sees: no comments, tags or definitions of links, and nothing of boxes that are not ticked.
pub fn lines(text: &str) -> Vec<Line> {
    let end = text.floor_char_boundary(MAX_BYTES);
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut page = Page::default();
    for event in Parser::new_ext(&text[..end], options) {
        page.event(event);
    }
    page.flush();
    page.lines
}

/// Returns the lines of some kinds as plain text, a blank line between paragraphs.
pub fn plain(lines: &[Line], kinds: &[Kind]) -> String {
    let mut text = String::new();
    for line in lines.iter().filter(|line| kinds.contains(&line.kind)) {
        if line.begins && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

/// The page that is being read.
#[derive(Default)]
struct Page {
    lines: Vec<Line>,
    text: String,
    begins: bool,
    headings: usize,
    code: usize,
    strong: usize,
    /// Whether something of the line stands in bold letters, and something beside them.
    bold: (bool, bool),
    /// Of each item of a list that is open, whether its box is not ticked.
    unticked: Vec<bool>,
    html: Option<String>,
    table: Option<Table>,
}

/// A table, row by row.
#[derive(Default)]
struct Table {
    head: Vec<String>,
    row: Vec<String>,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code > 0 => {
                for line in text.lines() {
                    self.say(line);
                    self.flush();
                }
            }
            Event::Text(text) => self.say(&text),
            // Its marks are seen, and tell it apart.
            Event::Code(text) => self.say(&format!("`{text}`")),
            Event::InlineHtml(tag) => match &mut self.html {
                Some(html) => html.push_str(&tag),
                None => self.say(html::shown(&tag).trim()),
            },
            Event::Html(html) => self.html.get_or_insert_default().push_str(&html),
            Event::SoftBreak | Event::HardBreak => self.flush(),
            Event::TaskListMarker(is_ticked) => {
                if let Some(unticked) = self.unticked.last_mut() {
                    *unticked = !is_ticked;
                }
            }
            Event::Rule => self.paragraph(),
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.paragraph(),
            Tag::Heading { .. } => {
                self.paragraph();
                self.headings += 1;
            }
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.code += 1;
            }
            Tag::Item => {
                self.flush();
                self.unticked.push(false);
            }
            Tag::Table(_) => {
                self.paragraph();
                self.table = Some(Table::default());
            }
            Tag::Strong => self.strong += 1,
            // What it shows is seen, whatever stands for it where it does not load.
            Tag::Image { dest_url, .. } if !dest_url.is_empty() => self.say("image "),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.headings -= 1;
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.code -= 1;
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                for line in html::shown(&html).lines() {
                    self.say(line);
                    self.flush();
                }
            }
            TagEnd::Item => {
                self.flush();
                self.unticked.pop();
            }
            TagEnd::TableCell => {
                let text = std::mem::take(&mut self.text);
                self.bold = (false, false);
                if let Some(table) = &mut self.table {
                    table.row.push(seen(&text));
                }
            }
            TagEnd::TableHead => self.head(),
            TagEnd::TableRow => self.row(),
            TagEnd::Table => self.table = None,
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Paragraph => self.flush(),
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        if text.chars().any(char::is_alphanumeric) {
            match self.strong > 0 {
                true => self.bold.0 = true,
                false => self.bold.1 = true,
            }
        }
        self.text.push_str(text);
    }

    /// Ends the line, and lets the next one begin a paragraph.
    fn paragraph(&mut self) {
        self.flush();
        self.begins = true;
    }

    fn flush(&mut self) {
        let text = seen(&std::mem::take(&mut self.text));
        let (is_bold, has_more) = std::mem::take(&mut self.bold);
        let kind = match (self.headings > 0, self.code > 0) {
            (true, _) => Kind::Heading,
            (false, true) => Kind::Code,
            (false, false) if is_bold && !has_more && self.unticked.is_empty() => Kind::Bold,
            (false, false) => Kind::Text,
        };
        self.push(kind, text);
    }

    fn push(&mut self, kind: Kind, text: String) {
        if text.is_empty() || self.unticked.contains(&true) {
            return;
        }
        let begins = std::mem::take(&mut self.begins);
        self.lines.push(Line { kind, text, begins });
    }

    fn head(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.head = std::mem::take(&mut table.row);
        if let [first, second, ..] = &table.head[..] {
            let text = format!("{first}: {second}");
            self.push(Kind::TableHead, text);
        }
    }

    /// Tells each cell of a row below its column, and the second beside the first.
    fn row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let row = std::mem::take(&mut table.row);
        let columns = table.head.iter().zip(&row);
        let mut said: Vec<String> = columns
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(head, cell)| format!("{head}: {cell}"))
            .collect();
        if let [first, second, ..] = &row[..]
            && !second.is_empty()
        {
            said.push(format!("{first}: {second}"));
        }
        for text in said {
            self.push(Kind::Text, text);
        }
    }
}

fn seen(text: &str) -> String {
    let seen: String = text.chars().filter(|it| !is_unseen(*it)).collect();
    seen.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Kind, lines, plain};

    fn of(text: &str, kind: Kind) -> Vec<String> {
        let lines = lines(text).into_iter();
        let lines = lines.filter(|line| line.kind == kind);
        lines.map(|line| line.text).collect()
    }

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        assert_eq!(of(text, Kind::Text), expect, "{text}");
    }

    #[test]
    fn marks_show_nothing() {
        check("a *b* `c` [d](e \"f\") [g]: h", &["a b `c` d [g]: h"]);
        check("[a]: https://larkspur.example\n'it is\ntaken back'", &[]);
        check("[](https://larkspur.example)", &[]);
        check("a\\\nb  \nc", &["a", "b", "c"]);
        check("&nbsp; &#8203; \u{3164}", &[]);
        check("&#65;da", &["Ada"]);
        check("- a\n  - b\n- c\n", &["a", "b", "c"]);
        check("- [ ] a\n  more\n- [x] b\n- c", &["b", "c"]);
        check("![](a.png)", &["image"]);
    }

    #[test]
    fn what_is_no_text_of_the_page_is_left_out() {
        check("a <!-- b --> c", &["a  c"]);
        check("<!-- a\n\nb --> c", &["c"]);
        check("<!-- a\n\nb", &[]);
        check("<? it is taken back ?>", &[]);
        check("a <? it is ?> b <![CDATA[c]]> d", &["a  b  d"]);
        check(
            "<div\ntitle='it is taken back'>\nRevert\n</div>",
            &["Revert"],
        );
        check("<details><summary></summary></details>", &[]);
        check("<script>\nit is\n</script>", &[]);
        check("a <b>c</b>", &["a c"]);
        check("a < b, then", &["a < b, then"]);
        check("<img src='a.png'>", &["image"]);
        check("`<!--` and more", &["`<!--` and more"]);
    }

    #[test]
    fn lines_are_told_apart() {
        let text = "# A\nb\n\n**C:**\nd\n\n```\ne\n\nf\n```\nG\n---\n";
        assert_eq!(of(text, Kind::Heading), ["A", "G"]);
        assert_eq!(of(text, Kind::Bold), ["C:"]);
        assert_eq!(of(text, Kind::Text), ["b", "d"]);
        assert_eq!(of(text, Kind::Code), ["e", "f"]);
        check("#12 says how", &["#12 says how"]);
        check("**A** b", &["A b"]);
        check("- **A**", &["A"]);
        check(
            "| a | b |\n| --- | --- |\n| c | |\n| d | e |",
            &["a: c", "a: d", "b: e", "d: e"],
        );
    }

    #[test]
    fn paragraphs_stay_apart() {
        let lines = lines("a\nb\n\nc: d\n\n# e\n");
        assert_eq!(plain(&lines, &[Kind::Text]), "a\nb\n\nc: d\n");
        assert_eq!(plain(&lines, &[Kind::Heading]), "e\n");
    }

    #[test]
    fn a_long_or_deep_text_ends() {
        lines(&"> ".repeat(600_000));
        lines(&"*a ".repeat(300_000));
        lines(&"<!--".repeat(300_000));
        lines(&"[".repeat(600_000));
        assert_eq!(lines(&"é".repeat(600_000)).len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(?s)[-a-c \\[\\]x:#!<>()|*_`~\n.é]{0,200}") {
            lines(&text);
        }
    }
}
