//! What is derived from traces, of real programs; what is drawn; what is made of wrong params.

mod draws;
mod findings;
mod flight;
mod wait_queues;
mod wrong_params;
