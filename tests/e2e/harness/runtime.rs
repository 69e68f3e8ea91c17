//! The runtime of what tests share: servers, and browsers that are used by one test after another. The runtime of a test
//! ends with it.

use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

/// The runtime of what tests share.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime")
    });
    &RUNTIME
}
