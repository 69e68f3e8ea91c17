//! The problems of a link: the parts that cannot be used.

use interleave_playgrounds::Problem;

/// The most problems that are listed.
pub(super) const MAX_PROBLEMS: usize = 20;

#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(problem(path, message));
        }
    }
}

pub(super) fn problem(path: &str, message: impl Into<String>) -> Problem {
    Problem {
        path: path.to_owned(),
        message: message.into(),
    }
}
