//! Where the trace of a run is kept.

use interleave_runtime::Runtime;
use interleave_trace::Trace;
use std::cell::Ref;
use std::ops::Deref;
use std::sync::Arc;

/// Where the trace of a run is kept.
pub(super) enum Record {
    /// There is none yet: a live run waits for the one before it.
    None,
    /// In its runtime.
    In(Runtime),
    /// The run is over. The trace may be shared.
    Over(Arc<Trace>),
}

impl Record {
    /// The trace, if there is one.
    pub(super) fn trace(&self) -> Option<TraceRef<'_>> {
        match self {
            Self::None => None,
            Self::In(runtime) => Some(TraceRef::In(runtime.trace())),
            Self::Over(trace) => Some(TraceRef::Over(trace)),
        }
    }

    /// The runtime that the run is in; `None` before it begins, and of a run that was read from a file.
    pub(super) fn runtime(&self) -> Option<&Runtime> {
        match self {
            Self::In(runtime) => Some(runtime),
            Self::None | Self::Over(_) => None,
        }
    }

    /// Whether there is a trace.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// A reference to the trace of a run.
pub enum TraceRef<'a> {
    /// The trace of a runtime.
    In(Ref<'a, Trace>),
    /// The trace of a run that is over.
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
