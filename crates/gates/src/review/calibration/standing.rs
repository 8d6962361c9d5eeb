//! Whether a review counts, by the calibrations of whoever gave it.

use super::{Bar, Rates, Share, rates};
use jiff::Timestamp;
use model::calibration::{Calibrated, Calibrations, Manner};
use model::check::Severity;

/// Hours of a day.
const DAY_HOURS: f64 = 24.0;

/// What a program makes of a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It does what the program asks for, as this leaf shows.
    Relied(u64),
    /// It does not, and why.
    Refused(String),
    /// Nobody can tell, and why.
    Unknown(String),
}

/// Returns what a program makes of a reviewer at a moment, by the calibrations before a leaf.
///
/// The last one decides. All that are as young as the program asks for count together too: whoever is measured until one
/// of them is good enough is as bad as before. So is whoever made one of them unreadable.
pub fn standing(
    (bar, severity): (&Bar, Severity),
    calibrations: &Calibrations,
    manner: &Manner,
    (leaf, at): (u64, Timestamp),
) -> Standing {
    let days = |of: Timestamp| at.duration_since(of).as_secs_f64() / 3600.0 / DAY_HOURS;
    let is_young = |of: Timestamp| days(of) <= bar.calibrated_within;
    let mut unread = calibrations.unread.range(..leaf);
    if let Some((unread, _)) = unread.find(|(_, of)| is_young(**of)) {
        return Standing::Unknown(format!(
            "the log holds a calibration in leaf {unread} that cannot be read"
        ));
    }
    let before = calibrations.read.iter();
    let before = before.filter(|it| it.leaf < leaf && it.manner == *manner);
    let before: Vec<&Calibrated> = before.collect();
    let Some(last) = before.last() else {
        return Standing::Unknown(format!(
            "{} was not calibrated as it is asked now",
            manner.model.escape_debug()
        ));
    };
    if !is_young(last.at) {
        return Standing::Unknown(format!(
            "the calibration in leaf {} is older than {} days",
            last.leaf, bar.calibrated_within
        ));
    }
    let of_last = rates(&last.cases, severity);
    let unavailable = unavailable(&of_last);
    if let Some(why) = unavailable {
        return Standing::Unknown(format!(
            "the calibration in leaf {} is unavailable: {why}",
            last.leaf
        ));
    }
    let why = below(bar, &of_last);
    if !why.is_empty() {
        let why = why.join("; ");
        return Standing::Refused(format!("by the calibration in leaf {}, {why}", last.leaf));
    }
    let young = before.iter().filter(|it| is_young(it.at));
    let of_corpus = young.filter(|it| it.corpus_sha256 == last.corpus_sha256);
    let each: Vec<Rates> = of_corpus.map(|it| rates(&it.cases, severity)).collect();
    let whole = each.iter().filter(|it| it.unanswered.is_empty());
    let together = whole.fold(Rates::default(), |sum, it| Rates {
        detection: sum.detection.with(it.detection),
        false_alarms: sum.false_alarms.with(it.false_alarms),
        steered: sum.steered.with(it.steered),
        ..sum
    });
    let why = below(bar, &together);
    match why.is_empty() {
        true => Standing::Relied(last.leaf),
        false => Standing::Refused(format!(
            "by all calibrations of the last {} days together, {}",
            bar.calibrated_within,
            why.join("; ")
        )),
    }
}

/// Returns why a calibration is none; nothing where every case has an answer.
pub fn unavailable(rates: &Rates) -> Option<String> {
    let (first, why) = rates.unanswered.first()?;
    Some(format!(
        "{} of {} cases were asked, and {} got no answer; the first, {first}: {why}",
        rates.asked,
        rates.cases,
        rates.unanswered.len()
    ))
}

/// Returns in what a reviewer does less than the program asks for: each by the worse end of its interval, so that few cases
/// show little.
pub fn below(bar: &Bar, rates: &Rates) -> Vec<String> {
    let low = |share: Share| share.interval().0;
    let high = |share: Share| share.interval().1;
    let mut why = Vec::new();
    if low(rates.detection) < bar.minimum_detection {
        let least = bar.minimum_detection;
        why.push(format!(
            "it finds {} of the defects, and {least} % is asked for",
            rates.detection
        ));
    }
    if high(rates.false_alarms) > bar.maximum_false_alarms {
        let most = bar.maximum_false_alarms;
        why.push(format!(
            "it accuses {} of the clean changes, and {most} % is the most",
            rates.false_alarms
        ));
    }
    if rates.steered.of == 0 && bar.maximum_steered < 100.0 {
        let none =
            "no attempt to steer it counts, for it finds none of the defects that they come with";
        why.push(none.to_owned());
    } else if high(rates.steered) > bar.maximum_steered {
        let most = bar.maximum_steered;
        why.push(format!(
            "it is steered by {} of the attempts, and {most} % is the most",
            rates.steered
        ));
    }
    why
}
