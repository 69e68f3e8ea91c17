//! Gauges: counts and levels besides tasks.

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
    /// Whether it is a count, not a level.
    pub whole: bool,
    /// The resource that it belongs to, if any.
    pub of: ResourceId,
}

/// The name of the number of operations in flight in [`Index::series`]. Programs do not set
/// this gauge: it follows from the events of tasks.
pub const IN_FLIGHT: &str = "in_flight";

/// A series of values that is drawn under the lanes.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// Every value with its time, in order.
    pub samples: &'a [(Time, f64)],
    /// The greatest value so far; at least 0.
    pub peak: f64,
}

/// How much of a gauge has been read: the number of values, and the greatest of them.
pub(super) type Seen = (usize, f64);

impl Gauge {
    pub(super) fn seen(&self) -> Seen {
        (self.samples.len(), self.peak)
    }

    /// Goes back or forward to where this much had been read.
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

    /// The names of the series under the lanes, in order; [`IN_FLIGHT`] comes last, if wanted.
    pub fn series_names<'a>(&'a self, trace: &'a Trace, in_flight: bool) -> Vec<&'a str> {
        let gauges = self.gauges.iter().map(|gauge| trace.text(gauge.name));
        let mut names: Vec<_> = gauges.filter(|&name| name != IN_FLIGHT).collect();
        names.extend(in_flight.then_some(IN_FLIGHT));
        names
    }

    /// Sets a gauge to a new value. Gauges are compared by their names' places, since a trace stores each name once.
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
