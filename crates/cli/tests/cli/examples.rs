//! Every folder under `examples/`: its program passes `check` with the verdict that its text states.

use crate::runner;
use std::path::{Path, PathBuf};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[test]
fn each_example_has_its_verdict() {
    let expected = [
        ("first-three-hires", 1),
        ("solo-saas", 0),
        ("three-founders", 1),
    ];
    let mut found: Vec<_> = std::fs::read_dir(examples())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, expected.map(|(name, _)| name));
    for (name, code) in expected {
        let run = runner().in_dir(examples().join(name)).run(["check"]);
        assert_eq!(run.code, Some(code), "{name}: {}", run.snapshot());
    }
}

#[test]
fn every_command_in_their_texts_runs() {
    for (name, commands) in [
        ("first-three-hires", 1),
        ("solo-saas", 2),
        ("three-founders", 1),
    ] {
        let text = std::fs::read_to_string(examples().join(name).join("README.md")).unwrap();
        let shown: Vec<&str> = text
            .split('`')
            .filter_map(|code| code.strip_prefix("countersign "))
            .collect();
        assert_eq!(shown.len(), commands, "{name}");
        for command in shown {
            let run = runner()
                .in_dir(examples().join(".."))
                .run(command.split(' '));
            assert!(
                matches!(run.code, Some(0 | 1)),
                "{command}: {}",
                run.snapshot()
            );
            assert!(run.stderr.is_empty(), "{command}: {}", run.snapshot());
        }
    }
}
