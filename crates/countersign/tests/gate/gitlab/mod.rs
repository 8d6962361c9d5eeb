//! The rules on a project of GitLab, from the bytes that GitLab would answer.

mod approvals;
mod bodies;
mod landing;
mod pipelines;
mod protection;

use crate::world::World;

/// Returns a company whose requests are at GitLab.
fn world(controls: &str) -> World {
    World::new(controls).but("github:", "gitlab:")
}
