//! Every parser of what others wrote, on texts made from kept ones by small changes. In `make test` it is a moment, so that no
//! target rots; `make fuzz` goes on for `FUZZ_SECONDS` with each, or with `FUZZ_TARGET` alone, replayed by `SEED`. A text that
//! breaks a parser is printed: once mended, it belongs among the seeds.

// A test that cannot go on shall say so and stop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod targets;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use targets::TARGETS;

/// Changed texts of each target, where no time is given.
const CHANGED: usize = 300;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds")
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let path = folder().join(target);
    let entries = std::fs::read_dir(&path)
        .unwrap_or_else(|error| panic!("{} has no seeds: {error}", path.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// A piece is cut out, doubled, put elsewhere or taken from another seed, or a byte is changed; up to four times.
fn changed(seed: &[u8], other: &[u8], random: &mut StdRng) -> Vec<u8> {
    const TELLING: &[u8] = b"\0\n\r\t \"'\\{}[](),;:=/-+.%@!#$09aZ\x7f\x80\xff";
    let mut text = seed.to_vec();
    for _ in 0..random.random_range(1..=4) {
        let mut cut = |text: &[u8]| {
            let from = random.random_range(0..=text.len());
            (from, random.random_range(from..=text.len().min(from + 16)))
        };
        let (from, to) = cut(&text);
        let (at, _) = cut(&text);
        let (other_from, other_to) = cut(other);
        let piece = text[from..to].to_vec();
        let byte = TELLING[random.random_range(0..TELLING.len())];
        match random.random_range(0..5) {
            0 => drop(text.drain(from..to)),
            1 => drop(text.splice(at..at, piece)),
            2 => drop(text.splice(from..to, other[other_from..other_to].to_vec())),
            3 => text.insert(at, byte),
            _ if at < text.len() => text[at] = byte,
            _ => text.push(byte),
        }
    }
    text
}

/// Runs a target on its seeds, and on texts near them until `enough` says so, given how many were tried: how many those are.
fn play(
    name: &str,
    target: fn(&[u8]),
    random: &mut StdRng,
    enough: impl Fn(usize) -> bool,
) -> usize {
    let seeds = seeds(name);
    assert!(!seeds.is_empty(), "{name} has no seeds");
    let run = |text: &[u8]| {
        let held = catch_unwind(AssertUnwindSafe(|| target(text)));
        assert!(
            held.is_ok(),
            "{name} breaks on b\"{}\"",
            text.escape_ascii()
        );
    };
    seeds.iter().for_each(|seed| run(seed));
    let mut tried = 0;
    while !enough(tried) {
        let seed = &seeds[random.random_range(0..seeds.len())];
        let other = &seeds[random.random_range(0..seeds.len())];
        run(&changed(seed, other, random));
        tried += 1;
    }
    tried
}

#[test]
fn each_target_holds_on_its_seeds_and_near_them() {
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let number = |name: &str| variable(name).map(|text| text.parse::<u64>().expect("a number"));
    let (seconds, only) = (number("FUZZ_SECONDS"), variable("FUZZ_TARGET"));
    let seed = number("SEED").unwrap_or_else(rand::random);
    println!("SEED={seed}");
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    assert!(
        TARGETS.iter().any(|(name, _)| wanted(name)),
        "there is no target {only:?}"
    );
    for (name, target) in TARGETS.iter().filter(|(name, _)| wanted(name)) {
        let mut random = StdRng::seed_from_u64(seed);
        let began = Instant::now();
        let tried = play(name, *target, &mut random, |tried| match seconds {
            Some(seconds) => began.elapsed() >= Duration::from_secs(seconds),
            None => tried >= CHANGED,
        });
        println!("{name}: {tried} texts in {} s", began.elapsed().as_secs());
    }
}

#[test]
fn no_seed_is_left_without_its_target() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            TARGETS.iter().any(|(target, _)| *target == name),
            "there is no target {name}"
        );
    }
}
