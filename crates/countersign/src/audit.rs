//! Audits one repository: fetch, decide, append, render, record, and publish.

use crate::assemble::{self, AssembleError, Recorded, Register};
use crate::collect::{self, CollectError, Collected, Request};
use crate::evidence;
use crate::log::{self, Log, LogError};
use crate::outsiders::{AskError, Asked};
use crate::publish::{self, PublishError, Staged};
use crate::record::{DecisionsRecord, FileRecord, ReportRecord, VERSION};
use crate::verify::{self, VerifyError};
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::digest::Digest;
use model::report::AuditReport;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The version that reports and records name.
pub const COUNTERSIGN: &str = env!("CARGO_PKG_VERSION");

/// The file that a build without PDF does not write.
pub(crate) const PDF: &str = "report.pdf";

/// An audit that ran to its end.
pub struct Audited {
    /// The report as data.
    pub report: AuditReport,
    /// The folder of the report.
    pub folder: PathBuf,
    /// `audit.json`, byte for byte.
    pub json: Vec<u8>,
    /// What came of asking outsiders to sign it.
    pub asked: Vec<Asked>,
}

/// An audit that did not.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The facts could not be collected.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The program could not be applied.
    #[error("the program cannot be applied")]
    Assemble(#[from] AssembleError),
    /// The ledger could not be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The report could not be rendered.
    #[error("the report cannot be rendered")]
    Render(#[from] RenderError),
    /// The report could not be written.
    #[error("the report cannot be written")]
    Publish(#[from] PublishError),
    /// What was written does not hold.
    #[error("the report that was written does not hold, and was not published")]
    Verify(#[from] VerifyError),
}

/// A report that cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The table.
    #[error("the table of changes cannot be written")]
    Csv(#[from] documents::csv::CsvError),
    /// The PDF.
    #[cfg(feature = "pdf")]
    #[error("the PDF cannot be set")]
    Pdf(#[from] documents::pdf::PdfError),
}

/// Audits a repository and writes the report to `out`.
pub fn audit(mut request: Request<'_>, out: &Path) -> Result<Audited, AuditError> {
    let found = collect::find(&request)?;
    let keys = log::keys_of(&found.home)?;
    publish::refuse_ledger(out, &found.home.folder, &keys)?;
    let staged = Staged::new(out)?;
    let mut collected = collect::fetch(found, &mut request)?;
    let mut written = write(&mut collected, &mut request)?;
    // Their signatures cover the report, and its copy of the log carries them.
    collected.cosign(&mut request).map_err(CollectError::from)?;
    if is_news(&collected.asked, &written.decided) {
        // A witness has seen another log: the report must say so, and not the next one.
        collected.look_again(request.now)?;
        written = write(&mut collected, &mut request)?;
        // The others sign the report that says so. What they contradict now, the next one says.
        cosign_again(&mut collected, &mut request).map_err(CollectError::from)?;
    }
    let Written {
        decided,
        files,
        leaves,
    } = written;
    let mut payloads = payloads(&collected, &decided.leaves, &leaves);
    payloads.extend(programs_since(&collected.log, decided.report.log.size)?);
    let folder = publish(staged, &files, &collected, &payloads)?;
    let asked = std::mem::take(&mut collected.asked);
    // Nobody waits for the memory.
    rayon::spawn(|| drop(collected));
    let json = files
        .into_iter()
        .find(|(name, _)| name == "audit.json")
        .map(|(_, bytes)| bytes)
        .unwrap_or_default();
    Ok(Audited {
        report: decided.report,
        folder,
        json,
        asked,
    })
}

/// A report that the log has a record of.
struct Written {
    decided: Decided,
    files: Vec<Page>,
    /// The leaf of the record.
    leaves: Vec<u64>,
}

fn write(collected: &mut Collected, request: &mut Request<'_>) -> Result<Written, AuditError> {
    let decided = decide(collected, request)?;
    let files = render(&decided, collected)?;
    let record = report_record(&files, &decided);
    let record = serde_json::to_vec(&record).expect("a record has text keys only");
    let leaf = NewLeaf::new(LeafKind::Report, record);
    let appended = collected
        .log
        .append(vec![leaf], request.now, request.entropy)?;
    Ok(Written {
        decided,
        files,
        leaves: appended.leaves,
    })
}

/// Has what was appended since signed by those outsiders who did not contradict the log.
fn cosign_again(collected: &mut Collected, request: &mut Request<'_>) -> Result<(), AskError> {
    let accuses = |asked: &Asked| asked.accuses_in.is_some();
    let accusing = collected.asked.iter().filter(|asked| accuses(asked));
    let accusing: BTreeSet<&str> = accusing.map(|asked| asked.outsider.as_str()).collect();
    let mut others = collected.loaded.program.clone();
    let witnesses = &mut others.outsiders.witnesses;
    witnesses.retain(|witness| !accusing.contains(witness.name.as_str()));
    let again = collected
        .log
        .cosign(&others, request.now, request.entropy)?;
    collected.asked.retain(accuses);
    collected.asked.extend(again);
    Ok(())
}

/// Returns whether a witness contradicts the log in an answer that came behind what was decided.
fn is_news(asked: &[Asked], decided: &Decided) -> bool {
    let mut accusing = asked.iter().filter_map(|one| one.accuses_in);
    accusing.any(|leaf| leaf >= decided.report.log.size)
}

/// A report whose decisions are in the log.
struct Decided {
    report: AuditReport,
    register: Register,
    /// The digest of the decisions.
    sha256: Digest,
    /// The leaves of their batch.
    leaves: Vec<u64>,
}

/// Appends what was decided to the log that it was decided on: where another run appended meanwhile, it is
/// decided again.
fn decide(collected: &mut Collected, request: &mut Request<'_>) -> Result<Decided, AuditError> {
    let each = collected.evidence_of_each();
    loop {
        let mut report = assemble::assemble(&recorded(collected, &each, request))?;
        let register = Register::of(&report.changes);
        let decisions = decisions(collected, &report, &register);
        let sha256 = Digest::of(&decisions);
        let mut leaves = Vec::from(collected.leaves());
        leaves.push(NewLeaf::new(LeafKind::Decisions, decisions));
        let size = collected.earlier.size;
        let appended = collected
            .log
            .append_at(size, leaves, request.now, request.entropy)?;
        if let Some(appended) = appended {
            report.log = verify::log_report(&appended, report.log);
            return Ok(Decided {
                report,
                register,
                sha256,
                leaves: appended.leaves,
            });
        }
        collected.look_again(request.now)?;
    }
}

fn recorded<'a>(
    collected: &'a Collected,
    evidence: &'a [Digest],
    request: &Request<'_>,
) -> Recorded<'a> {
    Recorded {
        countersign: COUNTERSIGN,
        generated_at: request.now,
        program: &collected.loaded.program,
        program_origin: collected.loaded.origin,
        program_sha256: collected.loaded.sha256(),
        observation: &collected.observation,
        changes: &collected.changes,
        evidence,
        earlier: &collected.earlier,
        outside: &collected.outside,
    }
}

fn decisions(collected: &Collected, report: &AuditReport, register: &Register) -> Vec<u8> {
    let observation =
        serde_json::to_vec(&collected.observation).expect("an observation has text keys only");
    let record = DecisionsRecord {
        version: VERSION,
        countersign: report.countersign.clone(),
        generated_at: report.generated_at,
        program_origin: report.program.origin,
        program_sha256: report.program.sha256,
        observation_sha256: Digest::of(&observation),
        conclusions: report.conclusions.clone(),
        exceptions_sha256: assemble::exceptions_sha256(&report.exceptions),
        windows_sha256: assemble::windows_sha256(&report.windows),
        totals: report.totals.clone(),
        register_sha256: register.sha256(),
    };
    serde_json::to_vec(&record).expect("a record has text keys only")
}

/// A file of a report, by its name.
pub(crate) type Page = (String, Vec<u8>);

/// Returns the files of a report that every build renders.
pub(crate) fn pages(report: &AuditReport, register: &Register) -> Result<Vec<Page>, RenderError> {
    let json = || assemble::audit_json(report, register);
    let html = || documents::html::audit(report).into_bytes();
    let (json, (csv, html)) = rayon::join(json, || {
        rayon::join(|| documents::csv::changes(report), html)
    });
    Ok(vec![
        ("audit.json".to_owned(), json),
        ("changes.csv".to_owned(), csv?),
        ("index.html".to_owned(), html),
    ])
}

/// Returns the PDF of a report, where this build can set one.
#[cfg(feature = "pdf")]
pub(crate) fn pdf(
    report: &AuditReport,
    program: &model::program::Program,
) -> Result<Option<Vec<u8>>, RenderError> {
    Ok(Some(documents::pdf::audit(report, program)?))
}

/// Returns the PDF of a report, where this build can set one.
#[cfg(not(feature = "pdf"))]
pub(crate) fn pdf(
    _report: &AuditReport,
    _program: &model::program::Program,
) -> Result<Option<Vec<u8>>, RenderError> {
    Ok(None)
}

/// Setting the PDF takes as long as all the rest, so both are done at once.
fn render(decided: &Decided, collected: &Collected) -> Result<Vec<Page>, RenderError> {
    let Decided {
        report, register, ..
    } = decided;
    let (pdf, pages) = rayon::join(
        || pdf(report, &collected.loaded.program),
        || pages(report, register),
    );
    let mut files = pages?;
    files.extend(pdf?.map(|bytes| (PDF.to_owned(), bytes)));
    files.push((
        crate::program::FILE_NAME.to_owned(),
        collected.loaded.text.clone().into_bytes(),
    ));
    Ok(files)
}

fn report_record(files: &[Page], decided: &Decided) -> ReportRecord {
    let record = |(name, bytes): &Page| (name.clone(), FileRecord::of(bytes));
    ReportRecord {
        version: VERSION,
        decisions_sha256: decided.sha256,
        log_size: decided.report.log.size,
        log_root: decided.report.log.root.clone(),
        files: files.par_iter().map(record).collect(),
    }
}

/// Returns the leaves whose payloads a report carries: its own, every earlier observation of the log, and the programs
/// that say how those who signed it stood to the organisation.
fn payloads(collected: &Collected, decided: &[u64], report: &[u64]) -> BTreeSet<u64> {
    let own = decided.iter().chain(report);
    let earlier = collected.earlier.observations.iter();
    let checks = collected.earlier.checks.iter().map(|run| &run.leaf);
    let records = &collected.earlier.records;
    let earlier = earlier.chain(checks).chain(records);
    let earlier = earlier.chain(&collected.outside.programs);
    earlier.chain(own).copied().collect()
}

/// Returns the programs that other runs recorded behind the decisions: the outsiders signed behind them, too.
fn programs_since(log: &Log, size: u64) -> Result<Vec<u64>, LogError> {
    let end = log.checkpoint()?.checkpoint.size();
    let entries = log.reader().entries(size.min(end)..end)?;
    let programs = entries
        .iter()
        .filter(|it| it.leaf.kind == LeafKind::Program);
    Ok(programs.map(|entry| entry.index).collect())
}

fn publish(
    staged: Staged,
    files: &[Page],
    collected: &Collected,
    payloads: &BTreeSet<u64>,
) -> Result<PathBuf, AuditError> {
    let files = files
        .iter()
        .map(|(name, bytes)| (name.clone(), bytes.as_slice()));
    let chunks = collected.chunks.iter().map(|chunk| {
        let name = evidence::file_name(&chunk.sha256);
        (format!("evidence/{name}"), chunk.bytes.as_slice())
    });
    let all: Vec<(String, &[u8])> = files.chain(chunks).collect();
    all.par_iter()
        .try_for_each(|(name, bytes)| staged.write(name, bytes))?;
    collected
        .log
        .export(&staged.path().join("ledger"), payloads)?;
    // Before it is in its place: there another run may replace it while it is read, and one that does not hold
    // must not replace one that does.
    verify::hashes(staged.path())?;
    Ok(staged.publish(&collected.log.keys()?)?)
}
