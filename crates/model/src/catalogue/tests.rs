//! What the shipped catalogue must hold.

use super::*;
