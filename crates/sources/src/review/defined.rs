//! The names that a difference defines, by the look of their lines, in whatever language.

use model::patch::{Hunk, Patch, Text};
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::shown::{Side, is_lock_file};

/// The most names that are looked for.
pub(super) const MAX_NAMES: usize = 64;
/// Shorter names stand everywhere.
const MIN_NAME: usize = 3;
/// The longest name.
const MAX_NAME: usize = 80;
/// The longest line in which a name is looked for.
const MAX_LINE: usize = 1_000;
/// Lines above a change in which its enclosing definition is looked for.
const LOOKED_ABOVE: u32 = 500;

/// A name that a changed line defines, or the head of what encloses one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Defined {
    /// The name.
    pub name: String,
    /// The place of its file in the difference.
    pub file: usize,
    /// The side of the changed line.
    pub side: Side,
    /// The number of the changed line, from 1.
    pub line: u32,
}

/// Words before a name that is defined, and words before a list of parameters.
static HEADS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        // `fn pay`, `func (t *Till) Pay`, `def self.pay`, `class Till`.
        r"\b(?:fn|func|function\*?|def|defp|defn|defmacro|defmodule|fun|sub|proc|procedure|class|struct|enum|union|trait|interface|protocol|record|module|namespace|macro_rules!|type)\s+(?:\([^)]{0,80}\)\s*)?(?:self\.)?([A-Za-z_]\w*)",
        // `const pay = (`, `let pay = async function`, `pub const LIMIT: u32`.
        r"^(?:pub(?:\([^)]{0,40}\))?\s+|export\s+(?:default\s+)?)?(?:const|static|let|var|val)\s+(?:mut\s+)?([A-Za-z_]\w*)\s*[:=]",
        // `public static int pay(`, `void pay(`.
        r"^\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|inline|extern|async|unsigned|void|bool|boolean|int|long|char|float|double|size_t|String|Task)\b[\w<>\[\],.*&?\s]{0,120}?\s+[*&]{0,2}([A-Za-z_]\w*)|async\s+([A-Za-z_]\w*))\s*\(",
    ]
    .map(|pattern| Regex::new(pattern).expect("the pattern is of this file"))
});

/// Returns the names that a line defines.
pub(super) fn names(line: &str) -> Vec<&str> {
    if line.len() > MAX_LINE {
        return Vec::new();
    }
    let found = HEADS.iter().flat_map(|head| head.captures_iter(line));
    let names = found.filter_map(|found| Some(found.iter().skip(1).flatten().next()?.as_str()));
    let is_one = |name: &&str| (MIN_NAME..=MAX_NAME).contains(&name.len());
    names.filter(is_one).collect()
}

/// Returns what a difference defines on lines that came and lines that went, and what encloses them; the first names of it.
pub(super) fn defined(patch: &Patch) -> Vec<Defined> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for (file, it) in patch.files.iter().enumerate() {
        let Some(text) = it.text().filter(|_| !is_lock_file(&it.path)) else {
            continue;
        };
        let before: Vec<&str> = text.before.lines().collect();
        let after: Vec<&str> = text.after.lines().collect();
        for (name, side, line) in of_file(text, (&before, &after)) {
            if known.contains(name) || known.len() < MAX_NAMES {
                known.insert(name.to_owned());
                found.push(Defined {
                    name: name.to_owned(),
                    file,
                    side,
                    line,
                });
            }
        }
    }
    found
}

fn of_file<'t>(
    text: &'t Text,
    (before, after): (&[&'t str], &[&'t str]),
) -> Vec<(&'t str, Side, u32)> {
    let mut found = Vec::new();
    for hunk in &text.hunks {
        let sides = [
            (Side::After, after, &hunk.after),
            (Side::Before, before, &hunk.before),
        ];
        for (side, lines, range) in sides {
            let changed = lines.get(range.start as usize..range.end as usize);
            let changed = changed.unwrap_or_default().iter();
            for (number, line) in (range.start + 1..).zip(changed) {
                found.extend(names(line).into_iter().map(|name| (name, side, number)));
            }
        }
        found.extend(enclosing(hunk, (before, after)));
    }
    found
}

/// Returns the names on the nearest line above that is indented less and defines something.
fn enclosing<'t>(
    hunk: &Hunk,
    (before, after): (&[&'t str], &[&'t str]),
) -> Vec<(&'t str, Side, u32)> {
    let (side, lines, range) = match hunk.after.is_empty() {
        false => (Side::After, after, &hunk.after),
        true => (Side::Before, before, &hunk.before),
    };
    let at = |number: u32| lines.get(number as usize).copied().unwrap_or_default();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let changed = range.clone().map(at).find(|line| !line.trim().is_empty());
    let mut least = changed.map_or(0, indent);
    for number in (range.start.saturating_sub(LOOKED_ABOVE)..range.start).rev() {
        let line = at(number);
        if least == 0 {
            break;
        }
        if line.trim().is_empty() || indent(line) >= least {
            continue;
        }
        least = indent(line);
        let found = names(line);
        if !found.is_empty() {
            let found = found.into_iter().map(|name| (name, side, range.start + 1));
            return found.collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::digest::Digest;
    use model::patch::{Body, FilePatch};

    #[test]
    fn definitions_are_told_in_many_languages() {
        for (line, name) in [
            ("pub(crate) fn pay_all<'a>(it: &'a str) {", "pay_all"),
            ("macro_rules! check {", "check"),
            ("pub const MAX_BYTES: u64 = 4;", "MAX_BYTES"),
            ("func (t *Till) Pay(ctx context.Context) error {", "Pay"),
            ("func Pay(ctx context.Context) error {", "Pay"),
            ("    def self.refund(order)", "refund"),
            ("async def refund(order):", "refund"),
            ("export default async function checkout(cart) {", "checkout"),
            ("export const checkout = async (cart) => {", "checkout"),
            (
                "    public static List<Order> findOrders(int limit) {",
                "findOrders",
            ),
            ("    private void settle() {", "settle"),
            ("static int parse_header(const char *text)", "parse_header"),
            ("interface Ledger {", "Ledger"),
            ("defmodule Shop do", "Shop"),
        ] {
            assert_eq!(names(line).first(), Some(&name), "{line}");
        }
    }

    #[test]
    fn what_defines_nothing_names_nothing() {
        for line in [
            "    return total(cart);",
            "    if (is_open(shop)) {",
            "    let total = pay(cart);",
            "# a shop",
            "fn to() {}",
            &format!("fn {}() {{}}", "x".repeat(2_000)),
        ] {
            assert_eq!(names(line), Vec::<&str>::new(), "{line}");
        }
    }

    fn of(before: &str, after: &str, hunks: &[[u32; 4]]) -> Vec<(String, Side, u32)> {
        let hunk = |[a, b, c, d]: &[u32; 4]| Hunk {
            before: *a..*b,
            after: *c..*d,
        };
        let file = FilePatch {
            path: "shop.rs".to_owned(),
            before: None,
            after: None,
            body: Body::Text(Text {
                before: before.to_owned(),
                after: after.to_owned(),
                hunks: hunks.iter().map(hunk).collect(),
            }),
        };
        let patch = Patch {
            digest: Digest::of(b"patch"),
            files: vec![file],
        };
        let found = defined(&patch).into_iter();
        found.map(|it| (it.name, it.side, it.line)).collect()
    }

    #[test]
    fn what_came_what_went_and_what_encloses_them_is_named() {
        let before = "impl Shop {\n    fn pay() {\n        a();\n    }\n    fn refund() {}\n}\n";
        let after = "impl Shop {\n    fn pay() {\n        b();\n    }\n    fn give_back() {}\n}\n";
        assert_eq!(
            of(before, after, &[[2, 3, 2, 3], [4, 5, 4, 5]]),
            [
                ("pay".to_owned(), Side::After, 3),
                ("give_back".to_owned(), Side::After, 5),
                ("refund".to_owned(), Side::Before, 5),
            ]
        );
        assert_eq!(
            of(
                "fn pay() {\n    a();\n}\n",
                "fn pay() {\n}\n",
                &[[1, 2, 1, 1]]
            ),
            [("pay".to_owned(), Side::Before, 2)]
        );
    }

    #[test]
    fn so_many_names_and_no_more() {
        let after: String = (0..500)
            .map(|it| format!("fn name_{it}() {{}}\n"))
            .collect();
        assert_eq!(of("", &after, &[[0, 0, 0, 500]]).len(), MAX_NAMES);
    }
}
