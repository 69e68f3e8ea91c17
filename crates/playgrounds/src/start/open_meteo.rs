//! The real weather, for live runs: from Open-Meteo, a service that needs no key.

use crate::Num;
use interleave_runtime::{Cx, Error, Request, Result, Server, api};
use serde::Deserialize;

/// A city's temperature and sky: first where the city is, then the weather there.
pub(super) async fn weather(cx: &Cx, city: &str) -> Result<(Num, String)> {
    let place = format!("search?count=1&{}", query("name", city));
    let found = cx.fetch(request("geocoding-api", place)).await?;
    let place = &found.body["results"][0];
    let [Some(north), Some(east)] = ["latitude", "longitude"].map(|key| place[key].as_f64()) else {
        return Err(Error::Failed(match found.status {
            200 => "Open-Meteo knows no such city".to_owned(),
            status => format!("Open-Meteo answered with status {status}"),
        }));
    };
    let wanted = "current=temperature_2m,weather_code";
    let there = format!("forecast?latitude={north}&longitude={east}&{wanted}");
    let response = cx.fetch(request("api", there)).await?;
    let current = &response.body["current"];
    let temperature = Num::deserialize(&current["temperature_2m"]).map_err(|_| {
        let status = response.status;
        Error::Failed(format!("Open-Meteo told no temperature (status {status})"))
    })?;
    Ok((
        temperature,
        sky(current["weather_code"].as_u64()).to_owned(),
    ))
}

/// A request that goes to Open-Meteo. It is only made live.
fn request(host: &str, path: String) -> Request {
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
