//! A table that fits the terminal: the widest columns give way and their cells wrap.

use super::COLUMNS;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The space between two columns.
const GAP: usize = 2;
/// Words up to this width are kept whole where the terminal has room.
const LONG_WORD: usize = 24;
/// No column gives way below this width.
const NARROWEST: usize = 6;
/// What a name may be broken behind.
const HYPHEN: char = '-';

/// Rows of text under one heading each.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Returns a table with these headings, which are written in capitals.
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Table {
        Table {
            rows: vec![
                headings
                    .iter()
                    .map(|heading| heading.to_uppercase())
                    .collect(),
            ],
        }
    }

    /// Adds a row with as many cells as there are headings.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Returns the lines, none longer than the terminal and none with trailing spaces.
    pub(crate) fn render(&self) -> String {
        let widths = self.widths();
        self.rows
            .iter()
            .map(|row| render_row(row, &widths))
            .collect()
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| {
                self.rows
                    .iter()
                    .map(|row| width_of(row, column))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let room = COLUMNS.saturating_sub(GAP * columns.saturating_sub(1));
        self.narrow(&mut widths, room, longest_word);
        self.narrow(&mut widths, room, longest_part);
        self.narrow(&mut widths, room, |_| NARROWEST);
        widths
    }

    /// Takes from the widest column that is still above its least width, until all fit or none can give.
    fn narrow(&self, widths: &mut [usize], room: usize, least: impl Fn(&str) -> usize) {
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let least: Vec<usize> = (0..widths.len())
            .map(|column| cells(column).map(|cell| least(cell)).max().unwrap_or(0))
            .collect();
        while widths.iter().sum::<usize>() > room {
            let open = widths
                .iter_mut()
                .zip(&least)
                .filter(|(width, least)| **width > **least);
            match open.map(|(width, _)| width).max() {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
    }
}

/// Returns `text` wrapped to the terminal, further lines indented, ended by a line break.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let first = text.len() - text.trim_start().len();
    let mut lines = String::new();
    for line in fold(text.trim(), COLUMNS - first, COLUMNS - indent) {
        let spaces = if lines.is_empty() { first } else { indent };
        lines.push_str(&" ".repeat(spaces));
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

fn longest_word(cell: &str) -> usize {
    cell.split_whitespace()
        .map(UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
        .min(LONG_WORD)
}

/// A name is broken behind its hyphens before a word is broken anywhere.
fn longest_part(cell: &str) -> usize {
    let words = cell.split_whitespace();
    let parts = words.flat_map(|word| word.split_inclusive(HYPHEN));
    parts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

fn width_of(row: &[String], column: usize) -> usize {
    row.get(column).map_or(0, |cell| cell.width())
}

fn render_row(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| fold(cell, *width, *width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| render_line(&cells, widths, line))
        .collect()
}

fn render_line(cells: &[Vec<String>], widths: &[usize], line: usize) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let part = cell.get(line).map_or("", String::as_str);
        text.push_str(part);
        text.push_str(&" ".repeat(width.saturating_sub(part.width()) + GAP));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Returns the words of `text` in lines of at most `first`, then `rest` columns.
fn fold(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let room = if lines.is_empty() { first } else { rest };
            let space = usize::from(!line.is_empty());
            if line.width() + space + word.width() <= room {
                line.push_str(&" ".repeat(space));
                line.push_str(&word);
                break;
            }
            if line.is_empty() {
                line = break_off(&mut word, room);
            }
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Returns the front of a word that is wider than a line, up to its last hyphen there, and leaves the rest.
fn break_off(word: &mut String, room: usize) -> String {
    let mut used = 0;
    let end = word
        .char_indices()
        .find(|(at, c)| {
            used += c.width().unwrap_or(0);
            *at > 0 && used > room
        })
        .map_or(word.len(), |(at, _)| at);
    let hyphen = word.get(..end).and_then(|front| front.rfind(HYPHEN));
    let end = hyphen.map_or(end, |at| at + HYPHEN.len_utf8());
    let tail = word.split_off(end);
    std::mem::replace(word, tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_wraps() {
        let mut table = Table::new(["id", "why"]);
        table.row(vec!["CR-4".into(), "word ".repeat(30)]);
        table.row(vec!["CR-10".into(), "é".repeat(100)]);
        let text = table.render();
        assert!(
            text.lines()
                .all(|line| line.width() <= COLUMNS && line == line.trim_end()),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1 + 3 + 2, "{text}");
    }

    #[test]
    fn a_name_is_broken_behind_its_hyphens() {
        let mut table = Table::new(["status", "duties", "by", "why"]);
        let name = "seed-b096863b-maintainers".to_owned();
        table.row(vec![
            "uncompensated".into(),
            "x".repeat(24),
            name,
            "y".repeat(24),
        ]);
        let text = table.render();
        assert!(text.contains("x  seed-          y"), "{text}");
        assert!(
            text.contains("\n                                         maintainers\n"),
            "{text}"
        );
    }

    #[test]
    fn wide_characters_count_twice() {
        let mut table = Table::new(["a", "b"]);
        table.row(vec!["語".repeat(60), "x".into()]);
        assert!(table.render().lines().all(|line| line.width() <= COLUMNS));
    }

    #[test]
    fn further_lines_are_indented() {
        let text = wrapped(&format!("  a  {}", "word ".repeat(20)), 5);
        assert!(text.starts_with("  a word"));
        assert!(text.lines().nth(1).unwrap().starts_with("     word"));
    }
}
