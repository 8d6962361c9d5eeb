//! Wall clock, processor time and peak memory of one child process, read from Linux's `/proc`.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::median;
use crate::failure::Failure;

/// How often memory is read. Its peak never falls, so only growth in the last of these is missed.
const POLL: Duration = Duration::from_millis(2);
/// The unit of `/proc/self/stat`, fixed by Linux towards user space.
const TICKS_PER_SECOND: f64 = 100.0;

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) wall_seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) peak_megabytes: f64,
}

impl Cost {
    /// Returns the median of each of the three, and of the memory the maximum.
    pub(super) fn summary(runs: &[Cost]) -> Cost {
        let of = |field: fn(&Cost) -> f64| runs.iter().map(field).collect::<Vec<f64>>();
        Cost {
            wall_seconds: median(of(|run| run.wall_seconds)),
            cpu_seconds: median(of(|run| run.cpu_seconds)),
            peak_megabytes: of(|run| run.peak_megabytes).into_iter().fold(0.0, f64::max),
        }
    }
}

/// Runs a command whose output is read and thrown away, and returns what it cost.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(super) fn run(name: &str, command: &mut Command) -> Result<Cost, Failure> {
    let cpu_before = children_cpu_seconds()?;
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::while_doing(name))?;
    let stdout = drain(child.stdout.take(), std::io::sink());
    let stderr = drain(child.stderr.take(), Vec::new());
    let peak_megabytes = wait(name, &mut child)?;
    let wall_seconds = start.elapsed().as_secs_f64();
    stdout.join().expect("reading a pipe does not panic");
    let message = stderr.join().expect("reading a pipe does not panic");
    let status = child.wait().map_err(Failure::while_doing(name))?;
    if !status.success() {
        let message = String::from_utf8_lossy(&message);
        return Err(Failure::new(format!("{name}: {status}\n{message}")));
    }
    Ok(Cost {
        wall_seconds,
        cpu_seconds: children_cpu_seconds()? - cpu_before,
        peak_megabytes,
    })
}

fn drain<R, W>(source: Option<R>, mut sink: W) -> thread::JoinHandle<W>
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
{
    thread::spawn(move || {
        if let Some(mut source) = source {
            // A pipe that breaks ends with the child, whose exit status tells more.
            let _ = std::io::copy(&mut source, &mut sink);
        }
        sink
    })
}

/// Waits for the child and returns the largest memory that it was seen to hold.
fn wait(name: &str, child: &mut Child) -> Result<f64, Failure> {
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    while child
        .try_wait()
        .map_err(Failure::while_doing(name))?
        .is_none()
    {
        let status = fs::read_to_string(&status_file).unwrap_or_default();
        peak = peak.max(peak_megabytes(&status).unwrap_or_default());
        thread::sleep(POLL);
    }
    Ok(peak)
}

/// proc(5): `VmHWM` is the peak resident set size, in kibibytes.
fn peak_megabytes(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// Returns the user and system time of all children that were waited for so far.
fn children_cpu_seconds() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(Failure::while_doing("benchmarks read /proc/self/stat"))?;
    cpu_seconds(&stat).ok_or_else(|| Failure::new("cannot read /proc/self/stat"))
}

/// proc(5): `cutime` and `cstime` are fields 16 and 17, the 14th and 15th after the program's name in brackets.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_megabytes() {
        let status = "Name:\tgit\nVmPeak:\t  900 kB\nVmHWM:\t  500000 kB\n";
        assert_eq!(peak_megabytes(status), Some(512.0));
        assert_eq!(peak_megabytes("Name:\tgit\n"), None);
    }

    #[test]
    fn processor_time_counts_the_children_only() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 111 222 150 50 20 0";
        assert_eq!(cpu_seconds(stat), Some(2.0));
    }

    #[test]
    fn a_failing_command_says_why() {
        let failure = run("sh", Command::new("sh").args(["-c", "echo no >&2; exit 3"]));
        assert!(format!("{:?}", failure.unwrap_err()).contains("no"));
    }

    #[test]
    fn a_long_output_does_not_block() {
        let cost = run(
            "sh",
            Command::new("sh").args(["-c", "head -c 1000000 /dev/zero"]),
        );
        assert!(cost.unwrap().wall_seconds > 0.0);
    }
}
