//! SOC 2 criteria and ISO/IEC 27001:2022 Annex A controls that exist.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::wire::{self, Text};
use super::texts;
use crate::program::Frameworks;

/// Criteria by group and how many each has (AICPA TSP section 100, 2017 with points of focus of 2022).
const SOC2: [(&str, u32); 20] = [
    ("CC1", 5),
    ("CC2", 3),
    ("CC3", 4),
    ("CC4", 2),
    ("CC5", 3),
    ("CC6", 8),
    ("CC7", 5),
    ("CC8", 1),
    ("CC9", 2),
    ("A1", 3),
    ("C1", 2),
    ("PI1", 5),
    ("P1", 1),
    ("P2", 1),
    ("P3", 2),
    ("P4", 3),
    ("P5", 2),
    ("P6", 7),
    ("P7", 1),
    ("P8", 1),
];

/// Themes of Annex A and how many controls each has (ISO/IEC 27001:2022).
const ISO27001: [(&str, u32); 4] = [("A.5", 37), ("A.6", 8), ("A.7", 14), ("A.8", 34)];

/// Returns the criteria that exist; the others are noted.
pub(super) fn frameworks(entry: Option<&wire::Frameworks>, reader: &mut Reader<'_>) -> Frameworks {
    let Some(entry) = entry else {
        return Frameworks::default();
    };
    Frameworks {
        soc2: known(entry.soc2.as_ref(), "SOC 2 criterion", &SOC2, reader),
        iso27001: known(
            entry.iso27001.as_ref(),
            "ISO 27001:2022 control",
            &ISO27001,
            reader,
        ),
    }
}

fn known(
    list: Option<&Vec<Text>>,
    what: &str,
    groups: &[(&str, u32)],
    reader: &mut Reader<'_>,
) -> Vec<String> {
    let mut kept = Vec::new();
    for text in texts(list) {
        let name = text.value.trim();
        if exists(name, groups) {
            kept.push(name.to_owned());
        } else {
            let all = all(groups);
            let mend = did_you_mean(name, all.iter().map(String::as_str));
            let message = format!("unknown {what} `{}`", short(name));
            reader.fault(&text.place, message, mend);
        }
    }
    kept
}

fn exists(name: &str, groups: &[(&str, u32)]) -> bool {
    let Some((group, number)) = name.rsplit_once('.') else {
        return false;
    };
    groups.iter().any(|(known, count)| {
        *known == group && (1..=*count).any(|possible| possible.to_string() == number)
    })
}

fn all(groups: &[(&str, u32)]) -> Vec<String> {
    groups
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}.{number}")))
        .collect()
}
