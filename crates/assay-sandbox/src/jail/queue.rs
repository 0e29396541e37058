//! Who gets the next free slot: whoever has waited longest.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Free things and the tickets of those who wait for one.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    moved: Condvar,
}

#[derive(Debug)]
struct State<T> {
    free: Vec<T>,
    waiting: VecDeque<u64>,
    next_ticket: u64,
}

/// Something taken from the queue; goes back on drop.
#[derive(Debug)]
pub(crate) struct Taken<'a, T> {
    queue: &'a Queue<T>,
    thing: Option<T>,
}

impl<T> Queue<T> {
    pub(crate) fn new(free: Vec<T>) -> Queue<T> {
        let state = State { free, waiting: VecDeque::new(), next_ticket: 0 };
        Queue { state: Mutex::new(state), moved: Condvar::new() }
    }

    /// Wait for a free one.
    pub(crate) fn take(&self) -> Taken<'_, T> {
        let mut state = self.lock();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.push_back(ticket);
        let not_yet = |state: &mut State<T>| state.waiting.front() != Some(&ticket) || state.free.is_empty();
        let mut state = self.moved.wait_while(state, not_yet).unwrap_or_else(PoisonError::into_inner);
        state.waiting.pop_front();
        let thing = state.free.pop();
        // The next in line may find another free one.
        self.moved.notify_all();
        Taken { queue: self, thing }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Deref for Taken<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.thing.as_ref().expect("there until drop")
    }
}

impl<T> DerefMut for Taken<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.thing.as_mut().expect("there until drop")
    }
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        self.queue.lock().free.extend(self.thing.take());
        self.queue.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn first_come_first_served() {
        let queue = Queue::new(vec![()]);
        let (tx, rx) = mpsc::channel();
        std::thread::scope(|threads| {
            let held = queue.take();
            for number in 0..5 {
                let (tx, queue) = (tx.clone(), &queue);
                threads.spawn(move || {
                    let _taken = queue.take();
                    tx.send(number).unwrap();
                });
                while queue.lock().waiting.len() <= number {
                    std::thread::yield_now();
                }
            }
            drop(held);
        });
        drop(tx);
        assert_eq!(rx.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }
}
