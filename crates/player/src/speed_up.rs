//! The speed-up of a pool of workers, and its limit by Amdahl's law.

/// The times of some jobs in a pool of workers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// How many workers there were.
    pub workers: usize,
    /// Seconds from the start of the first worker to the last result.
    pub total: f64,
    /// Seconds that workers have computed for, added up.
    pub computing: f64,
}

/// How many times as fast a pool was as one worker, the first of `pools`.
pub fn speed_up(pools: &[Pool], pool: &Pool) -> Option<f64> {
    let one = pools.first()?.total;
    (pool.total > 0.0).then(|| one / pool.total)
}

/// The share of the work that can run in parallel, 0 to 1, measured with one worker, the first of `pools`: its computing
/// time divided by its total time. Starting the worker and sending messages is serial.
pub fn parallel(pools: &[Pool]) -> f64 {
    pools.first().map_or(0.0, |one| match one.total > 0.0 {
        true => (one.computing / one.total).clamp(0.0, 1.0),
        false => 0.0,
    })
}

/// Amdahl's law: the greatest speed-up that `workers` workers can reach if the share `parallel` of the work, 0 to 1, runs in
/// parallel.
pub fn amdahl(parallel: f64, workers: usize) -> f64 {
    1.0 / ((1.0 - parallel) + parallel / workers.max(1) as f64)
}

/// The result in a sentence or two.
pub fn summary(pools: &[Pool]) -> String {
    let faster = pools
        .iter()
        .filter_map(|pool| Some((pool.workers, speed_up(pools, pool)?)));
    let best = faster.max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or_else(String::new, |(workers, times)| {
        let limit = amdahl(parallel(pools), workers);
        let found = match workers {
            1 if pools.len() == 1 => "There is one worker, and nothing to compare it with.".to_owned(),
            1 => "Several workers were no faster than one here.".to_owned(),
            _ => format!(
                "{workers} workers are fastest: {times:.2} times as fast as one worker. Amdahl’s limit for {workers} is {limit:.2}."
            ),
        };
        format!("All sums are equal and correct. {found}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amdahl_limits_what_is_not_all_parallel() {
        assert_eq!(amdahl(1.0, 8), 8.0);
        assert_eq!(amdahl(0.0, 8), 1.0);
        // With a tenth serial, no number of workers is more than ten times as fast.
        assert!((amdahl(0.9, 9) - 5.0).abs() < 1e-9);
        assert!(amdahl(0.9, 1_000_000) < 10.0);
    }

    #[test]
    fn the_summary_names_the_fastest_pool() {
        let pool = |workers, total| Pool {
            workers,
            total,
            computing: 0.9,
        };
        let pools = [pool(1, 1.0), pool(2, 0.5), pool(3, 0.6)];
        assert_eq!(parallel(&pools), 0.9);
        assert_eq!(speed_up(&pools, &pools[1]), Some(2.0));
        let words = summary(&pools);
        assert!(
            words.contains("2 workers are fastest: 2.00 times"),
            "{words}"
        );
        assert!(words.contains("Amdahl’s limit for 2 is 1.82"), "{words}");
        // Fewer cores than workers.
        let words = summary(&[pool(1, 1.0), pool(2, 1.1)]);
        assert!(words.contains("no faster than one"), "{words}");
        assert_eq!(summary(&[]), "");
        // A clock that stands still.
        assert_eq!(summary(&[pool(1, 0.0)]), "");
    }
}
