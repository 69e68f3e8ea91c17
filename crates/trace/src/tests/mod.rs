//! Tests of the data that is derived from traces.
//!
//! # What must stay true
//!
//! - Spans have no gap, and totals agree with them (`index`).
//! - The index of an instant is the same whether it is reached forwards or backwards; the number of marks is bounded
//!   (`recording`).
//! - Exports of any trace are valid (`export`).
//! - Recordings of real programs become sound traces, even if they are cut off or changed (`recorded`).
//! - A saved trace is opened unchanged; events that no run could have recorded are refused by name; changed values are
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
