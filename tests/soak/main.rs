//! The soak: many seeds of the deterministic simulation, on all processors.
//!
//! `SEEDS=2000` so many, `FIRST_SEED=1` from this one on; `SEED=17` one of them with all its output; `THREADS=2` at once;
//! `STOP=1` ends at the first that fails. Prints what fails at once and ends with `N passed, N failed`; status 1 if any did.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "../core/simulation/mod.rs"]
mod simulation;
#[path = "../support/mod.rs"]
mod support;

use std::cell::RefCell;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

thread_local! {
    /// Where the last panic of this thread was.
    static PLACE: RefCell<String> = RefCell::default();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.trim().parse().ok()
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        PLACE.with(|kept| *kept.borrow_mut() = place.unwrap_or_default());
    }));
    if let Some(seed) = number("SEED") {
        return replay(seed);
    }
    let processors = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let threads = number("THREADS").unwrap_or(processors).max(1);
    let first = number("FIRST_SEED").unwrap_or(1);
    let end = first + number("SEEDS").unwrap_or(200);
    let stop = number("STOP") == Some(1);
    let (next, passed, failed) = (AtomicU64::new(first), AtomicU64::new(0), AtomicU64::new(0));
    let stopped = AtomicBool::new(false);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stopped.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        break;
                    }
                    match simulation::play(seed).outcome {
                        Ok(()) => {
                            passed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(text) => {
                            println!("SEED={seed} failed: {text}");
                            println!("  at {}", PLACE.with(|place| place.borrow().clone()));
                            println!("  replay with: make soak SEED={seed}");
                            failed.fetch_add(1, Ordering::Relaxed);
                            stopped.fetch_or(stop, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let (passed, failed) = (passed.into_inner(), failed.into_inner());
    println!("{} s on {threads} threads", began.elapsed().as_secs());
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn replay(seed: u64) -> ExitCode {
    let played = simulation::play(seed);
    println!("{}", played.log.join("\n"));
    match played.outcome {
        Ok(()) => {
            println!("SEED={seed} passed");
            println!("1 passed, 0 failed");
            ExitCode::SUCCESS
        }
        Err(text) => {
            println!("SEED={seed} failed: {text}");
            println!("  at {}", PLACE.with(|place| place.borrow().clone()));
            println!("0 passed, 1 failed");
            ExitCode::FAILURE
        }
    }
}
