//! What is derived from traces, of real programs; what is drawn.

mod draws;
mod flight;
mod wait_queues;
