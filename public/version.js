// What the service worker keeps: nothing. `cargo xtask build` writes the list of its site in place of this one.
self.interleaveList = {};
