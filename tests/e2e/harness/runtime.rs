//! What tests share lives here: servers, and browsers that pass from one test to the next. The runtime of a test ends
//! with it.

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
