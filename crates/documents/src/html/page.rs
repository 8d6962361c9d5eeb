//! The shell of every page: policy, style, contents, sections and script.

use crate::visible::visible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::digest::Digest;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One part of a page with its anchor.
pub(super) struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str, body: Markup) -> Section {
        Section { id, title, body }
    }
}

/// Returns the whole page.
pub(super) fn render(title: &str, header: Markup, sections: &[Section], footer: Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (visible(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header { (header) }
                nav aria-label="Contents" { (contents(sections)) }
                main id="content" tabindex="-1" {
                    @for section in sections {
                        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                            h2 id={ (section.id) "-title" } { (section.title) }
                            (section.body)
                        }
                    }
                }
                footer { (footer) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// Returns a table that scrolls by itself, so that the page never scrolls sideways.
pub(super) fn scroll(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

/// Returns code with a button that copies it; the script shows the button.
pub(super) fn copyable(label: &str, code: &str) -> Markup {
    html! {
        div.copyable {
            pre tabindex="0" role="region" aria-label=(label) { code { (visible(code)) } }
            button type="button" hidden { "Copy" span.unseen { " " (label) } }
        }
    }
}

/// Returns one line of a definition list.
pub(super) fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// Returns text that others typed, kept from reordering its surroundings.
pub(super) fn typed(text: &str) -> Markup {
    html! { bdi { (visible(text)) } }
}

/// Nothing is loaded, and only this style and this script run (CSP Level 3, hash sources).
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Digest::of(text.as_bytes()).as_bytes());
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        ul { @for section in sections { li { a href={ "#" (section.id) } { (section.title) } } } }
    }
}
