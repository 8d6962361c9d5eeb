//! Prints the totals of a repository's census and how long it took.
#![expect(clippy::print_stdout, reason = "an example prints")]

use model::change::Landed;
use model::digest::Digest;
use model::period::Period;
use sources::git::{self, NoKeys, Options, Silent};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

/// `census REPOSITORY [CACHE [PERIOD [THREADS [paths]]]]`
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map(String::as_str);
    let period = Period::parse(argument(2).unwrap_or("all"))?;
    let options = Options {
        branch: None,
        period: &period,
        repository_name: "example",
        checker: &NoKeys,
        keys_sha256: Digest::of(b""),
        forge_addresses: &BTreeSet::new(),
        cache: argument(1).filter(|cache| !cache.is_empty()).map(Path::new),
        threads: argument(3).unwrap_or("2").parse()?,
        progress: &Silent,
    };
    let (census, seconds) = timed(Path::new(argument(0).unwrap_or(".")), &options)?;
    let mut landed: BTreeMap<Landed, u64> = BTreeMap::new();
    for change in &census.changes {
        *landed.entry(change.landed).or_default() += 1;
    }
    println!("{landed:?} {:?}", census.observation.all_commits);
    println!(
        "{} of {} changes, {} paths, population {}, incomplete {:?}",
        census.observation.changes,
        census.observation.first_parent_commits,
        census
            .changes
            .iter()
            .map(|change| change.paths.len())
            .sum::<usize>(),
        census.observation.population_sha256,
        census.observation.incomplete,
    );
    println!("{seconds:.3} s");
    for change in census
        .changes
        .iter()
        .filter(|_| argument(4) == Some("paths"))
    {
        for path in &change.paths {
            println!("{} {path}", change.commit);
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "timing")]
fn timed(path: &Path, options: &Options<'_>) -> Result<(git::Census, f64), Box<dyn Error>> {
    let start = Instant::now();
    let census = git::fetch(&git::open(path)?, options)?;
    Ok((census, start.elapsed().as_secs_f64()))
}
