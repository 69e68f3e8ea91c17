//! Runs over many seeds.

use super::entry;
use crate::Preview;
use crate::spread::{BARS, SEEDS, Spread};
use interleave_playgrounds::{Entry, Strategy};

fn all(slug: &str) -> (&'static Entry, Vec<&'static Strategy>) {
    let entry = entry(slug);
    (entry, entry.strategies().iter().collect())
}

fn whole(slug: &str, steps: usize) -> Spread {
    let (entry, strategies) = all(slug);
    let mut spread = Spread::new(entry, &strategies, &entry.defaults(), 0.2).expect("it draws");
    while spread.advance(steps) {}
    spread
}

#[test]
fn every_seed_is_in_a_bar_whose_run_takes_that_long() {
    let spread = whole("weather", usize::MAX);
    assert_eq!(spread.seeds(), SEEDS);
    for distribution in spread.distributions() {
        let count: usize = distribution.bars.iter().map(|bar| bar.count).sum();
        assert_eq!(count + distribution.endless, SEEDS as usize);
        assert!(distribution.bars.len() <= BARS);
        for bar in distribution.bars.iter().filter(|bar| bar.count > 0) {
            let params = spread.drawn(bar.seed.unwrap());
            let strategy = distribution.strategy;
            let run = Preview::of(entry("weather"), &[strategy], &params).unwrap();
            let total = run.end().secs();
            assert!(
                bar.from <= total + 1e-6 && total < bar.to,
                "{total} in {bar:?}"
            );
        }
    }
}

#[test]
fn percentiles_are_those_of_the_totals() {
    let spread = whole("weather", usize::MAX);
    let (entry, strategies) = all("weather");
    for (strategy, distribution) in strategies.into_iter().zip(spread.distributions()) {
        let total = |seed| {
            Preview::of(entry, &[strategy], &spread.drawn(seed))
                .unwrap()
                .end()
                .secs()
        };
        let totals: Vec<f64> = (1..=SEEDS).map(total).collect();
        let at_most = |limit: Option<f64>| {
            totals
                .iter()
                .filter(|&&total| total <= limit.unwrap())
                .count()
        };
        let below = |limit: Option<f64>| {
            totals
                .iter()
                .filter(|&&total| total < limit.unwrap())
                .count()
        };
        for (limit, rank) in [
            (distribution.median, 500),
            (distribution.p95, 950),
            (distribution.p99, 990),
        ] {
            assert!(below(limit) < rank && rank <= at_most(limit), "{limit:?}");
        }
    }
}

#[test]
fn in_portions_it_is_the_same() {
    let (whole, portions) = (
        whole("retry-backoff", usize::MAX),
        whole("retry-backoff", 37),
    );
    assert_eq!(whole.distributions(), portions.distributions());
}

/// A run that never ends is counted, and has no total.
#[test]
fn runs_that_do_not_end_are_counted() {
    let spread = whole("producer-consumer-sentinel", usize::MAX);
    let endless: Vec<_> = spread
        .distributions()
        .iter()
        .map(|one| one.endless)
        .collect();
    assert!(
        endless.contains(&(SEEDS as usize)) && endless.contains(&0),
        "{endless:?}"
    );
}

#[test]
fn where_nothing_is_drawn_there_is_none() {
    let (entry, strategies) = all("downloads");
    assert!(Spread::new(entry, &strategies, &entry.defaults(), 0.2).is_none());
}

#[test]
fn drawn_values_in_the_form_do_not_make_it_another_one() {
    let spread = whole("weather", usize::MAX);
    assert!(spread.is_of(&spread.drawn(17)));
    let mut other = spread.drawn(17);
    other["cities"].as_array_mut().unwrap().pop();
    assert!(!spread.is_of(&other));
}

/// Latencies are the reader's own where nothing else is drawn.
#[test]
fn latencies_vary_around_what_the_form_says() {
    let spread = whole("semaphore-scraper", usize::MAX);
    let defaults = entry("semaphore-scraper").defaults();
    assert!(spread.is_of(&defaults));
    assert!(!spread.is_of(&spread.drawn(17)));
    let totals = spread.distributions();
    let widths = totals.iter().map(|of| of.p99.unwrap() - of.median.unwrap());
    assert!(widths.clone().all(|width| width > 0.0), "{totals:?}");
}

/// A worker runs some seeds and posts their totals; the seeds that it has not run are run here.
#[test]
fn totals_that_were_made_elsewhere_are_those_that_would_be_made_here() {
    // A playground that never ends with some seeds, and one that always ends.
    for slug in ["producer-consumer-timeout", "weather"] {
        let (entry, strategies) = all(slug);
        let new = || Spread::new(entry, &strategies, &entry.defaults(), 0.2).expect("it draws");
        let (mut here, mut there) = (new(), new());
        // This side takes some steps of the first seed, which the other side finishes.
        here.advance(3);
        while there.seeds() < 400 {
            there.advance(usize::MAX);
        }
        here.add(&there.totals_after(0));
        assert_eq!(here.seeds(), 400);
        while there.seeds() < 700 {
            there.advance(usize::MAX);
        }
        here.add(&there.totals_after(400));
        assert_eq!(here.distributions(), there.distributions());
        while here.advance(usize::MAX) {}
        let whole = whole(slug, usize::MAX);
        assert_eq!(here.distributions(), whole.distributions());
        let totals = whole.totals_after(0);
        assert_eq!(totals.len(), SEEDS as usize * strategies.len());
        let endless = totals.iter().filter(|total| total.is_nan()).count();
        let known: usize = whole.distributions().iter().map(|of| of.endless).sum();
        assert_eq!(endless, known);
    }
}
