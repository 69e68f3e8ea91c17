//! Opens a recording of an asyncio program and prints its findings, and how long that took:
//! `cargo run --release -p interleave-trace --example open -- recording.jsonl`.

use interleave_trace::recorded::{Opening, findings};
use interleave_trace::{Index, seconds};
use std::io::Read as _;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("which file?")?;
    let mut file = std::fs::File::open(path)?;
    let began = Instant::now();
    let (mut opening, mut piece) = (Opening::default(), vec![0; 1 << 18]);
    while !opening.is_broken() {
        match file.read(&mut piece)? {
            0 => break,
            count => opening.push(&piece[..count])?,
        }
    }
    let recorded = opening.finish()?;
    let read = began.elapsed();
    for run in &recorded.runs {
        let index = Index::of(&run.trace);
        println!("{}: {} events", run.title, run.trace.events().len());
        for found in findings(&recorded, run, &index) {
            let at = seconds(found.at.secs());
            println!("  {at:>10}  {}: {}", found.title, found.words);
        }
    }
    if let Some(problem) = &recorded.problem {
        println!("not whole: {problem}");
    }
    println!("read in {read:.1?}, all in {:.1?}", began.elapsed());
    Ok(())
}
