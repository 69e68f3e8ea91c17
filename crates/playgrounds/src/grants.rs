//! What a limiter has granted, in the results of a run.

use crate::Num;
use interleave_trace::time::round_micros;
use serde_json::{Map, Value, json};

/// The grants, and the most of them in any stretch as long as the period.
// In each of the two playgrounds that need it, rather than in the main module.
#[inline(always)]
pub(crate) fn summary(grants: &[f64], rate: Num, per: Num) -> Map<String, Value> {
    let within = |(i, start): (usize, &f64)| {
        let end = start + per.get() - 1e-6;
        grants
            .partition_point(|&grant| grant < end)
            .saturating_sub(i)
    };
    let most = grants.iter().enumerate().map(within).max();
    let span = grants.last().zip(grants.first());
    let span = span.map_or(0.0, |(last, first)| last - first);
    let overall = (span > 0.0).then(|| round_micros(grants.len() as f64 / span));
    let rows = [
        ("grants", json!(grants)),
        ("most_in_one_window", json!(most)),
        ("rate", json!(rate)),
        ("per", json!(per)),
        ("overall_rate", json!(overall)),
    ];
    rows.map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}
