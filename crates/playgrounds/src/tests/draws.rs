//! What is drawn from a seed: it stays in range, and the same seed draws the same.

use crate::Entry;
use serde_json::Value;

/// The rows of a thousand draws.
fn drawn(slug: &str, rows: &str) -> Vec<Value> {
    let entry = Entry::find(slug).expect("a playground");
    let (draw, params) = (entry.draw.expect("it draws"), entry.defaults());
    let draws = (0..1000).map(|seed| {
        let drawn = draw(&params, seed);
        assert_eq!(entry.check(&drawn), []);
        assert_eq!(drawn, draw(&params, seed));
        drawn
    });
    let rows = draws.flat_map(|mut drawn| drawn[rows].take().as_array().cloned());
    rows.flatten().collect()
}

fn failures(rows: &[Value]) -> usize {
    rows.iter().filter(|row| row["fails"] == true).count()
}

#[test]
fn every_draw_is_right_and_follows_from_its_seed() {
    for entry in Entry::all() {
        let Some(draw) = entry.draw else { continue };
        for preset in (entry.presets)() {
            for seed in 0..100 {
                let drawn = draw(&preset.params, seed);
                assert_eq!(entry.check(&drawn), [], "{} {seed}", entry.slug);
                assert_eq!(drawn, draw(&preset.params, seed), "{}", entry.slug);
            }
        }
    }
}

#[test]
fn one_city_in_ten_fails() {
    let cities = drawn("weather", "cities");
    for city in &cities {
        let (delay, temp) = (city["delay"].as_f64(), city["temp"].as_f64());
        assert!(delay.is_some_and(|delay| (1.0..=3.0).contains(&delay)));
        assert!(temp.is_some_and(|temp| (12.0..=25.0).contains(&temp)));
        let sky = city["description"].as_str();
        let skies = ["cloudy", "sunny", "rainy", "windy", "clear sky"];
        assert!(sky.is_some_and(|sky| skies.contains(&sky)));
    }
    let failures = failures(&cities);
    assert!((400..600).contains(&failures), "{failures} of 5000 failed");
}

#[test]
fn one_task_in_four_fails() {
    let tasks = drawn("compare-strategies", "tasks");
    for task in &tasks {
        let delay = task["delay"].as_f64();
        assert!(delay.is_some_and(|delay| (0.5..=5.0).contains(&delay)));
    }
    let failures = failures(&tasks);
    assert!((900..1100).contains(&failures), "{failures} of 4000 failed");
}
