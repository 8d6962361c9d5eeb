//! The runner keeps this machine away from the binary, and its snapshot shows everything.

use testkit::Runner;

fn shell(script: &str) -> String {
    Runner::new("/bin/sh").run(["-c", script]).snapshot()
}

#[test]
fn a_snapshot_holds_code_and_both_streams() {
    assert_eq!(
        shell("echo out; echo err >&2; exit 3"),
        "exit: 3\n--- stdout\nout\n--- stderr\nerr\n"
    );
}

#[test]
fn a_missing_line_feed_is_shown() {
    assert_eq!(
        shell("printf out"),
        "exit: 0\n--- stdout\nout[no line feed]\n--- stderr\n"
    );
}

#[test]
fn a_signal_is_no_exit_code() {
    assert!(shell("kill -9 $$").starts_with("exit: a signal\n"));
}

#[test]
fn the_environment_is_cleared() {
    assert_eq!(
        shell("echo $HOME:$PATH:$USER:$CARGO_MANIFEST_DIR; pwd"),
        "exit: 0\n--- stdout\n[HOME]:[HOME]/empty-path::\n[HOME]\n--- stderr\n"
    );
}

#[test]
fn no_program_of_the_machine_is_found() {
    assert_eq!(Runner::new("/bin/sh").run(["-c", "git"]).code, Some(127));
}

#[test]
fn standard_input_is_at_its_end() {
    assert_eq!(
        Runner::new("/bin/sh").run(["-c", "read line"]).code,
        Some(1)
    );
}

#[test]
fn folders_and_texts_are_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let run = Runner::new("/bin/sh")
        .in_dir(folder.path())
        .env("LEDGER", folder.path().join("ledger"))
        .hide_path(folder.path().join("ledger"), "[LEDGER]")
        .hide("4.2 s", "[DURATION]")
        .run(["-c", "pwd; echo $LEDGER in 4.2 s"])
        .expect_code(0);
    assert_eq!(
        run.snapshot(),
        "exit: 0\n--- stdout\n[DIR]\n[LEDGER] in [DURATION]\n--- stderr\n"
    );
}

#[test]
fn a_question_on_a_terminal_is_answered() {
    let script = "test -t 0 && test -t 2 && ! test -t 1 && printf 'who? ' >&2 && read it && echo \"for $it\"";
    let run = Runner::new("/bin/sh").converse(["-c", script], &[("who?", "Ada Marsh")]);
    assert_eq!(run.expect_code(0).stdout, "for Ada Marsh\n");
}

#[test]
fn what_a_terminal_shows_is_standard_error() {
    let run = Runner::new("/bin/sh").converse(["-c", "echo out; echo err >&2; exit 3"], &[]);
    assert_eq!(
        run.snapshot(),
        "exit: 3\n--- stdout\nout\n--- stderr\nerr\r\n"
    );
}
