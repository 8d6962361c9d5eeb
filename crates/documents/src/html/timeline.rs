//! Changes over time as bars, stacked by the way they landed, with marks where a rule was missed.

mod buckets;

use super::page::scroll;
use super::register::Shown;
use crate::words;
use buckets::Bucket;
use maud::{Markup, html};
use model::report::AuditReport;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;
/// Room above the bars for marks, and below them for dates.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 36.0;

pub(super) fn body(report: &AuditReport, shown: &Shown) -> Markup {
    let (unit, buckets) = buckets::of(&report.changes, shown.missed());
    if buckets.is_empty() {
        return html! { p { "There is no change to draw." } };
    }
    html! {
        p {
            "Changes by " (unit) ", by the committers' clocks. A mark "
            span.mark aria-hidden="true" { "▲" } " with a number tells how many changes of that time missed a rule."
        }
        (key())
        (scroll("Bars of changes over time", svg(&buckets)))
        details {
            summary { "The same as a table" }
            (scroll("Table of changes over time", table(&buckets)))
        }
    }
}

fn key() -> Markup {
    html! {
        ul.key {
            @for landed in words::LANDED {
                li { span class={ "swatch l-" (words::wire(words::landed(landed))) } aria-hidden="true" {} " " (words::landed(landed)) }
            }
        }
    }
}

fn svg(buckets: &[Bucket]) -> Markup {
    let most = buckets.iter().map(Bucket::total).max().unwrap_or(1).max(1);
    let step = (WIDTH - LEFT) / buckets.len() as f64;
    let every = buckets.len().div_ceil(8);
    html! {
        svg.timeline viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label="Changes over time; the table below says the same" {
            line.axis x1=(LEFT) y1=(HEIGHT - BOTTOM) x2=(WIDTH) y2=(HEIGHT - BOTTOM) {}
            text.tick x=(LEFT - 4.0) y=(TOP + 4.0) text-anchor="end" { (words::grouped(most)) }
            text.tick x=(LEFT - 4.0) y=(HEIGHT - BOTTOM) text-anchor="end" { "0" }
            @for (index, bucket) in buckets.iter().enumerate() {
                (bar(bucket, LEFT + index as f64 * step, step, most))
                @if index % every == 0 { (tick(bucket, LEFT + index as f64 * step)) }
            }
        }
    }
}

/// A date near the right edge ends there instead of beginning.
fn tick(bucket: &Bucket, x: f64) -> Markup {
    let (x, anchor) = if x > WIDTH - 64.0 {
        (WIDTH, "end")
    } else {
        (x, "start")
    };
    html! { text.tick x=(rounded(x)) y=(HEIGHT - 8.0) text-anchor=(anchor) { (bucket.label) } }
}

fn bar(bucket: &Bucket, x: f64, step: f64, most: u64) -> Markup {
    let scale = (HEIGHT - TOP - BOTTOM) / most as f64;
    let width = rounded((step * 0.8).min(40.0));
    let middle = rounded(x + width / 2.0);
    let top = HEIGHT - BOTTOM - bucket.total() as f64 * scale;
    html! {
        @for (index, landed) in words::LANDED.into_iter().enumerate() {
            @let (below, count) = (bucket.landed[..index].iter().sum::<u64>(), bucket.landed[index]);
            @if count > 0 {
                @let y = HEIGHT - BOTTOM - (below + count) as f64 * scale;
                rect class={ "l-" (words::wire(words::landed(landed))) } x=(rounded(x)) y=(rounded(y))
                    width=(width) height=(rounded(count as f64 * scale))
                {
                    title { (bucket.label) ": " (count) " " (words::landed(landed)) }
                }
            }
        }
        @if bucket.missed > 0 {
            text.mark x=(middle) y=(rounded(top - 12.0)) text-anchor="middle" { (bucket.missed) }
            text.mark x=(middle) y=(rounded(top - 2.0)) text-anchor="middle" { "▲" }
        }
    }
}

fn table(buckets: &[Bucket]) -> Markup {
    html! {
        table {
            caption.unseen { "Changes over time" }
            thead { tr {
                th scope="col" { "From" }
                @for landed in words::LANDED { th.number scope="col" { (words::landed(landed)) } }
                th.number scope="col" { "missed a rule" }
            } }
            tbody {
                @for bucket in buckets {
                    tr {
                        th scope="row" { (bucket.label) }
                        @for count in bucket.landed { td.number { (words::grouped(count)) } }
                        td.number { (words::grouped(bucket.missed)) }
                    }
                }
            }
        }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
