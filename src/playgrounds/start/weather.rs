//! The weather in five cities, after article 0: one that fails does not stop the others.

use crate::playgrounds::Num;
use crate::runtime::{Cx, Result, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A city, and how the request for its weather goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct City {
    city: String,
    temp: Num,
    description: String,
    /// Seconds until the answer comes.
    delay: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fails: Option<bool>,
}

/// The cities.
#[derive(Clone, Serialize, Deserialize)]
pub struct Params {
    cities: Vec<City>,
}

/// Fetches one city's weather. A failure is returned, a record like any other, not raised.
async fn fetch_weather(cx: Cx, request: City) -> Result<Value> {
    let City {
        city,
        temp,
        description,
        ..
    } = &request;
    cx.print(format!("Starting weather fetch for {city} ..."));
    cx.sleep(request.delay).await;
    if request.fails == Some(true) {
        cx.print(format!("Network error for {city}"));
        cx.failed("Network timeout");
        return Ok(json!({ "city": city, "error": "Network timeout" }));
    }
    cx.print(format!("Weather data received for {city}"));
    cx.done(format!("{temp} C, {description}"));
    Ok(json!({ "city": city, "temperature": temp, "description": description }))
}

/// One city after another.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let mut records = Vec::new();
    for city in &p.cities {
        let record = cx.task(&city.city, |cx| fetch_weather(cx, city.clone()));
        records.push(record.await?);
    }
    Ok(records)
}

/// All cities at once; their records come back in the order of the cities.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let fetch = |city: &City| cx.spawn(&city.city, |cx| fetch_weather(cx, city.clone()));
    gather(p.cities.iter().map(fetch)).await
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let cities = match mode {
        "concurrent" => concurrent(&cx, &p).await?,
        _ => sequential(&cx, &p).await?,
    };
    Ok(json!({ "cities": cities }))
}

// The page

use crate::playgrounds::{Card, Claim, Draw, Field, Measure, Playground, Rows, Section, Strategy};

/// The playground.
pub struct Weather;

/// Draws anew what is left to chance: who is slow, who fails, and the weather itself.
fn draw(mut p: Params, seed: u64) -> Params {
    let mut random = fastrand::Rng::with_seed(seed);
    for city in &mut p.cities {
        city.delay = f64::from(random.u32(10..=30)) / 10.0;
        city.fails = Some(random.u32(0..10) == 0);
        city.temp = Num::Int(random.i64(12..=25));
        city.description = SKIES[random.usize(..SKIES.len())].to_owned();
    }
    p
}

/// What the sky can look like.
const SKIES: [&str; 5] = ["cloudy", "sunny", "rainy", "windy", "clear sky"];

impl Playground for Weather {
    type Params = Params;

    const CARD: Card = Card {
        slug: "weather",
        title: "Weather in five cities",
        lead: "Five requests of one to three seconds each, and one in ten fails. Gathered, \
               they take as long as the slowest. A request that fails hands back an error \
               instead of raising it, so that the others come through.",
        section: Section::Start,
        articles: &[0],
        cards: Some("concurrent"),
        rust: include_str!("weather.rs"),
        python: include_str!("weather.py"),
    };

    const STRATEGIES: &'static [Strategy] = &[
        Strategy {
            mode: "sequential",
            title: "One city after another",
            headline: "for city in &p.cities",
            shown: true,
        },
        Strategy {
            mode: "concurrent",
            title: "All cities at once",
            headline: "gather(p.cities.iter().map(fetch)).await",
            shown: true,
        },
    ];

    fn fields() -> Vec<Field> {
        let cities = Rows {
            noun: "city",
            columns: vec![
                Field::text("city", "City"),
                Field::number("temp", "Temperature", -1e9, 1e9, 1.0, "°C"),
                Field::text("description", "Sky"),
                Field::seconds("delay", "Delay"),
                Field::flag("fails", "Fails").optional(),
            ],
            tuples: false,
            fresh: json!({
                "city": "City {n}", "temp": 20, "description": "sunny",
                "delay": 2.0, "fails": false
            }),
        };
        vec![Field::rows("cities", "Cities", cities)]
    }

    fn presets() -> Vec<(&'static str, Params)> {
        let city = |city: &str, temp, description: &str, delay, fails| City {
            city: city.to_owned(),
            temp: Num::Int(temp),
            description: description.to_owned(),
            delay,
            fails: Some(fails),
        };
        let article = Params {
            cities: vec![
                city("London", 15, "cloudy", 1.5, false),
                city("New York", 22, "sunny", 2.2, false),
                city("Tokyo", 18, "rainy", 1.1, true),
                city("Paris", 12, "windy", 2.8, false),
                city("Sydney", 25, "clear sky", 1.9, false),
            ],
        };
        let fail = |fails| {
            let mut p = article.clone();
            for city in &mut p.cities {
                city.fails = Some(fails);
            }
            p
        };
        let mut straggler = fail(false);
        straggler.cities[1].delay = 9.0;
        vec![
            ("The article's cities", article.clone()),
            ("Nothing fails", fail(false)),
            ("All fail", fail(true)),
            ("One slow city", straggler),
        ]
    }

    async fn program(cx: Cx, mode: &'static str, params: Params) -> Result<Value> {
        program(cx, mode, params).await
    }

    fn claims(p: &Params, _: Option<&str>) -> Vec<Claim> {
        let delays: Vec<f64> = p.cities.iter().map(|city| city.delay).collect();
        let slow = Claim::sum("sequential", &delays);
        let fast = Claim::longest("concurrent", &delays).label("together: the slowest");
        let ratio = Claim::speed_up(&slow, &fast);
        let fails = |city: &&City| city.fails == Some(true);
        let failing = p.cities.iter().filter(fails).count();
        let failures = Claim::new(
            "cities that fail, and stop no other",
            Measure::Failures("concurrent"),
            failing as f64,
            format!("{failing} of {}", p.cities.len()),
        );
        let mut claims = vec![slow, fast];
        claims.extend(ratio);
        claims.push(failures);
        claims
    }

    const DRAW: Option<Draw<Params>> = Some(draw);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_stays_in_range_and_follows_from_its_seed() {
        let cities = || Weather::presets().swap_remove(0).1;
        let mut failures = 0;
        for seed in 0..1000 {
            let drawn = draw(cities(), seed);
            for city in &drawn.cities {
                assert!((1.0..=3.0).contains(&city.delay), "{}", city.delay);
                assert!((12.0..=25.0).contains(&city.temp.get()), "{}", city.temp);
                assert!(SKIES.contains(&&*city.description));
                failures += usize::from(city.fails == Some(true));
            }
            let again = draw(cities(), seed);
            assert_eq!(json!(drawn), json!(again));
        }
        assert!((400..600).contains(&failures), "{failures} of 5000 failed");
    }
}
