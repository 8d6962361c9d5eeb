//! `countersign self-review`: the author's second reading of a request, signed.

use crate::commands::asking::Asking;
use crate::commands::{output, refusal, signing};
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use clap::ValueEnum;
use countersign::forge::say::Commenter;
use countersign::self_review::{self, Findings, Reading};
use documents::text::{count, folded};
use std::ffi::OsString;
use std::io::{self, BufRead as _};
use std::path::PathBuf;
use std::process::Command;

/// Read the final difference of a request again, and sign what you found.
///
/// Shows the difference file by file, asks the checklist of the program (CR-9) and what
/// you found, signs it with your SSH key, and records it. It is bound to this difference:
/// a later push makes it void. It is refused until the wait of the risk class is over.
/// What you found is written on the request too, with --no-comment not.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The number of the request
    #[arg(long, value_name = "NUMBER")]
    request: u64,
    /// The git repository, or a folder inside it; it must hold the commits of the request
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// Your SSH key, private or public where an agent holds it; default: git's
    /// user.signingkey
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// What you found, where nobody can be asked
    #[arg(long, value_name = "TEXT")]
    findings: Option<String>,
    /// Whether the next point of the checklist holds, where nobody can be asked; once for
    /// each point
    #[arg(long, value_enum, value_name = "YES|NO", requires = "findings")]
    answer: Vec<Holds>,
    /// Write no comment on the request
    #[arg(long)]
    no_comment: bool,
    /// The program; default: countersign.yaml on the protected branch
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Holds {
    Yes,
    No,
}

const EXAMPLE: &str = "Example:
  countersign self-review --request 7";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    if args.findings.is_none() && !edge::is_interactive() {
        let message = "nobody can be asked: standard input or standard error is no terminal";
        return Err(CliError::new(Exit::Usage, message)
            .hint("give --findings TEXT and --answer yes for each point of the checklist"));
    }
    let key = signing::key(args.key.as_deref(), &args.repository)?;
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: Some(edge::forge()),
    };
    let reading = asking.with_request(|request| {
        self_review::begin(request, args.request).map_err(refusal::of_self_review)
    })?;
    let principal = reading
        .owner(&signing::public(&key)?)
        .map_err(refusal::of_self_review)?;
    let commenter = match args.no_comment {
        true => None,
        false => Some(commenter(&reading)?),
    };
    let findings = match &args.findings {
        Some(text) => Findings {
            holds: args.answer.iter().map(|it| *it == Holds::Yes).collect(),
            text: text.clone(),
        },
        None => asked(&reading)?,
    };
    let sign = |bytes: &[u8]| signing::sign(&key, bytes);
    let number = reading.number;
    let reviewed = reading.finish(
        principal.clone(),
        findings,
        (edge::now(), &mut edge::entropy),
        &sign,
    );
    let reviewed = reviewed.map_err(refusal::of_self_review)?;
    let leaf = reviewed.leaf;
    let said =
        format!("recorded the self-review of request {number} by {principal} as leaf {leaf}");
    output::line(&folded(&said))?;
    if !reviewed.holds() {
        let missed = reviewed.record.answers.iter().filter(|it| !it.holds);
        let missed: Vec<&str> = missed.map(|it| it.asked.as_str()).collect();
        let said = format!("fail: this does not hold: {}", missed.join("; "));
        output::line(&folded(&visible(&said)))?;
    }
    let exit = match reviewed.holds() {
        true => Exit::Pass,
        false => Exit::Fail,
    };
    // What is recorded counts; the comment is for those who look at the request.
    match commenter.map(|it| it.self_review(&reviewed)) {
        None | Some(Ok(())) => Ok(exit),
        Some(Err(error)) => {
            let error = refusal::of_change(error);
            Err(error.hint("the self-review is recorded and counts; --no-comment writes none"))
        }
    }
}

/// Whoever cannot comment learns it before the reading.
fn commenter(reading: &Reading) -> Result<Commenter<'static>, CliError> {
    let commenter = Commenter::new(reading.forge(), &edge::forge());
    commenter.map_err(|error| {
        refusal::of_change(error).hint("--no-comment records the self-review without a comment")
    })
}

/// Shows the difference file by file, and asks.
fn asked(reading: &Reading) -> Result<Findings, CliError> {
    let paths = &reading.proposal.change.paths;
    tell(&format!(
        "request {}: {} risk, {}",
        reading.number,
        reading.risk,
        count(paths.len() as u64, "file", "files")
    ));
    let range = [
        &reading.proposal.merge_base,
        &reading.proposal.change.commit,
    ];
    for (at, path) in (1..).zip(paths) {
        tell(&format!("\n[{at} of {}] {}", paths.len(), visible(path)));
        let mut git = Command::new("git");
        git.arg("--literal-pathspecs")
            .arg("-C")
            .arg(reading.folder());
        git.args([
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--text",
            "--no-color",
        ]);
        git.args(range.map(ToString::to_string)).arg("--").arg(path);
        tell(&shown(git, path)?);
        ask("Enter when you have read it: ")?;
    }
    let mut holds = Vec::new();
    for point in &reading.checklist {
        holds.push(loop {
            match ask(&visible(&format!("{point}? [y/n] ")))?.as_str() {
                "y" | "yes" => break true,
                "n" | "no" => break false,
                _ => tell("answer y or n"),
            }
        });
    }
    loop {
        let text = ask("What did you find? ")?;
        if text.split_whitespace().count() >= self_review::MIN_WORDS {
            return Ok(Findings { holds, text });
        }
        tell(&format!("write {} words or more", self_review::MIN_WORDS));
    }
}

/// What cannot be shown cannot be read, and nobody is asked whether they did.
fn shown(mut git: Command, path: &str) -> Result<String, CliError> {
    let output = git
        .output()
        .map_err(|error| CliError::new(Exit::Unreachable, error))?;
    if output.status.success() && !output.stdout.is_empty() {
        return Ok(visible(&String::from_utf8_lossy(&output.stdout)));
    }
    let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let message = format!(
        "git does not show the difference of {}: {why}",
        visible(path)
    );
    Err(CliError::new(Exit::Unreachable, message)
        .hint("read it elsewhere, and give --findings and --answer"))
}

fn tell(text: &str) {
    anstream::eprintln!("{text}");
}

fn ask(question: &str) -> Result<String, CliError> {
    anstream::eprint!("{question}");
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) | Err(_) => Err(CliError::new(
            Exit::Usage,
            "the answers ended too early: nothing was recorded",
        )),
        Ok(_) => Ok(line.trim().to_owned()),
    }
}
