//! Where the record of a run is.

use interleave_runtime::Runtime;
use interleave_trace::Trace;
use std::cell::Ref;
use std::ops::Deref;
use std::sync::Arc;

/// Where the record of a run is.
pub(super) enum Record {
    /// There is none yet: a live run waits for the one before it.
    None,
    /// In its runtime.
    In(Runtime),
    /// It is over. Others may read the same.
    Over(Arc<Trace>),
}

impl Record {
    /// The record, if there is one.
    pub(super) fn trace(&self) -> Option<TraceRef<'_>> {
        match self {
            Self::None => None,
            Self::In(runtime) => Some(TraceRef::In(runtime.trace())),
            Self::Over(trace) => Some(TraceRef::Over(trace)),
        }
    }

    /// What runs it.
    pub(super) fn runtime(&self) -> Option<&Runtime> {
        match self {
            Self::In(runtime) => Some(runtime),
            Self::None | Self::Over(_) => None,
        }
    }

    /// Whether there is one.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// The record of a run, which is read.
pub enum TraceRef<'a> {
    /// That of a runtime.
    In(Ref<'a, Trace>),
    /// One that is over.
    Over(&'a Trace),
}

impl Deref for TraceRef<'_> {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        match self {
            Self::In(trace) => trace,
            Self::Over(trace) => trace,
        }
    }
}
