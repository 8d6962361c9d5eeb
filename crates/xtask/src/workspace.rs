//! Where this workspace lies, and where cargo puts what it builds.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// Returns the folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = crates.and_then(Path::parent);
    root.expect("this crate lies two folders below the root")
}

/// Returns the path that cargo gives the binary `countersign` in this profile's folder: `debug` or `release`.
pub(crate) fn binary(profile: &str) -> Result<PathBuf, Failure> {
    Ok(target()?.join(profile).join("countersign"))
}

/// Returns the folder that cargo builds into.
pub(crate) fn target() -> Result<PathBuf, Failure> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--locked", "--format-version=1"])
        .current_dir(root())
        .output()
        .map_err(Failure::while_doing("cargo metadata"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(Failure::while_doing("reading cargo metadata"))?;
    let target = metadata["target_directory"].as_str();
    let target = target.ok_or_else(|| Failure::new("cargo names no target directory"))?;
    Ok(PathBuf::from(target))
}
