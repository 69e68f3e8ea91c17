//! Tests of what is derived from traces.
//!
//! # What must stay true
//!
//! - Spans have no gap, and figures agree with them (`index`).
//! - An instant looks the same from whichever side it is reached; there are few marks, however long the trace
//!   (`recording`).
//! - What is exported of any trace is whole (`export`).
//! - What the recorder has written of real programs becomes sound traces, also what is cut off or changed (`recorded`).
//! - A recording comes back as it was; what no run could have left behind is refused by name; changed values are
//!   refused or harmless (`saved`).

mod chrome;
mod compared;
mod export;
mod hostile;
mod index;
mod recorded;
mod recording;
mod saved;

use super::*;
use crate::testing::*;
use proptest::prelude::*;
