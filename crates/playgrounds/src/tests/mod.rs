//! What is derived from traces, of real programs.

mod flight;
mod wait_queues;
