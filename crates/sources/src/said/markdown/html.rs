//! What a reader sees of HTML in a text.

/// Elements whose text is not shown.
const HIDDEN: [&str; 4] = ["script", "style", "template", "title"];

/// Returns what is shown: no tags and no comments; where one does not end, nothing behind it. A picture is a word.
pub(super) fn shown(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, behind)) = rest.split_once('<') {
        shown.push_str(before);
        rest = if let Some(comment) = behind.strip_prefix("!--") {
            after(comment, "-->")
        } else if behind.starts_with(['!', '?']) {
            after(behind, ">")
        } else if behind.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/') {
            tag(behind, &mut shown)
        } else {
            shown.push('<');
            behind
        };
    }
    shown.push_str(rest);
    without_entities(&shown)
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, behind)| behind)
}

/// Returns what stands behind a tag.
fn tag<'a>(tag: &'a str, shown: &mut String) -> &'a str {
    let is_of_name = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let name = &tag[..tag.find(|it| !is_of_name(it)).unwrap_or(tag.len())];
    let behind = behind_tag(&tag[name.len()..]);
    if name.eq_ignore_ascii_case("img") {
        shown.push_str(" image ");
    }
    let hidden = HIDDEN.iter().find(|it| name.eq_ignore_ascii_case(it));
    match hidden {
        Some(hidden) => {
            let end = format!("</{hidden}");
            let small = behind.to_ascii_lowercase();
            small.find(&end).map_or("", |at| &behind[at..])
        }
        None => behind,
    }
}

/// An attribute between quotes may hold what ends a tag.
fn behind_tag(tag: &str) -> &str {
    let mut quote = None;
    for (at, it) in tag.char_indices() {
        match (quote, it) {
            (None, '>') => return &tag[at + 1..],
            (None, '"' | '\'') => quote = Some(it),
            (Some(open), it) if open == it => quote = None,
            (None | Some(_), _) => {}
        }
    }
    ""
}

/// Entities are how a page writes what is not typed; what they show is no word.
fn without_entities(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, entity)) = rest.split_once('&') {
        shown.push_str(before);
        let is_of_one = |it: char| it.is_ascii_alphanumeric() || it == '#';
        let end = entity.find(|it: char| !is_of_one(it));
        match end.filter(|end| *end > 1 && entity[*end..].starts_with(';')) {
            Some(end) => {
                shown.push(' ');
                rest = &entity[end + 1..];
            }
            None => {
                shown.push('&');
                rest = entity;
            }
        }
    }
    shown + rest
}
