//! Every rule on every change of the year, beside the reading of its records and the hashing of their bytes.

use crate::year::{Year, at};
use crate::{ROUNDS, Result, entropy, median, timed};
use countersign::checks;
use countersign::forge::facts;
use countersign::gate::again;
use gates::census;
use gates::directory::Directory;
use gates::merge::{Requests, receipts};
use gates::rules::{Forge, Rules};
use ledger::Ledger;
use ledger::place::home::Home;
use ledger::read::{Entry, Kept, Reader};
use model::change::Change;
use model::check::CheckRun;
use model::digest::Digest;
use model::population::Sighting;
use model::program::Program;
use model::program_file;
use model::report::ChangeReport;
use model::request::dossier::ForgeFacts;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(crate) fn print(requests: u64, folder: &Path) -> Result<()> {
    let year = Year::of(requests);
    let (ledger, sightings, bytes) = written(&year, folder)?;
    let log = ledger.reader();
    let entries = log.entries(0..log.checkpoint()?.checkpoint.size())?;
    let program = program_file::parse("countersign.yaml", &year.program)?;
    println!("leaves {}", entries.len());
    println!("bytes {bytes}");
    let mut seconds = [const { Vec::new() }; 5];
    let (mut rows, mut doubted) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let (opened, opening) = timed(|| opened(log, &entries));
        assert_eq!(opened?, bytes, "every payload is there");
        let (read, reading) = timed(|| read(log, &entries, &program));
        let (mut forge, runs) = read?;
        let of_checks = (&runs[..], &BTreeSet::new());
        let (again, repeating) =
            timed(|| again::decide(&mut forge, log, &entries, "shop", of_checks));
        again?;
        let gates = forge.gates.values().flatten();
        doubted = gates.filter(|it| it.doubt.is_some()).count();
        let facts = Facts {
            program: &program,
            changes: &year.changes,
            forge: &forge,
            runs: &runs,
            sightings: &sightings,
        };
        let (indexed, indexing) = timed(|| facts.indexed());
        let (decided, deciding) = timed(|| facts.rows(&indexed));
        rows = decided?;
        for (all, one) in seconds
            .iter_mut()
            .zip([opening, reading, repeating, indexing, deciding])
        {
            all.push(one);
        }
    }
    let decisions: usize = rows.iter().map(|row| row.decisions.len()).sum();
    let [opening, reading, repeating, indexing, deciding] = seconds.map(median);
    println!("requests {}", rows.len());
    println!("decisions {decisions}");
    println!("doubted {doubted}");
    for (outcome, count) in outcomes(&rows) {
        println!("outcome {outcome} {count}");
    }
    println!("opening_seconds {opening:.4}");
    println!("reading_seconds {reading:.4}");
    println!("repeating_seconds {repeating:.4}");
    println!("indexing_seconds {indexing:.4}");
    println!("deciding_seconds {deciding:.4}");
    Ok(())
}

/// Returns a log with what each hour brings, the looks at the branch, and the bytes of all payloads.
fn written(year: &Year, folder: &Path) -> Result<(Ledger, Vec<Sighting>, u64)> {
    let mut entropy = entropy();
    let home = Home::in_folder(folder.join("ledger"));
    let mut ledger = home.open_or_create("countersign.local/year", entropy())?;
    let (mut size, mut bytes, mut sightings) = (0, 0, Vec::new());
    for hour in year.hours() {
        let (leaves, sighting) = year.hour(size, hour);
        let lengths = leaves.iter().map(|leaf| leaf.payload.len() as u64);
        bytes += lengths.sum::<u64>();
        size += leaves.len() as u64;
        sightings.push(sighting);
        ledger.append(leaves, at(hour), &mut entropy)?;
    }
    Ok((ledger, sightings, bytes))
}

/// Opens every payload on all cores, which hashes it, and does nothing with it: what no reading of the log can spare.
fn opened(log: &Reader, entries: &[Entry]) -> Result<u64> {
    let mut bytes = 0;
    let length = |_: &Entry, kept: Option<Kept>| kept.map_or(0, |kept| kept.bytes.len() as u64);
    log.each_payload(entries, length, |length| bytes += length)?;
    Ok(bytes)
}

/// Returns the facts as every audit reads them, by the parsers of the sources.
fn read(log: &Reader, entries: &[Entry], program: &Program) -> Result<(ForgeFacts, Vec<CheckRun>)> {
    let forge = facts::facts(log, entries, program, ("shop", "main"))?.facts;
    let (runs, unread) = checks::read(log, entries)?;
    assert!(unread.is_empty() && forge.unread.is_empty() && forge.unread_statements.is_empty());
    Ok((forge, runs))
}

struct Facts<'a> {
    program: &'a Program,
    changes: &'a [Change],
    forge: &'a ForgeFacts,
    runs: &'a [CheckRun],
    sightings: &'a [Sighting],
}

/// What is found once for all changes.
struct Indexed<'a> {
    receipts: gates::merge::Receipts<'a>,
    requests: Requests<'a>,
}

impl<'a> Facts<'a> {
    fn indexed(&self) -> Indexed<'a> {
        Indexed {
            receipts: receipts(self.changes, (self.sightings, 0), (self.runs, false)),
            requests: Requests::of(self.changes, self.forge, self.sightings),
        }
    }

    /// Decides on one thread; an audit shares the rows among all that there are.
    fn rows(&self, indexed: &Indexed<'_>) -> Result<Vec<ChangeReport>> {
        let rules = Rules::new(self.program, "shop", Forge::of(self.forge))?;
        let directory = Directory::new(self.program)?;
        let evidence = vec![Digest::of(b""); self.changes.len()];
        let shown = (&indexed.receipts, &indexed.requests, None);
        Ok(census::register(
            self.changes,
            &evidence,
            shown,
            &directory,
            &rules,
        ))
    }
}

fn outcomes(rows: &[ChangeReport]) -> BTreeMap<String, u64> {
    let mut outcomes = BTreeMap::new();
    for (control, decision) in rows.iter().flat_map(|row| &row.decisions) {
        let of = format!("{} {}", control.0, decision.outcome);
        *outcomes.entry(of).or_default() += 1;
    }
    outcomes
}
