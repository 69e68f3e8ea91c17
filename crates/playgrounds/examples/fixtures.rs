//! Writes the traces that fixtures lack, and says which.
//!
//!     cargo run -p interleave-playgrounds --example fixtures
//!
//! A fixture is `tests/fixtures/NAME.STRATEGY.params.json`, params with the strategy as `mode`, and its trace beside it.
//! Read a trace before you keep it: it is what the program should do.

use interleave_test_support::{fixture_params, trace_file};

fn main() -> std::io::Result<()> {
    for (params, case) in fixture_params() {
        let trace = trace_file(&params);
        if !trace.exists() {
            let document: serde_json::Value = serde_json::from_str(&case.document())?;
            std::fs::write(&trace, format!("{document:#}\n"))?;
            println!("{}", trace.display());
        }
    }
    Ok(())
}
