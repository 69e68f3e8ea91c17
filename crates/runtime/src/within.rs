//! Work that is dropped when its time is up.

use crate::cx::Cx;
use crate::error::Result;
use crate::timeout::Timeout;

impl Cx {
    /// Another name for [`Cx::timeout`], for work that has nothing to clean up.
    pub fn within<'a, T>(
        &self,
        seconds: f64,
        work: impl Future<Output = Result<T>> + 'a,
    ) -> Timeout<'a, T> {
        self.timeout(seconds, work)
    }
}
