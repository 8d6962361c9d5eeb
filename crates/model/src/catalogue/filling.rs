//! Filling the placeholders of a control's texts: `{head_count}`, `{wait_hours.high}`.

use crate::outcome::Risk;
use crate::program::{Control, Organisation, Parameter};

impl Control {
    /// Fills the placeholders of every text with the organisation's facts and the control's parameters.
    pub(crate) fn fill(&mut self, organisation: &Organisation) {
        let mut texts = std::mem::take(&mut self.evidence);
        for row in &mut texts {
            for text in [&mut row.evidence, &mut row.source, &mut row.frequency] {
                *text = self.filled(text, organisation);
            }
        }
        self.evidence = texts;
        self.title = self.filled(&self.title, organisation);
        self.risk_statement = self.filled(&self.risk_statement, organisation);
        self.justification = self.filled(&self.justification, organisation);
        self.description = self.filled(&self.description, organisation);
    }

    fn filled(&self, text: &str, organisation: &Organisation) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        for name in placeholders(text) {
            let token = format!("{{{name}}}");
            let (before, after) = rest.split_once(&token).unwrap_or((rest, ""));
            filled.push_str(before);
            filled.push_str(&self.fact(name, organisation).unwrap_or(token));
            rest = after;
        }
        filled + rest
    }

    fn fact(&self, name: &str, organisation: &Organisation) -> Option<String> {
        match name {
            "organisation" => return Some(organisation.name.clone()),
            "head_count" => return Some(organisation.head_count.to_string()),
            _ => {}
        }
        let (name, class) = name.split_once('.').unwrap_or((name, ""));
        Some(match (self.parameters.get(name)?, class) {
            (Parameter::Number(number), "") => number.to_string(),
            (Parameter::Text(text), "") => text.clone(),
            (Parameter::ByRisk(by_risk), "low") => by_risk.of(Risk::Low).to_string(),
            (Parameter::ByRisk(by_risk), "medium") => by_risk.of(Risk::Medium).to_string(),
            (Parameter::ByRisk(by_risk), "high") => by_risk.of(Risk::High).to_string(),
            _ => return None,
        })
    }
}

/// The names between braces, in order: lower-case letters, `_` and `.` only.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| {
        let (name, _) = part.split_once('}')?;
        let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '.');
        (!name.is_empty() && name.chars().all(plain)).then_some(name)
    })
}
