//! Gauges: what is counted or measured besides tasks.

use super::{Grown, Index};
use crate::Time;
use crate::{ResourceId, Text, Trace};

/// The values of one gauge.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// Its name.
    pub name: Text,
    /// Every value with its time, in order.
    pub samples: Grown<(Time, f64)>,
    /// The greatest value so far; at least 0.
    pub peak: f64,
    /// Whether it counts something, rather than being a level.
    pub whole: bool,
    /// What it belongs to, if to anything.
    pub of: ResourceId,
}

/// The name by which [`Index::series`] knows how many operations are in flight. No program sets
/// that gauge: it follows from what tasks do.
pub const IN_FLIGHT: &str = "in_flight";

/// What is drawn under the lanes.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// Every value with its time, in order.
    pub samples: &'a [(Time, f64)],
    /// The greatest value so far; at least 0.
    pub peak: f64,
}

/// How much of a gauge is seen: the number of values, and the greatest of them.
pub(super) type Seen = (usize, f64);

impl Gauge {
    pub(super) fn seen(&self) -> Seen {
        (self.samples.len(), self.peak)
    }

    /// Goes to where so much had been seen.
    pub(super) fn see(&mut self, (samples, peak): Seen) {
        self.samples.see(samples);
        self.peak = peak;
    }
}

impl Index {
    /// The gauges, in the order in which they were first set.
    pub fn gauges(&self) -> &[Gauge] {
        &self.gauges
    }

    /// The gauge with this name.
    pub fn gauge(&self, trace: &Trace, name: &str) -> Option<&Gauge> {
        self.gauges
            .iter()
            .find(|gauge| trace.text(gauge.name) == name)
    }

    /// A gauge's values, or those of [`IN_FLIGHT`].
    pub fn series(&self, trace: &Trace, name: &str) -> Option<Series<'_>> {
        if name == IN_FLIGHT {
            return Some(Series {
                samples: self.in_flight(),
                peak: self.flight().peak() as f64,
            });
        }
        self.gauge(trace, name).map(|gauge| Series {
            samples: &gauge.samples,
            peak: gauge.peak,
        })
    }

    /// The names of what is drawn under the lanes, in order; [`IN_FLIGHT`] comes last, if wanted.
    pub fn series_names<'a>(&'a self, trace: &'a Trace, in_flight: bool) -> Vec<&'a str> {
        let gauges = self.gauges.iter().map(|gauge| trace.text(gauge.name));
        let mut names: Vec<_> = gauges.filter(|&name| name != IN_FLIGHT).collect();
        names.extend(in_flight.then_some(IN_FLIGHT));
        names
    }

    /// A gauge has a new value. A trace keeps its name once.
    pub(super) fn gauge_is(
        &mut self,
        name: Text,
        at: Time,
        value: f64,
        whole: bool,
        of: ResourceId,
    ) {
        let known = self.gauges.iter().position(|gauge| gauge.name == name);
        let known = known.unwrap_or_else(|| {
            self.gauges.push(Gauge {
                name,
                samples: Grown::default(),
                peak: 0.0,
                whole,
                of,
            });
            self.gauges.len() - 1
        });
        let known = &mut self.gauges.known()[known];
        known.samples.push((at, value));
        known.peak = known.peak.max(value);
    }
}
