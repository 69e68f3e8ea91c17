//! The distribution of totals: how long each strategy takes, over many seeds.
//!
//! Each seed draws params, and each strategy runs with them at the instant pace. Only the totals are kept.

use crate::preview::{BuildStep, PreviewBuilder};
use interleave_playgrounds::{Entry, Strategy};
use interleave_trace::{Verdict, sort_by};
use serde_json::Value;

/// How many seeds are drawn.
pub const SEEDS: u64 = 1_000;
/// The largest number of bars in a histogram.
pub const BARS: usize = 24;

/// The totals of runs with the seeds from 1 on, as far as they have been made.
pub struct Spread {
    entry: &'static Entry,
    strategies: Vec<&'static Strategy>,
    params: Value,
    /// The share by which durations vary, where the playground draws nothing itself.
    share: f64,
    /// The seed whose runs are being made, and their builder.
    now: Option<(u64, PreviewBuilder)>,
    /// The next seed.
    next: u64,
    /// By strategy, then by seed: when it ended, in seconds; `None` of a run that does not end or takes too long to find out.
    totals: Vec<Vec<Option<f64>>>,
}

impl Spread {
    /// Begins; `None` if the runs of the playground do not differ from seed to seed. Where the playground draws nothing itself,
    /// durations that vary are drawn from a range: the value of the params, more or less by at most `share` of it.
    pub fn new(
        entry: &'static Entry,
        strategies: &[&'static Strategy],
        params: &Value,
        share: f64,
    ) -> Option<Self> {
        can_vary(entry).then(|| Self {
            entry,
            strategies: strategies.to_vec(),
            params: params.clone(),
            share,
            now: None,
            next: 1,
            totals: vec![Vec::new(); strategies.len()],
        })
    }

    /// The params of a seed.
    pub fn drawn(&self, seed: u64) -> Value {
        match self.entry.draw {
            Some(draw) => draw(&self.params, seed),
            None => self.entry.vary(&self.params, self.share, seed),
        }
    }

    /// Whether these params give the same runs: values that the playground draws itself do not count.
    pub fn is_of(&self, params: &Value) -> bool {
        match self.entry.draw {
            Some(draw) => draw(params, 1) == self.drawn(1),
            None => *params == self.params,
        }
    }

    /// The params that it was made with.
    pub fn params(&self) -> &Value {
        &self.params
    }

    /// How many seeds have been run.
    pub fn seeds(&self) -> u64 {
        self.totals.first().map_or(0, |totals| totals.len() as u64)
    }

    /// Takes at most this many more steps of runs; true if there is more to do.
    pub fn advance(&mut self, steps: usize) -> bool {
        if self.now.is_none() && self.next > SEEDS {
            return false;
        }
        let now = self.now.take().or_else(|| {
            let seed = self.next;
            self.next += 1;
            let builder = PreviewBuilder::of(self.entry, &self.strategies, &self.drawn(seed));
            builder.map(|builder| (seed, builder))
        });
        let Some((seed, builder)) = now else {
            // A seed whose params cannot be run has no totals.
            self.totals.iter_mut().for_each(|totals| totals.push(None));
            return self.seeds() < SEEDS;
        };
        match builder.advance(steps) {
            BuildStep::Unfinished(builder) => self.now = Some((seed, builder)),
            BuildStep::Finished(preview) => {
                for (strategy, totals) in self.strategies.iter().zip(&mut self.totals) {
                    let run = preview
                        .as_ref()
                        .and_then(|preview| preview.run(strategy.mode));
                    let end = run.and_then(|(trace, _)| trace.end());
                    let end = end.filter(|end| end.verdict == Verdict::Completed);
                    totals.push(end.map(|end| end.at.secs()));
                }
            }
        }
        self.seeds() < SEEDS
    }

    /// The totals of all seeds after the first `seeds`, for [`Spread::add`] elsewhere: for each seed one for each strategy, in
    /// seconds; NaN for a run that does not end.
    pub fn totals_after(&self, seeds: u64) -> Vec<f64> {
        let later = seeds as usize..self.seeds() as usize;
        let of_seed = |seed: usize| self.totals.iter().map(move |totals| totals[seed]);
        let totals = later.flat_map(of_seed);
        totals.map(|total| total.unwrap_or(f64::NAN)).collect()
    }

    /// Takes the totals of the next seeds, which have been run elsewhere.
    pub fn add(&mut self, totals: &[f64]) {
        for of_seed in totals.chunks_exact(self.totals.len().max(1)) {
            for (totals, &total) in self.totals.iter_mut().zip(of_seed) {
                totals.push(Some(total).filter(|total| !total.is_nan()));
            }
        }
        // The runs in progress are of a seed whose totals are known now.
        (self.now, self.next) = (None, self.seeds() + 1);
    }

    /// The distributions so far, one for each strategy.
    pub fn distributions(&self) -> Vec<Distribution> {
        let all = self.totals.iter().flatten().copied().flatten();
        let (from, to) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), total| {
            (from.min(total), to.max(total))
        });
        let scale = (from <= to).then(|| Scale::of(from, to));
        let strategies = self.strategies.iter().zip(&self.totals);
        strategies
            .map(|(strategy, totals)| Distribution::of(strategy, totals, scale.as_ref()))
            .collect()
    }
}

/// Whether runs of a playground differ from seed to seed.
pub fn can_vary(entry: &Entry) -> bool {
    entry.draw.is_some() || entry.varies()
}

/// The bars of all strategies: equally wide, from one round number to another.
struct Scale {
    from: f64,
    width: f64,
    count: usize,
}

impl Scale {
    fn of(from: f64, to: f64) -> Self {
        let least = ((to - from) / (BARS - 2) as f64).max(1e-3);
        let power = 10f64.powf(least.log10().floor());
        let factors = [1.0, 2.0, 5.0, 10.0];
        let factor = factors
            .into_iter()
            .find(|factor| factor * power >= least * (1.0 - 1e-9));
        let width = factor.unwrap_or(10.0) * power;
        let first = (from / width + 1e-9).floor();
        Self {
            from: first * width,
            width,
            count: ((to / width + 1e-9).floor() - first) as usize + 1,
        }
    }

    fn place(&self, total: f64) -> usize {
        let place = ((total - self.from) / self.width + 1e-9).floor() as usize;
        place.min(self.count.saturating_sub(1))
    }
}

/// How the totals of a strategy are distributed.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The strategy.
    pub strategy: &'static Strategy,
    /// The bars, including those without a run.
    pub bars: Vec<Bar>,
    /// Half of the runs that end take at most this, in seconds.
    pub median: Option<f64>,
    /// 95 of 100 runs that end take at most this, in seconds.
    pub p95: Option<f64>,
    /// 99 of 100 runs that end take at most this, in seconds.
    pub p99: Option<f64>,
    /// How many runs do not end.
    pub endless: usize,
    /// The first seed whose run does not end.
    pub first_endless: Option<u64>,
}

/// A bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its totals are at least this, in seconds,
    pub from: f64,
    /// and are less than this.
    pub to: f64,
    /// How many runs there are.
    pub count: usize,
    /// The seed of the first of them.
    pub seed: Option<u64>,
}

impl Distribution {
    /// How many runs there are.
    pub fn runs(&self) -> usize {
        self.endless + self.bars.iter().map(|bar| bar.count).sum::<usize>()
    }

    fn of(strategy: &'static Strategy, totals: &[Option<f64>], scale: Option<&Scale>) -> Self {
        let bar = |scale: &Scale, place: usize| Bar {
            from: scale.from + place as f64 * scale.width,
            to: scale.from + (place + 1) as f64 * scale.width,
            count: 0,
            seed: None,
        };
        let bars = scale.map(|scale| (0..scale.count).map(|place| bar(scale, place)).collect());
        let mut bars: Vec<Bar> = bars.unwrap_or_default();
        let (mut sorted, mut endless, mut first_endless) = (Vec::new(), 0, None);
        for (seed, total) in (1..).zip(totals) {
            let Some(total) = *total else {
                endless += 1;
                first_endless = first_endless.or(Some(seed));
                continue;
            };
            sorted.push(total);
            if let Some(bar) = scale.and_then(|scale| bars.get_mut(scale.place(total))) {
                bar.count += 1;
                bar.seed = bar.seed.or(Some(seed));
            }
        }
        sort_by(&mut sorted, f64::total_cmp);
        Self {
            strategy,
            bars,
            median: percentile(&sorted, 50),
            p95: percentile(&sorted, 95),
            p99: percentile(&sorted, 99),
            endless,
            first_endless,
        }
    }
}

/// A percentile of sorted values, by the nearest-rank method. `None` without values.
fn percentile(sorted: &[f64], of_100: usize) -> Option<f64> {
    let rank = (sorted.len() * of_100).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}
