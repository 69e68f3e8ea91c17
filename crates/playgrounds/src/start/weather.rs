//! The weather in five cities, after article 0: one that fails does not stop the others.

use super::open_meteo;
use crate::Num;
use interleave_runtime::{Cx, Error, Request, Response, Result, Server, api, gather};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Display;

/// A city, and how the request for its weather goes.
#[derive(Clone)]
pub struct City {
    city: String,
    temp: Num,
    description: String,
    /// Seconds until the answer comes.
    delay: f64,
    fails: Option<bool>,
}

/// The cities.
#[derive(Clone)]
pub struct Params {
    cities: Vec<City>,
    /// Live, ask for the real weather.
    real: Option<bool>,
}

/// What a weather service says of a city.
#[derive(Deserialize)]
struct Observed {
    temperature: Num,
    description: String,
}

/// Fetches one city's weather. A failure is returned, a record like any other, not raised.
async fn fetch_weather(cx: Cx, request: City, real: bool) -> Result<Value> {
    let city = &request.city;
    cx.print(format!("Starting weather fetch for {city} ..."));
    match ask(&cx, &request, real).await {
        Ok(Observed {
            temperature: temp,
            description,
        }) => {
            cx.print(format!("Weather data received for {city}"));
            cx.done(format!("{temp} C, {description}"));
            Ok(json!({ "city": city, "temperature": temp, "description": description }))
        }
        Err(Error::Failed(why)) => {
            cx.print(format!("Network error for {city}"));
            cx.failed(&why);
            Ok(json!({ "city": city, "error": why }))
        }
        Err(error) => Err(error),
    }
}

/// Sends the request, and reads the answer.
async fn ask(cx: &Cx, city: &City, real: bool) -> Result<Observed> {
    if real && cx.is_live() {
        let (temperature, description) = open_meteo::weather(cx, &city.city).await?;
        return Ok(Observed {
            temperature,
            description,
        });
    }
    let response = cx.fetch(request(city)).await?; // @get
    match response.body["error"].as_str() {
        Some(why) => Err(Error::Failed(why.to_owned())),
        None => response.json(),
    }
}

/// One city after another.
async fn sequential(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let real = p.real == Some(true);
    let mut records = Vec::new();
    for city in /* @ sequential */ &p.cities {
        let record = cx.task(&city.city, |cx| fetch_weather(cx, city.clone(), real));
        records.push(record.await?); // @each
    }
    Ok(records)
}

/// All cities at once; their records come back in the order of the cities.
async fn concurrent(cx: &Cx, p: &Params) -> Result<Vec<Value>> {
    let real = p.real == Some(true);
    let fetch = |city: &City| {
        let request = city.clone();
        cx.spawn(&city.city, |cx| fetch_weather(cx, request, real))
    };
    gather(p.cities.iter().map(fetch)).await // @gather concurrent
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let cities = match mode {
        Mode::Sequential => sequential(&cx, &p).await?,
        Mode::Concurrent => concurrent(&cx, &p).await?,
    };
    Ok(json!({ "cities": cities }))
}

/// The request for a city's weather, with the answer that was drawn for it.
fn request(city: &City) -> Request {
    let fails = city.fails == Some(true);
    let query: [(_, &dyn Display); 4] = [
        ("delay", &city.delay),
        ("fails", &u8::from(fails)),
        ("temp", &city.temp),
        ("description", &city.description),
    ];
    let weather = json!({ "temperature": city.temp, "description": city.description });
    let answer = match fails {
        true => Response::of_json(504, json!({ "error": "Network timeout" })),
        false => Response::of_json(200, weather),
    };
    Request {
        url: city.city.clone(),
        to: Server::Mock(api(&["weather", &city.city], &query)),
        latency: city.delay,
        answer: Ok(answer),
    }
}

// The page

use crate::page::*;

params!(City, city, temp, description, delay, fails);
params!(Params, cities, real);

/// What the sky can look like.
const SKIES: [&str; 5] = ["cloudy", "sunny", "rainy", "windy", "clear sky"];

playground! {
    title: "Weather API with random failures",
    subtitle: "One request fails, the others return",
    lead: "Five requests of one to three seconds each, of which one in ten fails. Gathered, they \
           take as long as the slowest. A failed request returns an error instead of raising it, \
           so that the other results are not lost.",
    aim: "Keep the results of the other requests when one of them fails.",
    articles: [0],
    strategies: {
        Sequential: "One after another",
        Concurrent: "gather",
    },
    outside: Outside::Network,
    result_cards: Mode::Concurrent,
    draw: draw,
}

/// Draws delays, failures and the weather itself.
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

fn fields() -> Vec<Field> {
    let fresh = json!({
        "city": "City {n}", "temp": 20, "description": "sunny", "delay": 2.0, "fails": false
    });
    let columns = [
        Field::text("city", "City"),
        Field::number("temp", "Temperature", -1e9, 1e9, 1.0, "°C"),
        Field::text("description", "Sky"),
        Field::seconds("delay", "Delay"),
        Field::flag("fails", "Fails").optional(),
    ];
    let real = Field::flag("real", "Live pace: real weather from Open-Meteo");
    vec![
        Field::rows("cities", "Cities", Rows::objects("city", fresh, columns)),
        real.optional(),
    ]
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
        real: None,
    };
    let fail = |fails| {
        let mut p = article.clone();
        for city in &mut p.cities {
            city.fails = Some(fails);
        }
        p
    };
    let mut slow = fail(false);
    slow.cities[1].delay = 9.0;
    vec![
        ("The article's cities", article.clone()),
        ("No failures", fail(false)),
        ("All fail", fail(true)),
        ("One slow city", slow),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let delays: Vec<f64> = p.cities.iter().map(|city| city.delay).collect();
    let fast = Mode::Concurrent.longest(&delays);
    let fails = |city: &&City| city.fails == Some(true);
    let (failing, count) = (p.cities.iter().filter(fails).count(), p.cities.len());
    let formula = format!("{failing} of {count}");
    let mut claims = Claim::compared(
        Mode::Sequential.sum(&delays),
        fast.label("concurrent: the slowest request"),
    );
    claims.push(Mode::Concurrent.counts(Measure::Failures, "failed requests", failing, formula));
    claims
}
