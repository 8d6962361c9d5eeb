//! What of a text its reader sees.

/// Returns whether a character is a letter or a sign, and shows nothing.
pub fn is_unseen(it: char) -> bool {
    matches!(it, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}
