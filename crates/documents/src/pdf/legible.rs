//! Text that the embedded fonts can show on a page that no long word overflows.

use crate::visible::{spelled_where, spoofs};
use serde_json::Value;
use typst::text::FontBook;

/// A word longer than this may break anywhere.
const LONG_WORD: usize = 24;
/// The font of the templates' text.
const BODY: &str = "Libertinus Serif";
/// Where a long word may break (UAX 14, class ZW).
const BREAK: char = '\u{200b}';

/// Returns `content` with every text legible: what could spoof, and what no embedded font can show,
/// is written as `U+XXXX`. PDF/A and PDF/UA forbid a character without a glyph.
pub(super) fn legible(content: Value, fonts: &FontBook) -> Value {
    match content {
        Value::String(text) => Value::String(text_of(&text, fonts)),
        Value::Array(items) => items.into_iter().map(|item| legible(item, fonts)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, legible(value, fonts)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => content,
    }
}

fn text_of(text: &str, fonts: &FontBook) -> String {
    breakable(&spelled_where(text, |c| spoofs(c) || !shown(c, fonts)))
}

/// Only the body font counts, in all its weights: what it lacks typst does not always take from another font.
fn shown(c: char, fonts: &FontBook) -> bool {
    c.is_ascii()
        || (0..)
            .map_while(|index| fonts.info(index))
            .filter(|info| info.family == BODY)
            .all(|info| info.coverage.contains(u32::from(c)))
}

fn breakable(text: &str) -> String {
    let mut broken = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_whitespace() { 0 } else { run + 1 };
        if run > LONG_WORD {
            broken.push(BREAK);
            run = 1;
        }
        broken.push(c);
    }
    broken
}
