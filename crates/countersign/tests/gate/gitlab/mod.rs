//! The rules on a project of GitLab, from the bytes that GitLab would answer.

mod approvals;
pub(crate) mod bodies;
mod landing;
mod pipelines;
mod protection;

use crate::world::World;

/// Returns a company whose requests are at GitLab.
pub(crate) fn world(controls: &str) -> World {
    World::new(controls).but("github:", "gitlab:")
}
