//! Work that one thread finds and several do.

use super::interned::locked;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

/// A queue of work with a bound that its filler keeps by doing some of it.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    work: VecDeque<T>,
    is_closed: bool,
}

impl<T> Queue<T> {
    /// Returns an empty queue.
    pub(super) fn new() -> Queue<T> {
        Queue {
            state: Mutex::new(State {
                work: VecDeque::new(),
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Adds work, and returns how much is waiting.
    pub(super) fn push(&self, work: T) -> usize {
        let mut state = locked(&self.state);
        state.work.push_back(work);
        self.changed.notify_one();
        state.work.len()
    }

    /// Returns work if there is any now.
    pub(super) fn try_pop(&self) -> Option<T> {
        locked(&self.state).work.pop_front()
    }

    /// Returns work as soon as there is any, `None` when none will come.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = locked(&self.state);
        loop {
            if let Some(work) = state.work.pop_front() {
                return Some(work);
            }
            if state.is_closed {
                return None;
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says that no more work will come; what is waiting is still done.
    pub(super) fn close(&self) {
        locked(&self.state).is_closed = true;
        self.changed.notify_all();
    }
}
