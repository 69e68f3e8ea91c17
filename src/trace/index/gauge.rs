//! Gauges: what is counted or measured besides tasks.

use super::Index;
use crate::time::Time;
use crate::trace::{Text, Trace};

/// The values of one gauge.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// Its name.
    pub name: Text,
    /// Every value with its time, in order.
    pub samples: Vec<(Time, f64)>,
    /// The greatest value so far; at least 0.
    pub peak: f64,
    /// Whether it counts something, rather than being a level.
    pub whole: bool,
}

impl Index {
    /// A gauge has a new value.
    pub(super) fn gauge_is(
        &mut self,
        trace: &Trace,
        name: Text,
        at: Time,
        value: f64,
        whole: bool,
    ) {
        let words = trace.text(name);
        let known = self.gauges.iter().position(|g| trace.text(g.name) == words);
        let known = known.unwrap_or_else(|| {
            self.gauges.push(Gauge {
                name,
                samples: Vec::new(),
                peak: 0.0,
                whole,
            });
            self.gauges.len() - 1
        });
        let known = &mut self.gauges[known];
        known.samples.push((at, value));
        known.peak = known.peak.max(value);
    }
}
