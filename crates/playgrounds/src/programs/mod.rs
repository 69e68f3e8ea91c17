//! Whole programs: the articles' longer ones. The order of the playgrounds here is that of the menu.

pub mod performance_monitor;
pub mod api_aggregator;
pub mod scrape_site;
pub mod pipeline;
pub mod background_processor;
pub mod rate_limited_scraper;
pub mod web_scraper;

mod robots;
