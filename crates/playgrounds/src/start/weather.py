"""The weather in five cities: one that fails does not stop the others."""

import asyncio

PARAMS = {
    "cities": [
        {"city": "London", "temp": 15, "description": "cloudy",
         "delay": 1.5, "fails": False},
        {"city": "New York", "temp": 22, "description": "sunny",
         "delay": 2.2, "fails": False},
        {"city": "Tokyo", "temp": 18, "description": "rainy",
         "delay": 1.1, "fails": True},
        {"city": "Paris", "temp": 12, "description": "windy",
         "delay": 2.8, "fails": False},
        {"city": "Sydney", "temp": 25, "description": "clear sky",
         "delay": 1.9, "fails": False},
    ],
}


async def fetch_weather(city, temp, description, delay, fails=False):
    """Fetch one city's weather. A failure is returned, not raised."""
    print(f"Starting weather fetch for {city} ...")
    await asyncio.sleep(delay)  # @get
    if fails:
        print(f"Network error for {city}")
        return {"city": city, "error": "Network timeout"}
    print(f"Weather data received for {city}")
    return {"city": city, "temperature": temp, "description": description}


async def sequential(p):
    """One city after another."""
    return [await fetch_weather(**city) for city in p["cities"]]  # @each


async def concurrent(p):
    """All cities at once; their records come back in the order of the cities."""
    return await asyncio.gather(*[fetch_weather(**city) for city in p["cities"]])  # @gather


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
