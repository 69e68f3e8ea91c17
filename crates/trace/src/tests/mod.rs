//! Tests of what is derived from traces.

mod export;
mod index;
mod recording;
mod saved;

use super::*;
use crate::testing::*;
use proptest::prelude::*;
