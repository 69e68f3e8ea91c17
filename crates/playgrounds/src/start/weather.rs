//! The weather in five cities, after article 0: one that fails does not stop the others.

use crate::Num;
use interleave_runtime::{Cx, Error, Request, Response, Result, Server, api, gather};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Display;

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
    /// Live, ask for the real weather.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
        return ask_open_meteo(cx, &city.city).await;
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
    for city in &p.cities {
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
    gather(p.cities.iter().map(fetch)).await // @gather
}

async fn program(cx: Cx, mode: &str, p: Params) -> Result<Value> {
    let cities = match mode {
        "concurrent" => concurrent(&cx, &p).await?,
        _ => sequential(&cx, &p).await?,
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

use crate::{Card, Claim, Draw, Field, Measure, Playground, Rows, Section, Strategy};

/// The playground.
pub struct Weather;

/// The real weather, from a service that needs no key: first where the city is, then what the sky does there.
async fn ask_open_meteo(cx: &Cx, city: &str) -> Result<Observed> {
    let place = format!("search?count=1&{}", query("name", city));
    let found = cx.fetch(open_meteo("geocoding-api", place)).await?;
    let place = &found.body["results"][0];
    let [Some(north), Some(east)] = ["latitude", "longitude"].map(|key| place[key].as_f64()) else {
        return Err(Error::Failed(match found.status {
            200 => "Open-Meteo knows no such city".to_owned(),
            status => format!("Open-Meteo answered with status {status}"),
        }));
    };
    let wanted = "current=temperature_2m,weather_code";
    let there = format!("forecast?latitude={north}&longitude={east}&{wanted}");
    let response = cx.fetch(open_meteo("api", there)).await?;
    let current = &response.body["current"];
    let temperature = Num::deserialize(&current["temperature_2m"]).map_err(|_| {
        let status = response.status;
        Error::Failed(format!("Open-Meteo told no temperature (status {status})"))
    })?;
    let description = sky(current["weather_code"].as_u64()).to_owned();
    Ok(Observed {
        temperature,
        description,
    })
}

/// A request that goes to Open-Meteo. It is only made live.
fn open_meteo(host: &str, path: String) -> Request {
    Request {
        url: format!("https://{host}.open-meteo.com/v1/{path}"),
        to: Server::Site,
        latency: 0.0,
        answer: Err("only a live run asks Open-Meteo".to_owned()),
    }
}

/// One field of a query.
fn query(key: &str, value: &str) -> String {
    let path = api(&[""], &[(key, &value)]);
    path.split('?').nth(1).unwrap_or_default().to_owned()
}

/// A weather code of the World Meteorological Organization in words.
fn sky(code: Option<u64>) -> &'static str {
    match code {
        Some(0) => "clear sky",
        Some(1 | 2) => "some clouds",
        Some(3) => "cloudy",
        Some(45 | 48) => "fog",
        Some(51..=57) => "drizzle",
        Some(61..=67 | 80..=82) => "rainy",
        Some(71..=77 | 85 | 86) => "snow",
        Some(95..=99) => "thunderstorm",
        _ => "a sky without a word for it",
    }
}

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

/// What the menu says of it.
pub const CARD: crate::Card = Weather::CARD;

/// Makes its entry.
pub fn entry() -> crate::Entry {
    crate::Entry::of::<Weather>()
}

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

    const FETCHES: bool = true;

    const STRATEGIES: &'static [Strategy] = &[
        Strategy::shown(
            "sequential",
            "One city after another",
            "for city in &p.cities",
        ),
        Strategy::shown(
            "concurrent",
            "All cities at once",
            "gather(p.cities.iter().map(fetch)).await",
        ),
    ];

    fn fields() -> Vec<Field> {
        let cities = Rows::objects(
            "city",
            vec![
                Field::text("city", "City"),
                Field::number("temp", "Temperature", -1e9, 1e9, 1.0, "°C"),
                Field::text("description", "Sky"),
                Field::seconds("delay", "Delay"),
                Field::flag("fails", "Fails").optional(),
            ],
            json!({
                "city": "City {n}", "temp": 20, "description": "sunny",
                "delay": 2.0, "fails": false
            }),
        );
        vec![
            Field::rows("cities", "Cities", cities),
            Field::flag("real", "At live pace, ask Open-Meteo for the real weather").optional(),
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
