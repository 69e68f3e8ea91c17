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
fn durations_vary_by_at_most_their_share_and_nothing_else_does() {
    let mut varying = 0;
    for entry in Entry::all().filter(|entry| entry.varies()) {
        varying += 1;
        assert!(entry.draw.is_none(), "{} draws them itself", entry.slug);
        let params = entry.defaults();
        assert_eq!(entry.vary(&params, 0.0, 1), entry.vary(&params, 0.0, 2));
        let mut differ = false;
        for seed in 0..100 {
            let varied = entry.vary(&params, 0.25, seed);
            assert_eq!(entry.check(&varied), [], "{} {seed}", entry.slug);
            assert_eq!(varied, entry.vary(&params, 0.25, seed), "{}", entry.slug);
            differ |= varied != params;
            assert_near(&params, &varied, entry.slug);
        }
        assert!(differ, "{}", entry.slug);
    }
    assert!(varying >= 14, "{varying}");
}

/// Numbers differ by a quarter at most, and half a millisecond for rounding; everything else is the same.
fn assert_near(before: &Value, after: &Value, slug: &str) {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len(), "{slug}");
            before
                .iter()
                .zip(after)
                .for_each(|(before, after)| assert_near(before, after, slug));
        }
        (Value::Object(before), Value::Object(after)) => {
            assert!(before.keys().eq(after.keys()), "{slug}");
            before
                .values()
                .zip(after.values())
                .for_each(|(before, after)| assert_near(before, after, slug));
        }
        (Value::Number(before), Value::Number(after)) => {
            let (before, after) = (before.as_f64().unwrap(), after.as_f64().unwrap());
            let most = 0.25 * before.abs() + 0.0005 + 1e-9;
            assert!((after - before).abs() <= most, "{slug}: {before} {after}");
        }
        _ => assert_eq!(before, after, "{slug}"),
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
