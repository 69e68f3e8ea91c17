//! Measured figures in words.

/// A time in words, in a unit that suits it.
pub fn time(seconds: f64) -> String {
    in_unit(seconds, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")])
}

/// A number of bytes in words.
pub fn bytes(bytes: f64) -> String {
    in_unit(bytes, &[(1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// Two digits at least, in the first unit of which there is one.
fn in_unit(figure: f64, units: &[(f64, &'static str)]) -> String {
    let fits = units.iter().find(|unit| figure >= unit.0 * 0.9995);
    let Some((size, name)) = fits.or(units.last()) else {
        return String::new();
    };
    let number = figure / size;
    match number < 9.95 && (number - number.round()).abs() > 0.005 {
        true => format!("{number:.1} {name}"),
        false => format!("{number:.0} {name}"),
    }
}
