//! What may be concluded of a control from the outcomes on its whole population.
//!
//! Source: "Testing over a period" in the catalogue, after the Chiaro methodology (CC BY 4.0).

use jiff::Timestamp;
use model::outcome::{Conclusion, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// Items below which a rate means nothing.
pub const SMALL_POPULATION: usize = 20;
/// The share of deviations that a control bears, of one.
pub const TOLERABLE_RATE: f64 = 0.05;
const CONCENTRATION: usize = 3;
const CONCENTRATION_DAYS: i64 = 7;
const PERSISTENCE_MONTHS: usize = 3;

/// One item of a population with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// When it happened.
    pub at: Timestamp,
    /// The outcome of the rule.
    pub outcome: Outcome,
    /// The cause that management gave, where the outcome is `Fail`.
    pub cause: Option<String>,
}

/// What is known of the population as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Why items may be absent, one sentence each.
    pub gaps: Vec<String>,
    /// Whether the period was over when the population was taken.
    pub period_over: bool,
    /// The second source it was reconciled with.
    pub second_source: Option<String>,
    /// The signed representation of management that stands in for one.
    pub representation: Option<String>,
}

/// A conclusion with the sentences that carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Why.
    pub reasons: Vec<String>,
}

/// Returns what may be concluded: deviations first, then what is unknown, then what is absent.
pub fn conclude(items: &[Item], standing: &Standing) -> Concluded {
    if items.is_empty() && !standing.gaps.is_empty() {
        return concluded(Conclusion::NotEvidenced, standing.gaps.clone());
    }
    if items.is_empty() {
        return concluded(
            Conclusion::NotOccurring,
            vec!["no item in the period, which is not a pass".into()],
        );
    }
    let deviations: Vec<&Item> = items
        .iter()
        .filter(|item| item.outcome == Outcome::Fail)
        .collect();
    let damning = damning(&deviations, items.len());
    if !damning.is_empty() {
        return concluded(Conclusion::Ineffective, damning);
    }
    let open = open_points(items, &deviations, standing);
    if !open.is_empty() {
        return concluded(Conclusion::NotEvidenced, open);
    }
    match deviations.len() {
        0 => concluded(
            Conclusion::Effective,
            vec![format!("all {} items passed", items.len())],
        ),
        count => concluded(
            Conclusion::EffectiveWithExceptions,
            vec![format!(
                "{count} isolated of {} items deviated, each with its cause",
                items.len()
            )],
        ),
    }
}

fn concluded(conclusion: Conclusion, reasons: Vec<String>) -> Concluded {
    Concluded {
        conclusion,
        reasons,
    }
}

/// Returns why the deviations alone make the control ineffective.
fn damning(deviations: &[&Item], total: usize) -> Vec<String> {
    if deviations.is_empty() {
        return vec![];
    }
    let mut reasons = vec![];
    let without_cause = deviations
        .iter()
        .filter(|item| item.cause.is_none())
        .count();
    if total < SMALL_POPULATION && without_cause > 0 {
        reasons.push(format!("{without_cause} of {total} items deviated without a recorded cause; so few items bear no rate"));
    }
    let rate = deviations.len() as f64 / total as f64;
    if total >= SMALL_POPULATION && rate > TOLERABLE_RATE {
        reasons.push(format!(
            "{} of {total} items deviated: {:.1} %, more than 5 %",
            deviations.len(),
            // Rounded up, or what is over the limit could read as the limit.
            (rate * 1000.0).ceil() / 10.0
        ));
    }
    reasons.extend(recurring(deviations));
    reasons.extend(concentrated(deviations));
    reasons.extend(persistent(deviations));
    reasons
}

fn recurring(deviations: &[&Item]) -> Option<String> {
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for cause in deviations.iter().filter_map(|item| item.cause.as_deref()) {
        *causes.entry(cause.trim().to_lowercase()).or_default() += 1;
    }
    let (cause, count) = causes.into_iter().max_by_key(|(_, count)| *count)?;
    (count > 1).then(|| format!("the cause “{cause}” recurred {count} times"))
}

fn concentrated(deviations: &[&Item]) -> Option<String> {
    let mut seconds: Vec<i64> = deviations.iter().map(|item| item.at.as_second()).collect();
    seconds.sort_unstable();
    let within = CONCENTRATION_DAYS * 24 * 3600;
    let dense = seconds
        .windows(CONCENTRATION)
        .any(|window| window[CONCENTRATION - 1] - window[0] <= within);
    dense.then(|| {
        format!("{CONCENTRATION} or more deviations fall within {CONCENTRATION_DAYS} days")
    })
}

fn persistent(deviations: &[&Item]) -> Option<String> {
    let months: BTreeSet<i32> = deviations.iter().map(|item| month(item.at)).collect();
    let run = months
        .iter()
        .filter(|month| {
            (0..PERSISTENCE_MONTHS as i32).all(|next| months.contains(&(**month + next)))
        })
        .count();
    (run > 0)
        .then(|| format!("deviations persist through {PERSISTENCE_MONTHS} or more months in a row"))
}

fn month(at: Timestamp) -> i32 {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    i32::from(date.year()) * 12 + i32::from(date.month())
}

/// Returns what keeps the control from any better conclusion than *not evidenced*.
fn open_points(items: &[Item], deviations: &[&Item], standing: &Standing) -> Vec<String> {
    let total = items.len();
    let unknown = items
        .iter()
        .filter(|item| item.outcome == Outcome::Unknown)
        .count();
    let without_cause = deviations
        .iter()
        .filter(|item| item.cause.is_none())
        .count();
    let mut points = vec![];
    if without_cause > 0 {
        points.push(format!(
            "{without_cause} of {total} items deviated without a recorded cause"
        ));
    }
    if unknown > 0 {
        points.push(format!(
            "{unknown} of {total} items cannot be decided from the evidence at hand"
        ));
    }
    points.extend(standing.gaps.iter().cloned());
    if !standing.period_over {
        points.push("the period was not over when the population was taken; only captures after its close conclude".into());
    }
    if standing.second_source.is_none() && standing.representation.is_none() {
        points.push("the population has no second source and no signed representation of management stands in for one".into());
    }
    points
}
