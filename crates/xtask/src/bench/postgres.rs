//! A PostgreSQL server of its own in a temporary folder, and `pgbench` against it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::failure::Failure;
use crate::need;

/// Whom Debian's package makes for it: PostgreSQL refuses to run as root.
const USER: &str = "postgres";
/// The bytes of each record.
const RECORD_BYTES: usize = 512;

/// The server, which is stopped when the value is dropped.
///
/// It has its own defaults: every commit waits for `fdatasync`, and those that come together share one.
#[derive(Debug)]
pub(super) struct Postgres {
    folder: TempDir,
    as_user: Option<&'static str>,
}

impl Postgres {
    /// Returns a server with an empty table, which listens on a socket in its folder alone.
    pub(super) fn start() -> Result<Postgres, Failure> {
        let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
        let as_user = need::is_root().then_some(USER);
        let postgres = Postgres { folder, as_user };
        if as_user.is_some() {
            let mut chown = Command::new("chown");
            output(chown.arg(USER).arg(postgres.folder.path()))?;
        }
        let data = postgres.path("data");
        output(
            postgres
                .command("initdb")?
                .arg("--no-sync")
                .arg("-D")
                .arg(&data),
        )?;
        let socket = postgres.folder.path().display();
        let options = format!("-c listen_addresses='' -k {socket}");
        let mut start = postgres.command("pg_ctl")?;
        start.arg("-D").arg(&data).args(["-w", "-o", &options]);
        start.arg("-l").arg(postgres.path("log"));
        // It would keep our pipe open as long as it runs.
        let status = start
            .arg("start")
            .stdout(std::process::Stdio::null())
            .status();
        let status = status.map_err(Failure::while_doing("pg_ctl"))?;
        if !status.success() {
            return Err(Failure::of_step("start PostgreSQL", status.code()));
        }
        let table = "CREATE TABLE records (id bigserial PRIMARY KEY, bytes bytea NOT NULL)";
        output(postgres.client("psql")?.args(["-q", "-c", table]))?;
        Ok(postgres)
    }

    /// Returns how many single-row transactions so many clients commit in a second.
    pub(super) fn inserts_a_second(&self, clients: usize, seconds: u32) -> Result<f64, Failure> {
        let script = self.path("insert.sql");
        let record = "2e".repeat(RECORD_BYTES);
        let insert = format!("INSERT INTO records (bytes) VALUES ('\\x{record}');\n");
        fs::write(&script, insert).map_err(Failure::while_doing("insert.sql"))?;
        let mut pgbench = self.client("pgbench")?;
        pgbench
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg(format!("--client={clients}"))
            .arg(format!("--jobs={}", clients.min(2)))
            .arg(format!("--time={seconds}"))
            .arg(format!("--file={}", script.display()));
        let text = output(&mut pgbench)?;
        transactions_a_second(&text)
            .ok_or_else(|| Failure::new(format!("pgbench prints no rate: {text}")))
    }

    fn client(&self, program: &str) -> Result<Command, Failure> {
        let mut command = self.command(program)?;
        command.env("PGHOST", self.folder.path());
        command.env("PGDATABASE", "postgres");
        Ok(command)
    }

    fn command(&self, program: &str) -> Result<Command, Failure> {
        let path = need::find(program);
        let path = path.ok_or_else(|| Failure::new(format!("{program} is absent")))?;
        let mut command = match self.as_user {
            None => Command::new(path),
            Some(user) => {
                let mut runuser = Command::new("runuser");
                runuser.args(["-u", user, "--"]).arg(path);
                runuser
            }
        };
        command.current_dir(self.folder.path());
        Ok(command)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data: &Path = &self.path("data");
        if let Ok(mut stop) = self.command("pg_ctl") {
            // The folder goes in any case, and what was in it is worth nothing.
            let _ = output(stop.arg("-D").arg(data).args(["-m", "immediate", "stop"]));
        }
    }
}

/// pgbench(1): `tps = 1234.567890 (without initial connection time)`.
fn transactions_a_second(text: &str) -> Option<f64> {
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "))?;
    rate.split(' ').next()?.parse().ok()
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let name = format!("{command:?}");
    let output = command.output().map_err(Failure::while_doing(&name))?;
    let message = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(Failure::new(format!("{name}: {message}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::transactions_a_second;

    #[test]
    fn the_rate_of_pgbench_is_read() {
        let text = "latency average = 2.1 ms\ntps = 7900.125 (without initial connection time)\n";
        assert_eq!(transactions_a_second(text), Some(7900.125));
        assert_eq!(transactions_a_second("latency"), None);
    }
}
