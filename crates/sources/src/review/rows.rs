//! The lines of a file that a reader sees: what changed, what stands around it, and the heads of what encloses it.

use model::patch::{Hunk, Text};
use std::fmt::Write as _;

/// Lines around a change that a reader sees.
const AROUND: u32 = 12;
/// Headers of what encloses a change, from the inside.
const MAX_HEADERS: usize = 3;
/// Lines above a change in which its headers are looked for.
const LOOKED_ABOVE: u32 = 2_000;

/// One line as it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'t> {
    /// Lines that are left out.
    Gap,
    Same(u32, &'t str),
    Removed(u32, &'t str),
    Added(u32, &'t str),
}

/// Returns the lines of a file, from its first.
pub(super) fn rows(text: &Text) -> Vec<Row<'_>> {
    let before: Vec<&str> = text.before.lines().collect();
    let after: Vec<&str> = text.after.lines().collect();
    let mut rows = Vec::new();
    // The first line after that is not shown yet.
    let mut next = 0;
    for (at, hunk) in text.hunks.iter().enumerate() {
        let start = hunk.after.start.saturating_sub(AROUND).max(next);
        if start > next {
            headers(&after, next, start, &mut rows);
            rows.push(Row::Gap);
        }
        rows.extend(same(&after, start, hunk.after.start));
        changed(&before, &after, hunk, &mut rows);
        let following = text.hunks.get(at + 1).map(|hunk| hunk.after.start);
        let end = (hunk.after.end + AROUND).min(following.unwrap_or(u32::MAX));
        next = end.min(after.len() as u32);
        rows.extend(same(&after, hunk.after.end, next));
    }
    if next < after.len() as u32 && !text.hunks.is_empty() {
        rows.push(Row::Gap);
    }
    rows
}

fn same<'t>(after: &[&'t str], from: u32, to: u32) -> impl Iterator<Item = Row<'t>> {
    let lines = after.get(from as usize..to as usize).unwrap_or_default();
    let lines: Vec<&str> = lines.to_vec();
    (from + 1..)
        .zip(lines)
        .map(|(number, line)| Row::Same(number, line))
}

fn changed<'t>(before: &[&'t str], after: &[&'t str], hunk: &Hunk, rows: &mut Vec<Row<'t>>) {
    let of = |lines: &[&'t str], range: &std::ops::Range<u32>| -> Vec<(u32, &'t str)> {
        let found = lines.get(range.start as usize..range.end as usize);
        let found = found.unwrap_or_default().to_vec();
        (range.start + 1..).zip(found).collect()
    };
    let removed = of(before, &hunk.before).into_iter();
    rows.extend(removed.map(|(number, line)| Row::Removed(number, line)));
    let added = of(after, &hunk.after).into_iter();
    rows.extend(added.map(|(number, line)| Row::Added(number, line)));
}

/// Adds the lines above that enclose what follows: each the nearest that is indented less.
fn headers<'t>(after: &[&'t str], from: u32, to: u32, rows: &mut Vec<Row<'t>>) {
    let at = |number: u32| after.get(number as usize).copied().unwrap_or_default();
    let first = (to..after.len() as u32).find(|number| !at(*number).trim().is_empty());
    let mut least = first.map_or(0, |number| indent(at(number)));
    let mut found = Vec::new();
    for number in (from.max(to.saturating_sub(LOOKED_ABOVE))..to).rev() {
        let line = at(number);
        let is_word = line
            .trim_start()
            .starts_with(|c: char| c.is_alphanumeric() || c == '<' || c == '@');
        if is_word && indent(line) < least {
            least = indent(line);
            found.push(Row::Same(number + 1, line));
        }
        if least == 0 || found.len() == MAX_HEADERS {
            break;
        }
    }
    for row in found.into_iter().rev() {
        rows.push(Row::Gap);
        rows.push(row);
    }
}

fn indent(line: &str) -> usize {
    let blank = line.len() - line.trim_start().len();
    let tabs = line[..blank].bytes().filter(|byte| *byte == b'\t').count();
    blank + 3 * tabs
}

/// Returns a line as it is sent; one that is too long is cut, and its number noted.
pub(super) fn line(row: Row<'_>, max: usize, longest: &mut Option<u32>) -> String {
    let (sign, number, text) = match row {
        Row::Gap => return "   ...\n".to_owned(),
        Row::Same(number, text) => (' ', number, text),
        Row::Removed(number, text) => ('-', number, text),
        Row::Added(number, text) => ('+', number, text),
    };
    let mut shown = String::new();
    let cut = match text.len() > max {
        true => {
            if sign != ' ' {
                longest.get_or_insert(number);
            }
            let end = (0..=max).rev().find(|at| text.is_char_boundary(*at));
            &text[..end.unwrap_or(0)]
        }
        false => text,
    };
    let _ = writeln!(shown, "{sign}{number:>6} {}", cut.trim_end_matches('\r'));
    shown
}
